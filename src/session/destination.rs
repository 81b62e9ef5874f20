//! A destination: the cluster that VMs are migrated to, and the Provider by which MTV knows it.

use std::{collections::BTreeSet, sync::Arc};

use forklift_api::forklift::{ObjectRef, Provider, ProviderSpec};
use kube::api::ObjectMeta;

use super::{Error, Session, forklift_provider, on_demand::OnDemand, preflight};
use crate::{
    cluster::{Cluster, Versions, tracked},
    run::ClusterId,
};

/// A cluster that VMs are migrated to. VMs, claims, networks, nodes and target namespaces of a scenario are there, whereas
/// Plans, maps, hooks, Providers and Secrets are on the hub, which MTV runs on.
pub struct Destination {
    /// The cluster. Its id is in the journal's entries of what is created there.
    pub cluster: Cluster,
    /// Storage class that VMs land in, unless the scenario names one.
    pub storage_class: String,
    provider: OnDemand<Arc<Provider>>,
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Destination")
            .field("cluster", &self.cluster)
            .field("storage_class", &self.storage_class)
            .finish_non_exhaustive()
    }
}

impl Destination {
    /// The hub as the destination.
    pub(super) fn local(hub: Cluster, storage_class: String) -> Self {
        Self {
            cluster: hub,
            storage_class,
            provider: OnDemand::default(),
        }
    }

    /// Which of the run's clusters it is.
    pub fn id(&self) -> &ClusterId {
        &self.cluster.id
    }

    /// What runs there.
    pub fn versions(&self) -> &Versions {
        &self.cluster.versions
    }

    /// That the cluster has these storage classes.
    ///
    /// # Errors
    ///
    /// What is missing, or that the storage classes could not be listed.
    pub async fn have_storage_classes(&self, named: &BTreeSet<String>) -> Result<(), Error> {
        preflight::have_storage_classes(&self.cluster, named).await.map(drop)
    }

    /// The Provider of this destination on the hub, created when it is first asked for, and ready.
    pub(super) async fn provider(self: &Arc<Self>, session: &Arc<Session>) -> Result<Arc<Provider>, Error> {
        let (destination, session) = (Arc::clone(self), Arc::clone(session));
        let make = || async move { destination.create_provider(&session).await.map(Arc::new) };
        Ok(self.provider.get("", make).await?)
    }

    async fn create_provider(&self, session: &Arc<Session>) -> Result<Provider, Error> {
        let namespace = session.namespace().await?;
        let name = format!("{}-local-ocp-provider", session.identity.run);
        let provider = Provider {
            metadata: ObjectMeta {
                name: Some(name.clone()),
                namespace: Some(namespace.clone()),
                ..ObjectMeta::default()
            },
            spec: ProviderSpec {
                type_: "openshift".to_owned(),
                // Both empty: the host cluster (Forklift, `provider.go`).
                url: Some(String::new()),
                secret: ObjectRef::default(),
                settings: None,
            },
            status: None,
        };
        let work = async {
            tracked::create(session.hub(), session.scope(), provider).await?;
            forklift_provider::ready(session, &namespace, &name).await
        };
        session
            .log
            .activity(None, format!("creating the destination provider {name}"), work)
            .await
    }
}
