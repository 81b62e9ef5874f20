//! Plans that cannot be run.

use forklift_api::{
    forklift::{Conditions, Migration, Plan},
    multus::NetworkAttachmentDefinition,
};
use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, api::PostParams};
use mtv_lab::injection::{Fault, FaultName, FaultSpec};
use serde_json::{Value, json};
use vim25::{MoRef, Value as Soap};

use super::maps::{self, IGNORED, POD};
use crate::{
    inventory,
    world::{NAMESPACE, World},
};

/// A VM with a disk on `LocalDS_0` and a NIC in `VM Network`.
pub const VM: &str = "mtv-win2019-79";
/// A VM with NICs in `VM Network` and `VM Test Network`.
pub const VM_WITH_TWO_NICS: &str = "mtv-rhel8-warm-2disks2nics";
/// A clone with a name that Kubernetes does not take, and without tools in its guest.
pub const VM_WITHOUT_TOOLS: &str = "DC0_C0_RP0_VM1";

/// Another one with a NIC in `VM Network`, for whose plans the VDDK image is spoilt.
pub const VM_WITHOUT_VDDK: &str = "mtv-tests-rhel9-luks";

/// All networks, each becoming something else.
pub const NETWORKS: [(&str, &str); 3] = [
    ("VM Network", POD),
    ("VM Test Network", IGNORED),
    ("cnv-test", "default/lab-bridge"),
];

const STORAGES: &[&str] = &["LocalDS_0", "LocalDS_1"];
const CLASS: &str = "lab-block";

/// The networks on the cluster that the maps lead to, and a running VM without tools.
pub async fn networks(world: &World) {
    let namespace: Namespace = serde_json::from_value(json!({"metadata": {"name": "lab-target"}})).unwrap();
    let namespaces = Api::all(world.client.clone());
    namespaces.create(&PostParams::default(), &namespace).await.unwrap();
    for namespace in ["default", "lab-target"] {
        let network = json!({
            "apiVersion": "k8s.cni.cncf.io/v1",
            "kind": "NetworkAttachmentDefinition",
            "metadata": {"name": "lab-bridge"},
            "spec": {"config": "{}"},
        });
        world.create::<NetworkAttachmentDefinition>(namespace, network).await;
    }
    let client = world.session().await;
    let original = world.vm(&client, "mtv-tests-no-tools").await;
    let spec = Soap::data("VirtualMachineCloneSpec")
        .with("location", Soap::data("VirtualMachineRelocateSpec"))
        .with("template", false)
        .with("powerOn", true);
    let arguments = vec![
        ("folder", MoRef::new("Folder", "group-v3").into()),
        ("name", VM_WITHOUT_TOOLS.into()),
        ("spec", spec),
    ];
    client.run_task(&original, "CloneVM_Task", arguments).await.unwrap();
    client.logout().await.unwrap();
    inventory::lists(world, VM_WITHOUT_TOOLS).await;
}

/// A network in a namespace that the plan's pods cannot reach.
pub async fn nad_elsewhere(world: &World) {
    let rows = [NETWORKS[0], NETWORKS[1], ("cnv-test", "lab-target/lab-bridge")];
    let name = "nad-elsewhere";
    maps::storage(world, name, STORAGES, CLASS).await;
    maps::network(world, name, &rows).await;
    keeping_addresses(world, name, "lab-cold", name, json!([{"name": VM_WITHOUT_TOOLS}])).await;
}

/// A running VM without tools.
pub async fn no_tools(world: &World) {
    let name = "guest-tools";
    maps::storage(world, name, STORAGES, CLASS).await;
    maps::network(world, name, &NETWORKS).await;
    keeping_addresses(world, name, "lab-cold", name, json!([{"name": VM_WITHOUT_TOOLS}])).await;
}

/// A network that is not in the map.
pub async fn network_unmapped(world: &World) {
    let name = "net-unmapped";
    maps::storage(world, name, STORAGES, CLASS).await;
    maps::network(world, name, &[("VM Test Network", POD)]).await;
    plan(world, name, "lab-err", json!([{"name": VM}])).await;
}

/// A datastore that is not in the map.
pub async fn storage_unmapped(world: &World) {
    let name = "ds-unmapped";
    maps::storage(world, name, &["LocalDS_1"], CLASS).await;
    maps::network(world, name, &NETWORKS).await;
    plan(world, name, "lab-err", json!([{"name": VM}])).await;
}

