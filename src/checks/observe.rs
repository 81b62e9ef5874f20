//! Looks at migrated VMs: the source as it is now, the target once it has settled.

use forklift_api::forklift::TargetPowerState;
use forklift_api::kubevirt::VirtualMachine;
use futures::future::join_all;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::api::ListParams;
use kube::{Api, ResourceExt};

use super::subject::{Subject, WantedPower};
use super::target::{TargetVm, printable_status, run_strategy};
use crate::cluster::condition::Verdict;
use crate::cluster::retrying;
use crate::cluster::wait::{self, Wait};
use crate::migration::{Arrival, Error, MigrationPlan, PreparedVm};
use crate::session::Scenario;

/// A migrated VM, or the name of one that has not arrived.
pub enum Sight {
    /// It can be compared.
    Arrived(Box<Subject>),
    /// There is no target VM for the VM of this name.
    Missing(String),
}

/// All VMs of the plan.
pub async fn observe(scenario: &Scenario, plan: &MigrationPlan) -> Result<Vec<Sight>, Error> {
    let arrivals = plan.arrivals().await?;
    let settled = join_all(arrivals.iter().map(|arrival| settled(scenario, plan, arrival))).await;
    let claims = claims(scenario, plan).await?;
    let mut seen = Vec::new();
    for (arrival, target) in arrivals.iter().zip(settled) {
        seen.push(match target? {
            Some(target) => Sight::Arrived(Box::new(subject(plan, arrival.vm, &target, &claims).await?)),
            None => Sight::Missing(arrival.vm.source.name.clone()),
        });
    }
    Ok(seen)
}

async fn subject(
    plan: &MigrationPlan,
    vm: &PreparedVm,
    target: &VirtualMachine,
    claims: &[PersistentVolumeClaim],
) -> Result<Subject, Error> {
    Ok(Subject {
        source: vm.source.clone(),
        source_now: plan.source().platform.describe(&vm.source.id).await?,
        target: TargetVm::new(target, claims),
        wanted_power: wanted_power(plan, vm),
        networks: plan.networks.clone(),
        storages: plan.storages.clone(),
    })
}

fn wanted_power(plan: &MigrationPlan, vm: &PreparedVm) -> Option<WantedPower> {
    use crate::source::Power;
    let said = |power, option| Some(WantedPower { power, option });
    match plan.options.target_power_state {
        Some(TargetPowerState::On) => said(Power::On, "target power state"),
        Some(TargetPowerState::Off) => said(Power::Off, "target power state"),
        // As the source was before the migration.
        Some(TargetPowerState::Auto) => said(vm.source.power, "target power state"),
        None => vm.wanted.options.power.and_then(|power| said(power, "power")),
    }
}

/// The target VM once it is where its run strategy leads to, or as it is when the deadline has passed: what is wrong then
/// is for the checks to say.
async fn settled(
    scenario: &Scenario,
    plan: &MigrationPlan,
    arrival: &Arrival<'_>,
) -> Result<Option<VirtualMachine>, Error> {
    let Some(target) = &arrival.target else {
        return Ok(None);
    };
    if settles(Some(target)).holds() {
        return Ok(Some(target.clone()));
    }
    let name = target.name_any();
    let vms: Api<VirtualMachine> = namespaced(scenario, plan);
    let wait = Wait::new(&scenario.session.cluster, vms.clone(), &name)
        .for_(format!("the target VM {name} to settle"))
        .at_most(scenario.session.settings.timeouts.vm_running)
        .until(settles);
    let title = format!("waiting for the target VM {name} to settle");
    match scenario.log.activity(title, wait).await {
        Ok(settled) => Ok(Some(settled)),
        Err(wait::Error::TimedOut { .. }) => {
            let now = retrying(|| vms.get_opt(&name)).await;
            now.map_err(|error| unreadable(plan, "target VMs", error))
        }
        Err(error) => Err(error.into()),
    }
}

fn settles(vm: Option<&VirtualMachine>) -> Verdict {
    let Some(vm) = vm else {
        return Verdict::Not(vec!["the VM".to_owned()]);
    };
    let (strategy, status) = (run_strategy(vm), printable_status(vm));
    let goal = match strategy.as_str() {
        "Halted" => "Stopped",
        "Always" | "RerunOnFailure" | "Once" => "Running",
        // Manual: as somebody left it.
        _ => return Verdict::Holds,
    };
    Verdict::of(status == goal, || {
        format!("status {goal} (it is \"{status}\"), which is where the run strategy {strategy} leads to")
    })
}

/// The claims that Forklift made for the plan; they carry its label.
async fn claims(scenario: &Scenario, plan: &MigrationPlan) -> Result<Vec<PersistentVolumeClaim>, Error> {
    let claims: Api<PersistentVolumeClaim> = namespaced(scenario, plan);
    let labelled = ListParams::default().labels(&format!("plan={}", plan.uid()));
    let found = retrying(|| claims.list(&labelled)).await;
    found
        .map(|list| list.items)
        .map_err(|error| unreadable(plan, "claims", error))
}

fn namespaced<K>(scenario: &Scenario, plan: &MigrationPlan) -> Api<K>
where
    K: kube::Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope>,
{
    Api::namespaced(scenario.session.cluster.client.clone(), plan.target_namespace())
}

fn unreadable(plan: &MigrationPlan, what: &'static str, error: kube::Error) -> Error {
    Error::Observe {
        what,
        plan: plan.name(),
        source: Box::new(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_vm_settles_where_its_run_strategy_leads_to() {
        let cases = [
            ("Always", "Running", true),
            ("Always", "Stopped", false),
            ("Always", "Starting", false),
            ("Halted", "Stopped", true),
            ("Halted", "Stopping", false),
            ("Manual", "Stopped", true),
        ];
        for (strategy, status, expected) in cases {
            let vm = json!({
                "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "metadata": {"name": "a"},
                "spec": {"runStrategy": strategy, "template": {}}, "status": {"printableStatus": status},
            });
            let vm: VirtualMachine = serde_json::from_value(vm).expect("a VM");
            assert_eq!(settles(Some(&vm)).holds(), expected, "{strategy} {status}");
        }
    }
}
