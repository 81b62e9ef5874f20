//! Cancels VMs of a running migration.

use forklift_api::forklift::condition_types::CANCELED;
use forklift_api::forklift::{Conditions, Ending, Migration, Plan, Ref, VmStatus};
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use super::execution::{RunningMigration, cannot_begin, is_begun};
use super::progress::standing;
use crate::cluster::{
    condition::ConditionState,
    retrying,
    wait::{TerminalFailure, Wait},
};
use crate::migration::Error;
use crate::migration::{
    result::MigrationOutcome,
    setup::{MigrationPlan, PreparedVm, named},
};

impl MigrationPlan {
    /// Cancels all VMs of a migration, waits until they are, and returns how it ended.
    pub async fn cancel(&self, running: &RunningMigration) -> Result<MigrationOutcome, Error> {
        self.cancel_these(running, self.vms.iter().collect()).await?;
        self.finish(running).await
    }

    /// Cancels the VM of this name, waits until it is, and leaves the others alone.
    pub async fn cancel_vm(&self, running: &RunningMigration, name: &str) -> Result<(), Error> {
        self.cancel_these(running, named(&self.vms, name)?).await
    }

    async fn cancel_these(&self, running: &RunningMigration, vms: Vec<&PreparedVm>) -> Result<(), Error> {
        let names: Vec<String> = vms.iter().map(|vm| format!("\"{}\"", vm.source.name)).collect();
        let names = names.join(", ");
        let ids: Vec<&str> = vms.iter().map(|vm| vm.inventory.id.0.as_str()).collect();
        let asked = self.ask_to_cancel(running, &ids).await;
        asked.map_err(|source| Error::Cancel {
            vms: names.clone(),
            migration: running.name.clone(),
            source: Box::new(source),
        })?;
        let uid = running.uid.as_str();
        let wait = Wait::new(self.scenario.session.hub(), self.api(), self.name())
            .for_(format!("the migration of {names} to be cancelled"))
            .at_most(self.scenario.session.settings.timeouts.cancel)
            .advice(
                "see the log of the Deployment forklift-controller for what it could not clean up; where the cluster is \
                 merely slow, raise timeouts.cancel",
            )
            .of_uid(self.uid())
            .fails_when(|plan: &Plan| cannot_begin(plan, uid).or_else(|| too_late(plan, uid, &ids)))
            .until(|plan: Option<&Plan>| canceled(plan, uid, &ids));
        let title = format!("cancelling the migration of {names}");
        self.scenario.log.activity(title, wait).await?;
        Ok(())
    }

    /// Adds VMs to those that are to be cancelled.
    async fn ask_to_cancel(&self, running: &RunningMigration, ids: &[&str]) -> Result<(), kube::Error> {
        let namespace = self.plan.metadata.namespace.as_deref().unwrap_or_default();
        let migrations: Api<Migration> = Api::namespaced(self.scenario.session.hub().client.clone(), namespace);
        let migration = retrying(|| migrations.get(&running.name)).await?;
        let mut cancel = migration.spec.cancel.unwrap_or_default();
        cancel.extend(ids.iter().map(|id| Ref::by_id(*id)));
        let patch = Patch::Merge(json!({ "spec": { "cancel": cancel } }));
        let params = PatchParams::default();
        retrying(|| migrations.patch(&running.name, &params, &patch)).await?;
        Ok(())
    }
}

/// These VMs of the run; none before it has begun.
fn these<'a>(plan: &'a Plan, migration_uid: &str, ids: &[&str]) -> Vec<&'a VmStatus> {
    let status = plan.status.as_ref().filter(|_| is_begun(plan, migration_uid));
    let vms = status.map(|status| status.vms()).unwrap_or_default();
    vms.iter()
        .filter(|vm| vm.vm.id.as_deref().is_some_and(|id| ids.contains(&id)))
        .collect()
}

fn canceled(plan: Option<&Plan>, migration_uid: &str, ids: &[&str]) -> ConditionState {
    let vms = plan.map(|plan| these(plan, migration_uid, ids)).unwrap_or_default();
    let ended = |vm: &&VmStatus| vm.is_true(CANCELED) && vm.completed.is_some();
    ConditionState::from_bool(vms.len() == ids.len() && vms.iter().all(ended), || {
        let stand = plan.map(standing).unwrap_or_else(|| "there is no plan".to_owned());
        format!("its cancellation by Forklift ({stand})")
    })
}

/// Why a VM cannot be cancelled any more.
fn too_late(plan: &Plan, migration_uid: &str, ids: &[&str]) -> Option<TerminalFailure> {
    let vms = these(plan, migration_uid, ids);
    let (vm, ended) = vms.iter().find_map(|vm| match vm.ended()? {
        Ending::Succeeded => Some((vm, "had arrived")),
        Ending::Failed => Some((vm, "had failed")),
        Ending::Canceled => None,
    })?;
    let why = format!("the VM \"{}\" {ended} before it could be cancelled", vm.source_name());
    let remedy = "cancel it earlier, for instance after `When the \"disk transfer\" step is running`";
    Some(TerminalFailure {
        why,
        remedy: Some(remedy.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan(vms: Value) -> Plan {
        let nothing = json!({"namespace": "", "name": "", "uid": "", "generation": 0});
        let history = json!([{
            "plan": nothing, "provider": {"source": nothing, "destination": nothing},
            "map": {"network": nothing, "storage": nothing},
            "migration": {"namespace": "mtv", "name": "m", "uid": "mine", "generation": 1},
        }]);
        let mut plan = Plan::new("p1", Default::default());
        let status = json!({"migration": {"history": history, "vms": vms}});
        plan.status = Some(serde_json::from_value(status).expect("a status"));
        plan
    }

    fn vm(id: &str, end: Option<&str>, completed: bool) -> Value {
        let time = "2026-08-21T10:00:00Z";
        let end = end.map(|type_| {
            json!([{
                "type": type_, "status": "True", "category": "Advisory", "lastTransitionTime": time,
            }])
        });
        json!({
            "id": id, "name": format!("name of {id}"), "phase": "CopyDisksVirtV2V", "pipeline": [], "conditions": end,
            "completed": completed.then_some(time),
        })
    }

    #[test]
    fn a_vm_is_cancelled_when_it_has_been_cleaned_up_whatever_the_others_do() {
        let recorded = plan(json!([vm("vm-1", Some("Canceled"), false), vm("vm-2", None, false)]));
        let done = plan(json!([vm("vm-1", Some("Canceled"), true), vm("vm-2", None, false)]));
        assert!(!canceled(Some(&recorded), "mine", &["vm-1"]).holds());
        assert!(canceled(Some(&done), "mine", &["vm-1"]).holds());
        assert!(!canceled(Some(&done), "mine", &["vm-1", "vm-2"]).holds());
        assert!(!canceled(Some(&done), "another", &["vm-1"]).holds());
        assert_eq!(too_late(&done, "mine", &["vm-1"]), None);
    }

    #[test]
    fn a_vm_that_has_arrived_is_not_waited_for() {
        let late = plan(json!([vm("vm-1", Some("Succeeded"), true)]));
        let reason = too_late(&late, "mine", &["vm-1"]).expect("a reason");
        insta::assert_snapshot!(reason.why, @r#"the VM "name of vm-1" had arrived before it could be cancelled"#);
        assert_eq!(too_late(&late, "another", &["vm-1"]), None);
    }
}