/// A VDDK image without a VDDK.
pub async fn no_vddk(world: &World) {
    let name = "hook-fail";
    let spec = FaultSpec {
        name: FaultName::VddkImageInvalid,
        vm: Some(VM_WITHOUT_VDDK.into()),
    };
    let faults: Api<Fault> = Api::all(world.client.clone());
    faults
        .create(&PostParams::default(), &Fault::new("vddk", spec))
        .await
        .unwrap();
    maps::storage(world, name, STORAGES, CLASS).await;
    maps::network(world, name, &NETWORKS).await;
    plan(world, name, "lab-hook-fail", json!([{"name": VM_WITHOUT_VDDK}])).await;
}

/// How a map names its sources.
#[derive(Clone, Copy)]
pub enum By {
    Name,
    Id,
}

/// Two NICs that become the pod network.
pub async fn two_pods(world: &World, name: &str, by: By) {
    maps::storage(world, name, STORAGES, CLASS).await;
    let client = world.session().await;
    let networks = client.list("Network", &["name"]).await.unwrap();
    client.logout().await.unwrap();
    let rows = ["VM Network", "VM Test Network"].map(|network| {
        let known = networks.iter().find(|known| known.name() == network).unwrap();
        let source = match by {
            By::Name => json!({"name": network}),
            By::Id => json!({"id": known.moref.id}),
        };
        json!({"source": source, "destination": maps::destination(POD)})
    });
    maps::network_of(world, name, rows.to_vec()).await;
    plan(world, name, "lab-err2", json!([{"name": VM_WITH_TWO_NICS}])).await;
}

/// VMs that there are not, and a migration of them.
pub async fn vms_missing(world: &World) {
    let name = "vm-missing";
    maps::storage(world, name, STORAGES, CLASS).await;
    maps::network(world, name, &NETWORKS).await;
    plan(
        world,
        name,
        "lab-err",
        json!([{"name": "no-such-vm"}, {"id": "vm-99999"}]),
    )
    .await;
    world.migrate(name, name).await;
    let is_judged = |migration: &Migration| !migration.status.conditions().is_empty();
    world.until(NAMESPACE, name, is_judged).await;
}

/// Maps that there are not, no VMs, a VM twice, a target name that cannot be.
pub async fn references(world: &World) {
    let maps_name = "references";
    maps::storage(world, maps_name, STORAGES, CLASS).await;
    maps::network(world, maps_name, &NETWORKS).await;
    let plan = async |name: &str, map: &str, vms: Value| keeping_addresses(world, name, "lab-err", map, vms).await;
    plan("no-maps", "nope", json!([{"name": VM}])).await;
    plan("no-vms", maps_name, json!([])).await;
    plan("dup-vms", maps_name, json!([{"name": VM}, {"name": VM}])).await;
    plan(
        "bad-target-name",
        maps_name,
        json!([{"name": VM, "targetName": "Bad_Name"}]),
    )
    .await;
}

/// Makes a plan with maps of its own name, and waits until it has been judged.
pub async fn plan(world: &World, name: &str, target: &str, vms: Value) {
    judged(world, name, spec(target, name, vms, false)).await;
}

/// The same with Forklift's default, to keep static addresses.
async fn keeping_addresses(world: &World, name: &str, target: &str, maps: &str, vms: Value) {
    judged(world, name, spec(target, maps, vms, true)).await;
}

fn spec(target: &str, maps: &str, vms: Value, keeps_addresses: bool) -> Value {
    let map = json!({"name": maps, "namespace": NAMESPACE});
    json!({
        "targetNamespace": target,
        "provider": providers(),
        "map": {"network": map, "storage": map},
        "preserveStaticIPs": keeps_addresses,
        "vms": vms,
    })
}

/// From the vCenter to this cluster.
pub fn providers() -> Value {
    json!({
        "source": {"name": "vcenter", "namespace": NAMESPACE},
        "destination": {"name": "host", "namespace": NAMESPACE},
    })
}

/// Waits until the plan has been judged, and its VDDK image too.
async fn judged(world: &World, name: &str, spec: Value) {
    let plan = json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Plan",
        "metadata": {"name": name},
        "spec": spec,
    });
    world.create::<Plan>(NAMESPACE, plan).await;
    let is_judged = |plan: &Plan| !plan.status.conditions().is_empty() && !plan.status.is_true("ValidatingVDDK");
    world.until(NAMESPACE, name, is_judged).await;
}
