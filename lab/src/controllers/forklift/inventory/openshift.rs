//! The inventory of an OpenShift cluster, which Forklift reads live on every request (`pkg/controller/provider/web/ocp`).

use k8s_openapi::api::{
    core::v1::{Namespace, PersistentVolumeClaim},
    storage::v1::StorageClass,
};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams},
};
use serde_json::{Value, json};

use super::query::Query;

/// A cluster as a provider.
#[derive(Clone)]
pub struct Cluster {
    /// Client with the provider's credentials.
    pub client: Client,
}

/// A collection of the OpenShift inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    name: &'static str,
    resource: ApiResource,
    /// Whether its items have no kind, like items of typed lists from an API server.
    typed: bool,
}

impl Collection {
    /// Finds a collection by its name in URLs.
    pub fn parse(name: &str) -> Option<Self> {
        let custom = |name: &'static str, group: &str, version: &str, kind: &str, plural: &str| Self {
            name,
            resource: ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural),
            typed: false,
        };
        let builtin = |name: &'static str, resource: ApiResource| Self {
            name,
            resource,
            typed: true,
        };
        let nad = "networkattachmentdefinitions";
        Some(match name {
            "namespaces" => builtin("namespaces", ApiResource::erase::<Namespace>(&())),
            "storageclasses" => builtin("storageclasses", ApiResource::erase::<StorageClass>(&())),
            "persistentvolumeclaims" => builtin(
                "persistentvolumeclaims",
                ApiResource::erase::<PersistentVolumeClaim>(&()),
            ),
            "networkattachmentdefinitions" => custom(
                nad,
                "k8s.cni.cncf.io",
                "v1",
                "NetworkAttachmentDefinition",
                "network-attachment-definitions",
            ),
            "vms" => custom("vms", "kubevirt.io", "v1", "VirtualMachine", "virtualmachines"),
            "kubevirts" => custom("kubevirts", "kubevirt.io", "v1", "KubeVirt", "kubevirts"),
            "datavolumes" => custom("datavolumes", "cdi.kubevirt.io", "v1beta1", "DataVolume", "datavolumes"),
            "instancetypes" => custom(
                "instancetypes",
                "instancetype.kubevirt.io",
                "v1beta1",
                "VirtualMachineInstancetype",
                "virtualmachineinstancetypes",
            ),
            "clusterinstancetypes" => custom(
                "clusterinstancetypes",
                "instancetype.kubevirt.io",
                "v1beta1",
                "VirtualMachineClusterInstancetype",
                "virtualmachineclusterinstancetypes",
            ),
            _ => return None,
        })
    }
}

impl Cluster {
    /// Objects of a collection; empty if the cluster does not know the kind.
    pub async fn objects(&self, collection: &Collection, query: &Query) -> kube::Result<Vec<DynamicObject>> {
        let api: Api<DynamicObject> = match &query.namespace {
            Some(namespace) => Api::namespaced_with(self.client.clone(), namespace, &collection.resource),
            None => Api::all_with(self.client.clone(), &collection.resource),
        };
        let parameters = match &query.name {
            Some(name) => ListParams::default().fields(&format!("metadata.name={name}")),
            None => ListParams::default(),
        };
        match api.list(&parameters).await {
            Ok(list) => Ok(list.items),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Renders a collection as JSON.
    pub async fn list(&self, collection: &Collection, provider: &str, query: &Query) -> kube::Result<Vec<Value>> {
        let objects = self.objects(collection, query).await?;
        let shown = objects
            .iter()
            .map(|object| render(collection, provider, object, query.detail));
        Ok(shown.collect())
    }

    /// Renders one object in full. Storage classes are never found: Forklift compares the wrong parameter of the URL
    /// (`web/ocp/storageclass.go`).
    pub async fn get(&self, collection: &Collection, provider: &str, uid: &str) -> kube::Result<Option<Value>> {
        if collection.name == "storageclasses" {
            return Ok(None);
        }
        let objects = self.objects(collection, &Query::default()).await?;
        let found = objects.iter().find(|object| object.uid().as_deref() == Some(uid));
        Ok(found.map(|object| render(collection, provider, object, super::query::ALL)))
    }

    /// Tests that the provider can list the required kinds (`pkg/controller/provider/container/ocp`).
    pub async fn test(&self) -> kube::Result<()> {
        for name in [
            "namespaces",
            "storageclasses",
            "networkattachmentdefinitions",
            "vms",
            "instancetypes",
            "clusterinstancetypes",
        ] {
            if let Some(collection) = Collection::parse(name) {
                let api: Api<DynamicObject> = Api::all_with(self.client.clone(), &collection.resource);
                api.list(&ListParams::default().limit(1)).await?;
            }
        }
        Ok(())
    }

    /// Number of objects in a collection.
    pub async fn count(&self, name: &str) -> kube::Result<usize> {
        match Collection::parse(name) {
            Some(collection) => Ok(self.objects(&collection, &Query::default()).await?.len()),
            None => Ok(0),
        }
    }
}

fn render(collection: &Collection, provider: &str, object: &DynamicObject, detail: u8) -> Value {
    let uid = object.uid().unwrap_or_default();
    let mut shown = json!({
        "uid": uid,
        "version": object.resource_version().unwrap_or_default(),
        "namespace": object.meta().namespace.clone().unwrap_or_default(),
        "name": object.name_any(),
        "selfLink": format!("providers/openshift/{provider}/{}/{uid}", collection.name),
        "id": uid,
    });
    if detail > 0 {
        // Objects that were read from JSON can be serialized to JSON.
        let mut json = serde_json::to_value(object).unwrap_or_default();
        if let Some(fields) = json.as_object_mut().filter(|_| collection.typed) {
            fields.retain(|key, _| key != "kind" && key != "apiVersion");
        }
        shown["object"] = json;
    }
    shown
}
