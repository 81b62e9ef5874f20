//! Triggers of plan reconciles besides changes of the plan: changes of referenced objects, migrations and VMs.

use std::{collections::HashMap, fmt::Debug};

use forklift_api::forklift::{Hook, Migration, NetworkMap, ObjectRef as Reference, Plan, Provider, StorageMap};
use futures::{Stream, StreamExt, stream, stream::BoxStream};
use kube::{
    Resource, ResourceExt,
    runtime::reflector::{ObjectRef, Store},
};

/// Finds the plans to reconcile after a change.
#[derive(Clone)]
pub struct Triggers {
    /// All plans.
    pub plans: Store<Plan>,
    /// All providers.
    pub providers: Store<Provider>,
}

/// A kind that plans refer to.
pub trait Referred: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + 'static {
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
        let plans = self.plans.state();
        let plans = plans.iter().filter(|plan| concerns(plan));
        plans.map(|plan| ObjectRef::from_obj(plan.as_ref())).collect()
    }

    /// The plans that refer to an object that has been reconciled.
    pub fn on_reconciled<K: Referred>(
        self,
        applied: impl Stream<Item = K> + Send + 'static,
    ) -> BoxStream<'static, ObjectRef<Plan>> {
        applied
            .filter(|object| futures::future::ready(object.is_reconciled()))
            .flat_map(move |object| {
                let (namespace, name) = (object.namespace(), Some(object.name_any()));
                let is_it = |reference: &&Reference| reference.namespace == namespace && reference.name == name;
                stream::iter(self.plans_where(|plan| K::references(plan).iter().any(is_it)))
            })
            .boxed()
    }

    /// The plan of a Migration that is new or whose `spec` changed.
    pub fn on_migration(
        self,
        applied: impl Stream<Item = Migration> + Send + 'static,
    ) -> BoxStream<'static, ObjectRef<Plan>> {
        let mut generations: HashMap<String, Option<i64>> = HashMap::new();
        applied
            .flat_map(move |migration| {
                let generation = migration.metadata.generation;
                let known = generations.insert(migration.uid().unwrap_or_default(), generation);
                let is_news = known != Some(generation);
                let is_its = |plan: &Plan| is_news && runs(&migration, plan);
                stream::iter(self.plans_where(is_its))
            })
            .boxed()
    }

    /// The plans whose source has a VM that changed.
    pub fn on_vm_change(
        self,
        provider_uids: impl Stream<Item = String> + Send + 'static,
    ) -> BoxStream<'static, ObjectRef<Plan>> {
        provider_uids
            .flat_map(move |uid| {
                let providers = self.providers.state();
                let changed = providers
                    .iter()
                    .find(|provider| provider.uid().as_deref() == Some(uid.as_str()));
                let concerned = changed.map_or_else(Vec::new, |provider| {
                    self.plans_where(|plan| {
                        let source = &plan.spec.provider.source;
                        source.namespace == provider.namespace() && source.name == provider.metadata.name
                    })
                });
                stream::iter(concerned)
            })
            .boxed()
    }
}

/// Whether a Migration is a run of this plan.
pub fn runs(migration: &Migration, plan: &Plan) -> bool {
    let reference = &migration.spec.plan;
    reference.name == plan.metadata.name && reference.namespace == plan.metadata.namespace
}
