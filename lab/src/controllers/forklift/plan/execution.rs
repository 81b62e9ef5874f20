//! What the phases of one plan's migration work with.

use std::{collections::BTreeMap, sync::Arc};

use forklift_api::forklift::{
    Migration, NetworkMap, Plan, PlanVm, Provider, StorageMap, TargetPowerState, VmStatus, labels,
};
use kube::{Client, ResourceExt};

use crate::{
    controllers::forklift::{
        adapter::{Adapter, Builder, Client as SourceClient, Inventory, SourceVm},
        error::{Error, Result},
        pair::names,
        provider::Credentials,
        resolve::Resolved,
        shared::Shared,
        vm_names,
    },
    injection::DefectName,
};

/// One plan with everything that it refers to.
pub struct Execution<'a> {
    /// What the controllers share.
    pub shared: &'a Shared,
    /// The plan.
    pub plan: &'a Plan,
    /// The migration that is being executed; none while a plan is archived.
    pub migration: Option<Arc<Migration>>,
    /// Where the VMs are.
    pub source: Arc<Provider>,
    /// The source itself.
    pub adapter: Arc<dyn Adapter>,
    /// How to get in.
    pub credentials: Credentials,
    /// What becomes of the networks.
    pub network_map: Arc<NetworkMap>,
    /// What becomes of the storages.
    pub storage_map: Arc<StorageMap>,
}

impl<'a> Execution<'a> {
    /// Looks up what the plan refers to.
    pub async fn of(shared: &'a Shared, plan: &'a Plan, migration: Option<Arc<Migration>>) -> Result<Self> {
        let missing = |what: &str| Error::Malformed(format!("the {what} of plan '{}' is gone", plan.name_any()));
        let cache = &shared.cache;
        let (namespace, name) = names(&plan.spec.provider.source);
        let source = cache
            .get::<Provider>(namespace, name)
            .ok_or_else(|| missing("source provider"))?;
        let (namespace, name) = names(&plan.spec.map.network);
        let network_map = cache.get(namespace, name).ok_or_else(|| missing("network map"))?;
        let (namespace, name) = names(&plan.spec.map.storage);
        let storage_map = cache.get(namespace, name).ok_or_else(|| missing("storage map"))?;
        let adapter = shared
            .inventory
            .source(&source.uid().unwrap_or_default())
            .ok_or_else(|| Error::ProviderNotReady(source.name_any()))?;
        Ok(Self {
            credentials: Credentials::of(shared, &source).await?,
            shared,
            plan,
            migration,
            source,
            adapter,
            network_map,
            storage_map,
        })
    }

    /// The cluster that the VMs go to.
    pub fn destination(&self) -> Client {
        self.shared.client()
    }

    /// The target namespace.
    pub fn namespace(&self) -> &str {
        &self.plan.spec.target_namespace
    }

    /// What the source has.
    pub fn inventory(&self) -> &dyn Inventory {
        self.adapter.inventory()
    }

    /// Describes the source's VMs.
    pub fn builder(&self) -> Box<dyn Builder + '_> {
        self.adapter.builder(self)
    }

    /// Acts on the source's VMs.
    pub fn client(&self) -> Box<dyn SourceClient + '_> {
        self.adapter.client(self)
    }

    /// The source VM of an entry of the plan's status.
    pub fn source_vm(&self, vm: &VmStatus) -> Result<SourceVm> {
        let id = id(&vm.vm);
        match self.inventory().vm(Some(&id), None) {
            Resolved::One(source) => Ok(source),
            _ => Err(Error::unknown_vm(&id, &self.source.name_any())),
        }
    }

    /// Whether guests are left as they are.
    pub fn skips_conversion(&self) -> bool {
        self.plan.spec.skip_guest_conversion == Some(true)
    }

    /// Whether the target gets the devices that every guest knows, as its own would need a conversion.
    pub fn is_compatible(&self) -> bool {
        self.skips_conversion() && self.plan.spec.use_compatibility_mode != Some(false)
    }

    /// Whether the VM's volumes are to stay when they should go.
    pub fn leaks_volumes(&self, vm: &VmStatus) -> bool {
        let name = vm.vm.name.as_deref().unwrap_or_default();
        self.shared.context.injections.defect(DefectName::LeakedVolumes, name)
    }

    /// `PLAN-VMID-`, the beginning of most names.
    pub fn generate_name(&self, vm: &VmStatus) -> String {
        format!("{}-{}-", self.plan.name_any(), id(&vm.vm))
    }

    /// The labels that most objects of a VM have.
    pub fn vm_labels(&self, vm: &VmStatus) -> BTreeMap<String, String> {
        let mut labels = self.vm_labels_of_all_runs(vm);
        let migration = self.migration.as_ref().and_then(|migration| migration.uid());
        labels.insert(labels::MIGRATION.into(), migration.unwrap_or_default());
        labels
    }

    /// The same without the run, to find what an earlier one left behind.
    pub fn vm_labels_of_all_runs(&self, vm: &VmStatus) -> BTreeMap<String, String> {
        let pairs = [
            (labels::PLAN, self.plan.uid().unwrap_or_default()),
            ("plan-name", self.plan.name_any()),
            ("plan-namespace", self.plan.namespace().unwrap_or_default()),
            ("resource", "vm-config".into()),
            (labels::VM_ID, id(&vm.vm)),
        ];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

/// The source's id of a VM.
pub fn id(vm: &PlanVm) -> String {
    vm.id.clone().unwrap_or_default()
}

/// Whether the migration waits for the guest to restart: a Windows guest does, unless the target is to stay off.
pub fn restarts(execution: &Execution<'_>, vm: &VmStatus, source: &SourceVm) -> bool {
    source.is_windows && !execution.skips_conversion() && target_power_state(execution, vm) != TargetPowerState::Off
}

/// How the target is to be powered.
pub fn target_power_state(execution: &Execution<'_>, vm: &VmStatus) -> TargetPowerState {
    let wanted = vm.vm.target_power_state.or(execution.plan.spec.target_power_state);
    wanted.unwrap_or(TargetPowerState::Auto)
}

/// The VM's name on the target.
pub fn target_name(vm: &VmStatus) -> String {
    let source = vm.vm.name.clone().unwrap_or_default();
    vm.new_name.clone().unwrap_or(source)
}

/// The VM's name as the volume name template sees it.
pub fn template_name(vm: &VmStatus) -> String {
    vm.vm
        .target_name
        .clone()
        .unwrap_or_else(|| vm_names::template_vm_name(&target_name(vm)))
}

/// Labels as a selector.
pub fn selector(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(",")
}
