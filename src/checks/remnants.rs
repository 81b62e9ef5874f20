//! Temporary objects of the migration of a VM, which MTV removes after success.
//!
//! What goes is what Forklift's own clean-up removes (`pkg/controller/plan/migration.go: cleanup`) and what CDI removes
//! once a claim is filled. Secrets, ConfigMaps, Jobs and pods carry the UID of the Plan and the id of the VM.

use std::time::Duration;

use forklift_api::cdi::DataVolume;
use forklift_api::forklift::{Conditions, Conversion, Plan, condition_types, labels};
use futures::future::join_all;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Pod, Secret};
use kube::api::ListParams;
use kube::{Api, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::checked_vm::Remnant;
use crate::cluster::wait::{self, Wait};
use crate::cluster::{Cluster, retrying};
use crate::migration::Error;

/// Pods that stay after success: the conversion unless the plan says otherwise or has ended, and the one that watched
/// Windows restart.
const KEPT: &str = "forklift.app notin (virt-v2v,forklift-wait-for-reboot)";
const KEPT_WITHOUT_CONVERSION: &str = "forklift.app!=forklift-wait-for-reboot";

/// Namespaces and connections for the search.
pub(super) struct Search<'a> {
    /// The cluster of the Plan.
    pub hub: &'a Cluster,
    /// The cluster that the VMs land on.
    pub destination: &'a Cluster,
    /// Timeout of a deletion.
    pub at_most: Duration,
    /// The Plan as it is now, or as it was before it was deleted.
    pub plan: &'a Plan,
    /// Whether its deletion has begun.
    pub is_deleted: bool,
    /// The namespace that the VMs land in.
    pub namespace: &'a str,
}

/// A namespace of a cluster.
#[derive(Clone, Copy)]
struct Place<'a> {
    cluster: &'a Cluster,
    namespace: &'a str,
}

