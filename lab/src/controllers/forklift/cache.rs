//! In-memory cache of objects that controllers read without the API server, like Forklift's cached client.

use std::{fmt::Debug, sync::Arc};

use forklift_api::forklift::{Hook, Migration, NetworkMap, Plan, Provider, StorageMap};
use k8s_openapi::api::{batch::v1::Job, core::v1::Secret};
use kube::{
    Resource,
    runtime::reflector::{ObjectRef, Store},
};

/// Cached objects by kind.
pub struct Cache {
    /// All Providers.
    pub providers: Store<Provider>,
    /// All NetworkMaps.
    pub network_maps: Store<NetworkMap>,
    /// All StorageMaps.
    pub storage_maps: Store<StorageMap>,
    /// All Hooks.
    pub hooks: Store<Hook>,
    /// All Plans.
    pub plans: Store<Plan>,
    /// All Migrations.
    pub migrations: Store<Migration>,
    /// All Secrets.
    pub secrets: Store<Secret>,
    /// Jobs that validate provider settings for plans.
    pub validations: Store<Job>,
}

/// A kind that the cache holds.
pub trait Cached: Resource<DynamicType = ()> + Clone + Debug + Send + Sync + 'static {
    /// The store of this kind.
    fn store(cache: &Cache) -> &Store<Self>;
}

macro_rules! cached {
    ($($kind:ty: $field:ident),*) => {$(
        impl Cached for $kind {
            fn store(cache: &Cache) -> &Store<Self> {
                &cache.$field
            }
        }
    )*};
}
cached!(
    Provider: providers, NetworkMap: network_maps, StorageMap: storage_maps, Hook: hooks, Plan: plans, Migration: migrations,
    Secret: secrets
);

impl Cache {
    /// Looks up an object by namespace and name.
    pub fn get<K: Cached>(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        K::store(self).get(&ObjectRef::new(name).within(namespace))
    }

    /// Waits until all kinds have been listed once.
    pub async fn wait_until_ready(&self) {
        // A dropped writer means that the lab stops.
        let _ = tokio::join!(
            self.providers.wait_until_ready(),
            self.network_maps.wait_until_ready(),
            self.storage_maps.wait_until_ready(),
            self.hooks.wait_until_ready(),
            self.plans.wait_until_ready(),
            self.migrations.wait_until_ready(),
            self.secrets.wait_until_ready(),
            self.validations.wait_until_ready(),
        );
    }
}
