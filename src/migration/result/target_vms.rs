//! The VMs that a migration created on the target.

use forklift_api::forklift::labels;
use forklift_api::kubevirt::VirtualMachine;
use kube::api::ListParams;
use kube::{Api, ResourceExt};

use crate::{
    cluster::retrying,
    migration::{
        Error,
        setup::{MigrationPlan, PreparedVm, named},
    },
};

/// A VM of a plan and what became of it.
#[derive(Debug, Clone)]
pub struct MigratedVm<'a> {
    /// The VM as it was prepared.
    pub vm: &'a PreparedVm,
    /// The target VM, if it exists.
    pub target: Option<VirtualMachine>,
}

/// VMs are not where they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnexpectedTargetVms(String);

impl MigrationPlan {
    /// Each VM with its target VM. Forklift labels what it creates with the UID of the Plan and the id of the source VM;
    /// names are no proof, and Forklift may change them.
    pub async fn target_vms(&self) -> Result<Vec<MigratedVm<'_>>, Error> {
        let client = self.destination().cluster.client.clone();
        let vms: Api<VirtualMachine> = Api::namespaced(client, self.target_namespace());
        let labelled = ListParams::default().labels(&labels::of_plan(&self.uid()));
        let found = retrying(|| vms.list(&labelled))
            .await
            .map_err(|source| Error::Observe {
                what: "target VMs",
                plan: self.name(),
                source: Box::new(source),
            })?;
        let target_of = |vm: &PreparedVm| {
            let is_its = |target: &&VirtualMachine| target.labels().get(labels::VM_ID) == Some(&vm.inventory.id.0);
            found.items.iter().find(is_its).cloned()
        };
        let migrated = |vm| MigratedVm {
            vm,
            target: target_of(vm),
        };
        Ok(self.vms.iter().map(migrated).collect())
    }

    /// Checks that every VM has a target VM.
    pub async fn every_vm_was_migrated(&self) -> Result<(), Error> {
        let target_vms = self.target_vms().await?;
        let missing = target_vms.iter().filter(|migrated| migrated.target.is_none());
        Ok(none_of("no target VM exists for", missing, self.target_namespace())?)
    }

    /// Checks that the VM with this name has a target VM.
    pub async fn vm_was_migrated(&self, name: &str) -> Result<(), Error> {
        let target_vms = self.target_vms_of(name).await?;
        let missing = target_vms.iter().filter(|migrated| migrated.target.is_none());
        Ok(none_of("no target VM exists for", missing, self.target_namespace())?)
    }

    /// Checks that the VM with this name has no target VM.
    pub async fn vm_was_not_migrated(&self, name: &str) -> Result<(), Error> {
        let target_vms = self.target_vms_of(name).await?;
        let there = target_vms.iter().filter(|migrated| migrated.target.is_some());
        Ok(none_of("a target VM exists for", there, self.target_namespace())?)
    }

    async fn target_vms_of(&self, name: &str) -> Result<Vec<MigratedVm<'_>>, Error> {
        let named: Vec<&str> = named(&self.vms, name)?
            .iter()
            .map(|vm| vm.source.name.as_str())
            .collect();
        let mut target_vms = self.target_vms().await?;
        target_vms.retain(|migrated| named.contains(&migrated.vm.source.name.as_str()));
        Ok(target_vms)
    }

    /// Checks that a target VM has this name.
    pub async fn target_is_named(&self, name: &str) -> Result<(), Error> {
        let target_vms = self.target_vms().await?;
        let names: Vec<String> = target_vms
            .iter()
            .filter_map(|migrated| Some(migrated.target.as_ref()?.name_any()))
            .collect();
        if names.iter().any(|known| known == name) {
            return Ok(());
        }
        let there = match names.as_slice() {
            [] => "none".to_owned(),
            names => format!("\"{}\"", names.join("\", \"")),
        };
        let namespace = self.target_namespace();
        Err(UnexpectedTargetVms(format!(
            "no target VM of the plan is named \"{name}\" in the namespace {namespace}; there is {there}"
        ))
        .into())
    }

    /// Checks that no VM has a target VM.
    pub async fn no_vm_was_migrated(&self) -> Result<(), Error> {
        let target_vms = self.target_vms().await?;
        let there = target_vms.iter().filter(|migrated| migrated.target.is_some());
        Ok(none_of("a target VM exists for", there, self.target_namespace())?)
    }
}

fn none_of<'a>(
    wrong: &str,
    target_vms: impl Iterator<Item = &'a MigratedVm<'a>>,
    namespace: &str,
) -> Result<(), UnexpectedTargetVms> {
    let names: Vec<String> = target_vms
        .map(|migrated| format!("\"{}\"", migrated.vm.source.name))
        .collect();
    match names.as_slice() {
        [] => Ok(()),
        names => Err(UnexpectedTargetVms(format!(
            "{wrong} {} in the namespace {namespace}",
            names.join(", ")
        ))),
    }
}