impl Search<'_> {
    /// What is left of the migration of the VM with this id once everything that is being deleted is gone, with these
    /// snapshots of its source; or why that is not looked for.
    pub(super) async fn of(
        &self,
        id: &str,
        snapshots: impl Iterator<Item = String>,
        claims: &[PersistentVolumeClaim],
    ) -> Result<Result<Vec<Remnant>, String>, Error> {
        let status = self.plan.status.as_ref();
        let mut migrated = status.into_iter().flat_map(|status| status.vms());
        let has_succeeded =
            migrated.any(|status| status.vm.id.as_deref() == Some(id) && status.is_true(condition_types::SUCCEEDED));
        // With a plan that is deleted everything goes but the VMs.
        if !self.is_deleted && !has_succeeded {
            return Ok(Err(
                "the migration of the VM did not succeed, so MTV keeps what it made".to_owned(),
            ));
        }
        let of_vm = labels::of_vm(&self.plan.uid().unwrap_or_default(), id);
        let own = self.plan.namespace().unwrap_or_default();
        let deletes_conversion = self.plan.spec.delete_guest_conversion_pod == Some(true);
        let has_ended = self.is_deleted || status.is_some_and(|status| status.is_true(condition_types::ARCHIVED));
        let pods = if deletes_conversion || has_ended {
            format!("{of_vm},{KEPT_WITHOUT_CONVERSION}")
        } else {
            format!("{of_vm},{KEPT}")
        };
        let mut left = Vec::new();
        let of_plan = Place {
            cluster: self.hub,
            namespace: &own,
        };
        let target = self.target();
        let mut places = vec![of_plan, target];
        places.dedup_by_key(|place| (place.cluster.id.clone(), place.namespace.to_owned()));
        for place in places {
            left.extend(self.kind::<Secret>("credentials", place, &of_vm).await?);
            left.extend(self.kind::<ConfigMap>("configuration", place, &of_vm).await?);
            left.extend(self.kind::<Job>("job of a hook", place, &of_vm).await?);
            left.extend(self.kind::<Pod>("pod that copied or inspected", place, &pods).await?);
        }
        left.extend(self.kind::<DataVolume>("DataVolume", target, &of_vm).await?);
        if deletes_conversion {
            left.extend(self.kind::<Conversion>("conversion", of_plan, &of_vm).await?);
        }
        left.extend(self.primes(id, claims).await?);
        left.extend(snapshots.map(|place| Remnant {
            what: "snapshot on the source".to_owned(),
            place,
        }));
        Ok(Ok(left))
    }

    fn target(&self) -> Place<'_> {
        Place {
            cluster: self.destination,
            namespace: self.namespace,
        }
    }

    /// Objects with these labels that do not go. Those that are being deleted, or are about to be because their owner is,
    /// get the time that a deletion may take.
    async fn kind<K>(&self, what: &str, place: Place<'_>, labels: &str) -> Result<Vec<Remnant>, Error>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
        K: Clone + std::fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let api: Api<K> = Api::namespaced(place.cluster.client.clone(), place.namespace);
        let labelled = ListParams::default().labels(labels);
        let found = retrying(|| api.list(&labelled)).await;
        let found = found.map_err(|error| self.unreadable(error))?;
        self.remaining(what, place.cluster, &api, found.items).await
    }

    /// The claims that CDI and the populators fill on behalf of the VM's claims.
    async fn primes(&self, id: &str, claims: &[PersistentVolumeClaim]) -> Result<Vec<Remnant>, Error> {
        let of_vm = claims
            .iter()
            .filter(|claim| claim.labels().get(labels::VM_ID).is_some_and(|vm| vm == id));
        let primes: Vec<String> = of_vm
            .filter_map(|claim| Some(format!("prime-{}", claim.uid()?)))
            .collect();
        let api: Api<PersistentVolumeClaim> = Api::namespaced(self.destination.client.clone(), self.namespace);
        let every = ListParams::default();
        let all = retrying(|| api.list(&every)).await;
        let all = all.map_err(|error| self.unreadable(error))?;
        let there = all.items.into_iter().filter(|claim| primes.contains(&claim.name_any()));
        self.remaining("claim of the copy", self.destination, &api, there.collect())
            .await
    }

    async fn remaining<K>(
        &self,
        what: &str,
        cluster: &Cluster,
        api: &Api<K>,
        found: Vec<K>,
    ) -> Result<Vec<Remnant>, Error>
    where
        K: Resource<DynamicType = ()>,
        K: Clone + std::fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        let waits = found.into_iter().map(|object| async move {
            let place = format!(
                "{} {}/{}",
                K::kind(&()),
                object.namespace().unwrap_or_default(),
                object.name_any()
            );
            let place = cluster.id.locate(&place);
            let wait = Wait::new(cluster, api.clone(), object.name_any())
                .for_(format!("{place} to be removed by MTV"))
                .of_uid(object.uid().unwrap_or_default())
                .at_most(self.at_most);
            match wait.until_gone().await {
                Ok(()) => Ok(None),
                Err(wait::Error::TimedOut { .. }) => Ok(Some(Remnant {
                    what: what.to_owned(),
                    place,
                })),
                Err(error) => Err(Error::from(error)),
            }
        });
        let left: Result<Vec<_>, _> = join_all(waits).await.into_iter().collect();
        Ok(left?.into_iter().flatten().collect())
    }

    fn unreadable(&self, error: kube::Error) -> Error {
        Error::Observe {
            what: "objects",
            plan: self.plan.name_any(),
            source: Box::new(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Namespace;
    use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
    use kube::Client;
    use kube::api::{ApiResource, DynamicObject};
    use kube_sim::{ApiServer, Options};
    use loopback_https::Authority;
    use serde_json::{Value, json};

    use super::*;

    async fn create(client: &Client, kind: &ApiResource, object: Value) {
        let object: DynamicObject = serde_json::from_value(object).expect("an object");
        let api: Api<DynamicObject> = match object.namespace() {
            Some(namespace) => Api::namespaced_with(client.clone(), &namespace, kind),
            None => Api::all_with(client.clone(), kind),
        };
        api.create(&Default::default(), &object).await.expect("its creation");
    }

    /// An API server in which both VMs of a plan have left one object of each kind.
    async fn left_behind() -> ApiServer {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authority = Authority::new("test CA").expect("an authority");
        let server = ApiServer::start(&authority, Options::default()).await;
        let server = server.expect("a server");
        let client = server.client();
        let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
        for definition in forklift_api::all_crds() {
            let created = definitions.create(&Default::default(), &definition).await;
            created.expect("a definition");
        }
        for name in ["mtv", "vms"] {
            let namespace = json!({"metadata": {"name": name}});
            create(&client, &ApiResource::erase::<Namespace>(&()), namespace).await;
        }
        let pod = json!({"restartPolicy": "Never", "containers": [{"name": "main", "image": "x"}]});
        let claim = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
        let (none, job) = (json!({}), json!({"template": {"spec": &pod}}));
        let conversion = json!({"type": "Remote", "vm": {"id": "x"}, "connection": {"secret": {}}});
        for (kind, namespace, name, spec) in [
            (ApiResource::erase::<Secret>(&()), "mtv", "secret", &none),
            (ApiResource::erase::<ConfigMap>(&()), "vms", "config", &none),
            (ApiResource::erase::<Job>(&()), "mtv", "hook", &job),
            (ApiResource::erase::<Pod>(&()), "vms", "importer", &pod),
            (ApiResource::erase::<DataVolume>(&()), "vms", "disk", &none),
            (ApiResource::erase::<PersistentVolumeClaim>(&()), "vms", "prime", &claim),
            (ApiResource::erase::<Conversion>(&()), "mtv", "conversion", &conversion),
        ] {
            for vm in ["vm-1", "vm-2"] {
                let labels = json!({"plan": "uid-of-plan", "vmID": vm});
                let metadata = json!({"namespace": namespace, "name": format!("{name}-{vm}"), "labels": labels});
                create(&client, &kind, json!({"metadata": metadata, "spec": spec})).await;
            }
        }
        server
    }

    async fn found(hub: &Cluster, destination: &Cluster, deletes_conversion: bool) -> Vec<String> {
        let succeeded = json!({"type": "Succeeded", "status": "True", "category": "Advisory",
            "lastTransitionTime": "2026-08-21T10:00:00Z"});
        let vm = json!({"id": "vm-1", "phase": "Completed", "pipeline": [], "conditions": [succeeded]});
        let mut plan = Plan::new("p1", Default::default());
        plan.spec.delete_guest_conversion_pod = Some(deletes_conversion);
        plan.metadata.namespace = Some("mtv".into());
        plan.metadata.uid = Some("uid-of-plan".into());
        plan.status = Some(serde_json::from_value(json!({"migration": {"vms": [vm]}})).expect("a status"));
        let claim = |vm: &str| {
            let claim = json!({"metadata": {"uid": vm, "labels": {"vmID": vm}}});
            serde_json::from_value(claim).expect("a claim")
        };
        let search = Search {
            hub,
            destination,
            at_most: Duration::from_millis(50),
            plan: &plan,
            is_deleted: false,
            namespace: "vms",
        };
        let left = search
            .of("vm-1", std::iter::empty(), &[claim("vm-1"), claim("vm-2")])
            .await;
        let left = left.expect("answers").expect("a search");
        left.into_iter()
            .map(|left| format!("{}: {}", left.what, left.place))
            .collect()
    }

    #[tokio::test]
    async fn whatever_a_vm_left_is_found_and_nothing_of_another() {
        let server = left_behind().await;
        let mut expected = vec![
            "credentials: Secret mtv/secret-vm-1",
            "job of a hook: Job mtv/hook-vm-1",
            "configuration: ConfigMap vms/config-vm-1",
            "pod that copied or inspected: Pod vms/importer-vm-1",
            "DataVolume: DataVolume vms/disk-vm-1",
            "conversion: Conversion mtv/conversion-vm-1",
            "claim of the copy: PersistentVolumeClaim vms/prime-vm-1",
        ];
        let cluster = Cluster::of_tests(server.client());
        assert_eq!(found(&cluster, &cluster, true).await, expected);
        expected.retain(|left| !left.starts_with("conversion"));
        assert_eq!(found(&cluster, &cluster, false).await, expected);
    }

    #[tokio::test]
    async fn beside_the_plan_the_hub_is_searched_and_beside_the_vms_the_destination() {
        let (one, other) = tokio::join!(left_behind(), left_behind());
        let hub = Cluster::of_tests(one.client());
        let mut destination = Cluster::of_tests(other.client());
        destination.id = "remote".into();
        assert_eq!(
            found(&hub, &destination, true).await,
            [
                "credentials: Secret mtv/secret-vm-1",
                "job of a hook: Job mtv/hook-vm-1",
                "configuration: ConfigMap vms/config-vm-1 on the cluster remote",
                "pod that copied or inspected: Pod vms/importer-vm-1 on the cluster remote",
                "DataVolume: DataVolume vms/disk-vm-1 on the cluster remote",
                "conversion: Conversion mtv/conversion-vm-1",
                "claim of the copy: PersistentVolumeClaim vms/prime-vm-1 on the cluster remote",
            ]
        );
    }
}
