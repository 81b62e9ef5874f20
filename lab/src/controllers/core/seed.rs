//! Creates the objects that exist before any controller runs: nodes, namespaces, storage classes. Idempotent.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::{
        core::v1::{Namespace, Node, NodeAddress, NodeCondition, NodeSpec, NodeStatus, NodeSystemInfo},
        storage::v1::{CSIDriver, CSIDriverSpec, StorageClass},
    },
    apimachinery::pkg::{api::resource::Quantity, apis::meta::v1::Time},
};
use kube::{Api, Client, api::ObjectMeta};

use super::facts::{self, Class};
use crate::controllers::objects::{self, Error};

/// Creates the missing objects concurrently.
pub async fn seed(client: Client) -> Result<(), Error> {
    futures::try_join!(
        objects::seed_all(Api::all(client.clone()), facts::NODES.map(node)),
        objects::seed_all(Api::all(client.clone()), facts::NAMESPACES.map(namespace)),
        objects::seed_all(Api::all(client.clone()), facts::CLASSES.each_ref().map(class)),
        objects::seed_all(Api::all(client), [driver()]),
    )?;
    Ok(())
}

fn namespace(name: &str) -> Namespace {
    Namespace {
        metadata: named(name),
        ..Namespace::default()
    }
}

fn named(name: &str) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.into()),
        ..ObjectMeta::default()
    }
}

fn strings<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn node(name: &str) -> Node {
    let capacity: BTreeMap<String, Quantity> = [
        ("cpu", facts::NODE_CPUS),
        ("memory", facts::NODE_MEMORY),
        ("pods", facts::NODE_PODS),
        ("devices.kubevirt.io/kvm", "1k"),
        ("devices.kubevirt.io/tun", "1k"),
        ("devices.kubevirt.io/vhost-net", "1k"),
    ]
    .map(|(resource, amount)| (resource.to_owned(), Quantity(amount.into())))
    .into();
    Node {
        metadata: ObjectMeta {
            labels: Some(strings([
                ("kubernetes.io/hostname", name),
                ("kubernetes.io/os", "linux"),
                ("kubernetes.io/arch", "amd64"),
                ("node-role.kubernetes.io/worker", ""),
                ("kubevirt.io/schedulable", "true"),
            ])),
            ..named(name)
        },
        spec: Some(NodeSpec::default()),
        status: Some(NodeStatus {
            allocatable: Some(capacity.clone()),
            capacity: Some(capacity),
            addresses: Some(vec![
                address("InternalIP", facts::NODE_ADDRESS),
                address("Hostname", name),
            ]),
            conditions: Some(vec![
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID"),
                condition("Ready", "True", "KubeletReady"),
            ]),
            node_info: Some(NodeSystemInfo {
                architecture: "amd64".into(),
                kubelet_version: facts::KUBELET_VERSION.into(),
                operating_system: "linux".into(),
                os_image: "mtv-lab (simulated)".into(),
                container_runtime_version: "mtv-lab://0".into(),
                ..NodeSystemInfo::default()
            }),
            ..NodeStatus::default()
        }),
    }
}

fn address(type_: &str, address: &str) -> NodeAddress {
    NodeAddress {
        type_: type_.into(),
        address: address.into(),
    }
}

fn condition(type_: &str, status: &str, reason: &str) -> NodeCondition {
    let now = Time(sim_clock::now());
    NodeCondition {
        type_: type_.into(),
        status: status.into(),
        reason: Some(reason.into()),
        last_heartbeat_time: Some(now.clone()),
        last_transition_time: Some(now),
        ..NodeCondition::default()
    }
}

fn class(class: &Class) -> StorageClass {
    let defaults = strings([
        (facts::DEFAULT_CLASS_ANNOTATION, "true"),
        (facts::DEFAULT_VIRT_CLASS_ANNOTATION, "true"),
    ]);
    StorageClass {
        metadata: ObjectMeta {
            annotations: class.is_default.then_some(defaults),
            ..named(class.name)
        },
        provisioner: facts::PROVISIONER.into(),
        parameters: Some(strings([
            (facts::VOLUME_MODE_PARAMETER, class.volume_mode),
            (facts::ACCESS_MODE_PARAMETER, class.access_mode),
        ])),
        reclaim_policy: Some("Delete".into()),
        volume_binding_mode: Some(class.binding_mode.into()),
        allow_volume_expansion: Some(true),
        ..StorageClass::default()
    }
}

fn driver() -> CSIDriver {
    CSIDriver {
        metadata: named(facts::PROVISIONER),
        spec: CSIDriverSpec {
            attach_required: Some(false),
            ..CSIDriverSpec::default()
        },
    }
}
