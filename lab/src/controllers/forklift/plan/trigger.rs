//! Triggers of plan reconciles besides changes of the plan: changes of referenced objects, migrations and VMs.

use forklift_api::forklift::{Hook, Migration, NetworkMap, ObjectRef as Reference, Plan, Provider, StorageMap};
use kube::{ResourceExt, runtime::reflector::ObjectRef};

use crate::controllers::informer::{Change, Informer, Watched};

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
        let plans = self.plans.all();
        let plans = plans.iter().filter(|plan| concerns(plan));
        plans.map(|plan| ObjectRef::from_obj(plan.as_ref())).collect()
    }

    /// The plans that refer to an object that has been reconciled.
    pub fn on_reconciled<K: Referred>(&self, change: &Change<'_, K>) -> Vec<ObjectRef<Plan>> {
        let Change::Applied { object, .. } = change else {
            return Vec::new();
        };
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

    /// The plans whose source is the provider of this UID.
    pub fn on_vm_change(&self, provider_uid: &str) -> Vec<ObjectRef<Plan>> {
        let providers = self.providers.all();
        let changed = providers
            .iter()
            .find(|provider| provider.uid().as_deref() == Some(provider_uid));
        changed.map_or_else(Vec::new, |provider| {
            self.plans_where(|plan| {
                let source = &plan.spec.provider.source;
                source.namespace == provider.namespace() && source.name == provider.metadata.name
            })
        })
    }
}

/// Whether a Migration is a run of this plan.
pub fn runs(migration: &Migration, plan: &Plan) -> bool {
    let reference = &migration.spec.plan;
    reference.name == plan.metadata.name && reference.namespace == plan.metadata.namespace
}
