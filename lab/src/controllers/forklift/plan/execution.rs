//! Context of a plan's execution: the plan and the objects that it refers to.

use std::{collections::BTreeMap, sync::Arc};

use forklift_api::forklift::{
    Migration, NetworkMap, Plan, PlanVm, Provider, StorageMap, TargetPowerState, VmStatus, labels,
};
use kube::ResourceExt;

use crate::{
    controllers::{
        forklift::{
            adapter::{Adapter, Builder, Client as SourceClient, Inventory, SourceVm},
            error::{Error, Result},
            pair::names,
            provider::Credentials,
            resolve::Resolved,
            shared::Shared,
            vm_names,
        },
        informer::Cluster,
    },
    injection::DefectName,
};

/// A plan with the objects that it refers to.
pub struct Execution<'a> {
    /// Shared state of the controllers.
    pub shared: &'a Shared,
    /// The plan.
    pub plan: &'a Plan,
    /// The active migration; `None`: the plan is being archived.
    pub migration: Option<Arc<Migration>>,
    /// The source provider.
    pub source: Arc<Provider>,
    /// Adapter of the connected source.
    pub adapter: Arc<dyn Adapter>,
    /// Credentials of the source provider.
    pub credentials: Credentials,
    /// The plan's network map.
    pub network_map: Arc<NetworkMap>,
    /// The plan's storage map.
    pub storage_map: Arc<StorageMap>,
}

impl<'a> Execution<'a> {
    /// Looks up the objects that the plan refers to.
    pub async fn for_plan(shared: &'a Shared, plan: &'a Plan, migration: Option<Arc<Migration>>) -> Result<Self> {
        let missing = |what: &str| Error::Malformed(format!("the {what} of plan '{}' is gone", plan.name_any()));
        let (namespace, name) = names(&plan.spec.provider.source);
        let source = shared
            .cached::<Provider>(namespace, name)
            .ok_or_else(|| missing("source provider"))?;
        let (namespace, name) = names(&plan.spec.map.network);
        let network_map = shared.cached(namespace, name).ok_or_else(|| missing("network map"))?;
        let (namespace, name) = names(&plan.spec.map.storage);
        let storage_map = shared.cached(namespace, name).ok_or_else(|| missing("storage map"))?;
        let adapter = shared
            .inventory
            .source(&source.uid().unwrap_or_default())
            .ok_or_else(|| Error::ProviderNotReady(source.name_any()))?;
        Ok(Self {
            credentials: Credentials::for_provider(shared, &source).await?,
            shared,
            plan,
            migration,
            source,
            adapter,
            network_map,
            storage_map,
        })
    }

    /// The destination cluster.
    pub fn destination(&self) -> Cluster {
        self.shared.context.cluster()
    }

    /// The target namespace.
    pub fn namespace(&self) -> &str {
        &self.plan.spec.target_namespace
    }

    /// Inventory of the source.
    pub fn inventory(&self) -> &dyn Inventory {
        self.adapter.inventory()
    }

    /// Builder for VMs of the source.
    pub fn builder(&self) -> Box<dyn Builder + '_> {
        self.adapter.builder(self)
    }

    /// Client for VMs of the source.
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

    /// Whether the plan skips the conversion of guests.
    pub fn skips_conversion(&self) -> bool {
        self.plan.spec.skip_guest_conversion == Some(true)
    }

    /// Whether the target VM gets devices that work without a conversion of the guest.
    pub fn is_compatible(&self) -> bool {
        self.skips_conversion() && self.plan.spec.use_compatibility_mode != Some(false)
    }

    /// Whether a defect keeps the VM's volumes from being deleted.
    pub fn leaks_volumes(&self, vm: &VmStatus) -> bool {
        let name = vm.vm.name.as_deref().unwrap_or_default();
        self.shared.context.injections.defect(DefectName::LeakedVolumes, name)
    }

    /// `PLAN-VMID-`, the prefix of most object names.
    pub fn generate_name(&self, vm: &VmStatus) -> String {
        format!("{}-{}-", self.plan.name_any(), id(&vm.vm))
    }

    /// Labels of most objects of a VM in this migration.
    pub fn vm_labels(&self, vm: &VmStatus) -> BTreeMap<String, String> {
        let mut labels = self.vm_labels_of_all_runs(vm);
        let migration = self.migration.as_ref().and_then(|migration| migration.uid());
        labels.insert(labels::MIGRATION.into(), migration.unwrap_or_default());
        labels
    }

    /// Labels of a VM's objects without that of the migration, to select objects of earlier runs too.
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

/// Id of a VM on the source.
pub fn id(vm: &PlanVm) -> String {
    vm.id.clone().unwrap_or_default()
}

/// Whether the migration waits for guest reboots: for Windows guests, unless the target stays powered off.
pub fn restarts(execution: &Execution<'_>, vm: &VmStatus, source: &SourceVm) -> bool {
    source.is_windows && !execution.skips_conversion() && target_power_state(execution, vm) != TargetPowerState::Off
}

/// Power state that the target VM gets.
pub fn target_power_state(execution: &Execution<'_>, vm: &VmStatus) -> TargetPowerState {
    let wanted = vm.vm.target_power_state.or(execution.plan.spec.target_power_state);
    wanted.unwrap_or(TargetPowerState::Auto)
}

/// Name of the VM on the target.
pub fn target_name(vm: &VmStatus) -> String {
    let source = vm.vm.name.clone().unwrap_or_default();
    vm.new_name.clone().unwrap_or(source)
}

/// Name of the VM in the data of name templates.
pub fn template_name(vm: &VmStatus) -> String {
    vm.vm
        .target_name
        .clone()
        .unwrap_or_else(|| vm_names::template_vm_name(&target_name(vm)))
}

/// Formats labels as a selector.
pub fn selector(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(",")
}
