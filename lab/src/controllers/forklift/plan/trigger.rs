//! Triggers of plan reconciles besides changes of the plan: changes of referenced objects, migrations and VMs.

use forklift_api::forklift::{Hook, Migration, NetworkMap, ObjectRef as Reference, Plan, PlanVm, Provider, StorageMap};
use kube::{ResourceExt, runtime::reflector::ObjectRef};

use crate::controllers::{
    forklift::adapter::VmChange,
    informer::{Change, Informer, Watched, references},
};

/// Finds the plans to reconcile after a change.
#[derive(Clone)]
pub struct Triggers {
    /// All plans.
    pub plans: Informer<Plan>,
    /// All providers.
    pub providers: Informer<Provider>,
}

/// A kind that plans refer to.
pub trait Referred: Watched {
    /// Whether its controller has reconciled its latest generation.
    fn is_reconciled(&self) -> bool;
    /// The references of a plan to this kind.
    fn references(plan: &Plan) -> Vec<&Reference>;
}

macro_rules! referred {
    ($kind:ty, $plan:ident => $references:expr) => {
        impl Referred for $kind {
            fn is_reconciled(&self) -> bool {
                let observed = self.status.as_ref().and_then(|status| status.observed_generation);
                observed == self.metadata.generation
            }

            fn references($plan: &Plan) -> Vec<&Reference> {
                $references.into_iter().collect()
            }
        }
    };
}
referred!(Provider, plan => [&plan.spec.provider.source, &plan.spec.provider.destination]);
referred!(NetworkMap, plan => [&plan.spec.map.network]);
referred!(StorageMap, plan => [&plan.spec.map.storage]);
referred!(Hook, plan => plan.spec.vms.iter().flat_map(|vm| vm.hooks.iter().flatten()).map(|hook| &hook.hook));

impl Triggers {
    fn plans_where(&self, concerns: impl Fn(&Plan) -> bool) -> Vec<ObjectRef<Plan>> {
        references(&self.plans.all(), concerns)
    }

    /// The plans that refer to an object that has been reconciled.
    pub fn on_reconciled<K: Referred>(&self, object: &K) -> Vec<ObjectRef<Plan>> {
        if !object.is_reconciled() {
            return Vec::new();
        }
        let (namespace, name) = (object.namespace(), Some(object.name_any()));
        let is_it = |reference: &&Reference| reference.namespace == namespace && reference.name == name;
        self.plans_where(|plan| K::references(plan).iter().any(is_it))
    }

    /// The plan of a Migration that is new or whose `spec` changed.
    pub fn on_migration(&self, change: &Change<'_, Migration>) -> Vec<ObjectRef<Plan>> {
        match change {
            Change::Applied {
                object: migration,
                is_new_generation: true,
            } => self.plans_where(|plan| runs(migration, plan)),
            _ => Vec::new(),
        }
    }

    /// The plans with the VM, whose provider has this UID.
    pub fn on_vm_change(&self, provider_uid: &str, change: &VmChange) -> Vec<ObjectRef<Plan>> {
        let providers = self.providers.all();
        let changed = providers
            .iter()
            .find(|provider| provider.uid().as_deref() == Some(provider_uid));
        changed.map_or_else(Vec::new, |provider| {
            self.plans_where(|plan| {
                let source = &plan.spec.provider.source;
                source.namespace == provider.namespace()
                    && source.name == provider.metadata.name
                    && plan.spec.vms.iter().any(|vm| is_it(vm, change))
            })
        })
    }
}

/// As in Forklift, a name may be the end of another one.
fn is_it(vm: &PlanVm, change: &VmChange) -> bool {
    let name = vm.name.as_deref().unwrap_or_default();
    vm.id.as_deref() == Some(change.id.as_str()) || change.paths.iter().any(|path| path.ends_with(name))
}

/// Whether a Migration is a run of this plan.
pub fn runs(migration: &Migration, plan: &Plan) -> bool {
    let reference = &migration.spec.plan;
    reference.name == plan.metadata.name && reference.namespace == plan.metadata.namespace
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vm_is_known_by_its_id_or_by_the_end_of_its_path() {
        let change = VmChange {
            id: "vm-7".into(),
            paths: vec!["/DC0/vm/rhel8".into(), "/DC0/vm/moved/rhel8".into()],
        };
        for (id, name, expected) in [
            (Some("vm-7"), None, true),
            (Some("vm-8"), Some("rhel8"), true),
            (None, Some("moved/rhel8"), true),
            (Some("vm-8"), Some("rhel9"), false),
        ] {
            let vm = PlanVm {
                id: id.map(str::to_owned),
                name: name.or(id).map(str::to_owned),
                ..PlanVm::default()
            };
            assert_eq!(is_it(&vm, &change), expected, "{id:?} {name:?}");
        }
    }
}
