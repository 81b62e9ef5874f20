//! What journal entries announce: Kubernetes objects, VMs and snapshots on source platforms, changed settings, node labels.

use std::fmt;

use forklift_api::forklift::labels;
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind},
};
use serde::{Deserialize, Serialize};

use super::SettingLease;
use crate::run::{ClusterId, RunId, labels::RUN_LABEL};

/// Something that a run creates, or that comes into being because of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// An object on the cluster.
    Object(ObjectSubject),
    /// A VM on a source platform.
    SourceVm {
        /// Key of the provider.
        provider: String,
        /// Name of the VM.
        name: String,
    },
    /// The snapshots that migrations make of a VM on a source platform which is not ours, and stays.
    Snapshots {
        /// Key of the provider.
        provider: String,
        /// Name of the VM.
        vm: String,
    },
    /// A setting of MTV's controller that was changed for everybody.
    Setting(SettingLease),
    /// A label on a node, which is not ours.
    NodeLabel(NodeLabel),
}

/// A label on a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeLabel {
    /// The cluster of the node; absent in older journals, which know the hub alone.
    #[serde(default)]
    pub cluster: ClusterId,
    /// Name of the node.
    pub node: String,
    /// The label.
    pub key: String,
    /// Value of the label.
    pub value: String,
}

/// An object on the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectSubject {
    /// The cluster that it is on; absent in older journals, which know the hub alone.
    #[serde(default)]
    pub cluster: ClusterId,
    /// `forklift.konveyor.io/v1beta1`
    pub api_version: String,
    /// `Plan`
    pub kind: String,
    /// `plans`
    pub plural: String,
    /// Absent for objects without namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// Proof that an object with this name belongs to the run.
    pub proof: Proof,
}

/// Proof that an object belongs to the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The label with the run's id, which the suite sets itself.
    RunLabel,
    /// A label that Forklift sets, whose value only objects of the run have: the UID of the run's Plan.
    Label {
        /// Label key.
        key: String,
        /// Value of the label.
        value: String,
    },
}

impl Proof {
    /// The label, as key and value.
    pub fn label<'a>(&'a self, run: &'a RunId) -> (&'a str, &'a str) {
        match self {
            Self::RunLabel => (RUN_LABEL, run.as_str()),
            Self::Label { key, value } => (key, value),
        }
    }

    /// The label that only objects of the Plan of that UID carry (Forklift, `kubevirt.go`).
    pub fn of_plan(uid: &str) -> Self {
        Self::Label {
            key: labels::PLAN.to_owned(),
            value: uid.to_owned(),
        }
    }
}

impl ObjectSubject {
    /// A VM that Forklift is going to create for the Plan of that UID (label `plan`; Forklift, `kubevirt.go`).
    pub fn target_vm(cluster: ClusterId, namespace: &str, name: &str, plan_uid: &str) -> Self {
        Self {
            cluster,
            api_version: "kubevirt.io/v1".to_owned(),
            kind: "VirtualMachine".to_owned(),
            plural: "virtualmachines".to_owned(),
            namespace: Some(namespace.to_owned()),
            name: name.to_owned(),
            proof: Proof::of_plan(plan_uid),
        }
    }

    /// The API for objects of this kind, in the namespace of this one.
    pub fn api(&self, client: Client) -> Api<DynamicObject> {
        let resource = self.resource();
        match &self.namespace {
            Some(namespace) => Api::namespaced_with(client, namespace, &resource),
            None => Api::all_with(client, &resource),
        }
    }

    fn resource(&self) -> ApiResource {
        let (group, version) = self.api_version.rsplit_once('/').unwrap_or(("", &self.api_version));
        ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, &self.kind), &self.plural)
    }
}

impl fmt::Display for ObjectSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.namespace {
            Some(namespace) => format!("{} {namespace}/{}", self.kind, self.name),
            None => format!("{} {}", self.kind, self.name),
        };
        f.write_str(&self.cluster.locate(&what))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => object.fmt(f),
            Self::SourceVm { provider, name } => write!(f, "VM \"{name}\" on {provider}"),
            Self::Snapshots { provider, vm } => write!(f, "snapshots by MTV of the VM \"{vm}\" on {provider}"),
            Self::Setting(lease) => lease.fmt(f),
            Self::NodeLabel(label) => {
                let what = format!("label {} on the node {}", label.key, label.node);
                f.write_str(&label.cluster.locate(&what))
            }
        }
    }
}
