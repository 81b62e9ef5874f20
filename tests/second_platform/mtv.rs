//! As much of MTV as the test needs: it accepts what it is given, and migrates at once.

use std::{fmt::Debug, path::Path};

use forklift_api::{
    forklift::{NetworkMap, Plan, Provider, StorageMap, annotations::DISK_SOURCE, labels},
    kubevirt::VirtualMachine,
};
use futures::{StreamExt, TryStreamExt};
use k8s_openapi::{NamespaceResourceScope, api::core::v1::PersistentVolumeClaim};
use kube::{
    Api, Client, Config, Resource, ResourceExt,
    api::{Patch, PatchParams, PostParams},
    config::{KubeConfigOptions, Kubeconfig},
    runtime::{WatchStreamExt, watcher},
};
use mtv_bdd::{
    migration::{MigrationPlan, PreparedVm},
    source::Disk,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Accepts every Provider, map and Plan from now on.
pub async fn start(kubeconfig: &Path) -> Client {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    let context = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &context).await.unwrap();
    let client = Client::try_from(config).unwrap();
    accept::<Provider>(&client);
    accept::<NetworkMap>(&client);
    accept::<StorageMap>(&client);
    accept::<Plan>(&client);
    client
}

/// Makes every object of the kind ready, and archives a plan whose archive is asked for.
fn accept<K>(client: &Client)
where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned + Send + 'static,
    K: serde::Serialize,
{
    let client = client.clone();
    tokio::spawn(async move {
        let all: Api<K> = Api::all(client.clone());
        let stream = watcher(all, watcher::Config::default())
            .default_backoff()
            .applied_objects();
        let mut stream = stream.boxed();
        while let Ok(Some(object)) = stream.try_next().await {
            let as_json = serde_json::to_value(&object).unwrap();
            let generation = &as_json["metadata"]["generation"];
            if as_json["status"]["observedGeneration"] == *generation {
                continue;
            }
            let archived = as_json["spec"]["archived"] == true;
            let types = ["Ready"].into_iter().chain(archived.then_some("Archived"));
            let condition = |type_: &str| {
                json!({
                    "type": type_, "status": "True", "category": "Required",
                    "lastTransitionTime": "2026-01-01T00:00:00Z",
                })
            };
            let conditions: Value = types.map(condition).collect();
            let api: Api<K> = Api::namespaced(client.clone(), &object.namespace().unwrap());
            let status = json!({ "status": { "observedGeneration": generation, "conditions": conditions } });
            // The object may be gone by now.
            let name = object.name_any();
            let _ = api
                .patch_status(&name, &PatchParams::default(), &Patch::Merge(status))
                .await;
        }
    });
}

async fn set_status<K: Clone + DeserializeOwned + Debug>(api: &Api<K>, name: &str, status: Value) {
    let patch = Patch::Merge(json!({ "status": status }));
    api.patch_status(name, &PatchParams::default(), &patch).await.unwrap();
}

/// Makes the claims and the target VM of the plan's VM.
pub async fn migrate(client: &Client, plan: &MigrationPlan) {
    let vm = &plan.vms[0];
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), plan.target_namespace());
    for (index, disk) in vm.source.disks.iter().enumerate() {
        let claim = serde_json::from_value(claim(plan, vm, index, disk)).unwrap();
        claims.create(&PostParams::default(), &claim).await.unwrap();
        let bound = json!({ "phase": "Bound", "capacity": { "storage": disk.bytes.to_string() } });
        set_status(&claims, &claim.name_any(), bound).await;
    }
    let machines: Api<VirtualMachine> = Api::namespaced(client.clone(), plan.target_namespace());
    let machine = serde_json::from_value(machine(plan, vm)).unwrap();
    machines.create(&PostParams::default(), &machine).await.unwrap();
}

/// Lets the disks of the target VM change places.
pub async fn swap_disks(client: &Client, plan: &MigrationPlan) {
    let machines: Api<VirtualMachine> = Api::namespaced(client.clone(), plan.target_namespace());
    let vm = &plan.vms[0];
    let mut disks: Vec<Value> = volumes(vm).iter().map(device).collect();
    disks.reverse();
    let patch = json!({ "spec": { "template": { "spec": { "domain": { "devices": { "disks": disks } } } } } });
    let name = vm.target_name();
    machines
        .patch(&name, &PatchParams::default(), &Patch::Merge(patch))
        .await
        .unwrap();
}

/// What Forklift calls the disk: without the number of its copy.
fn noted(disk: &Disk) -> &str {
    disk.id.trim_end_matches("@2")
}

fn claim_name(index: usize, disk: &Disk) -> String {
    format!("{}-{index}", noted(disk))
}

fn of_plan(plan: &MigrationPlan, vm: &PreparedVm) -> Value {
    json!({ "plan": plan.uid(), labels::VM_ID: vm.source.id.0 })
}

fn claim(plan: &MigrationPlan, vm: &PreparedVm, index: usize, disk: &Disk) -> Value {
    json!({
        "metadata": {
            "name": claim_name(index, disk),
            "labels": of_plan(plan, vm),
            "annotations": { DISK_SOURCE: noted(disk) },
        },
        "spec": {
            "storageClassName": "lab-block", "volumeMode": "Block", "accessModes": ["ReadWriteMany"],
            "resources": { "requests": { "storage": disk.bytes.to_string() } },
        },
    })
}

fn volumes(vm: &PreparedVm) -> Vec<Value> {
    let disks = vm.source.disks.iter().enumerate();
    disks
        .map(|(index, disk)| {
            json!({
                "name": format!("vol-{index}"),
                "persistentVolumeClaim": { "claimName": claim_name(index, disk) },
            })
        })
        .collect()
}

fn device(volume: &Value) -> Value {
    json!({ "name": volume["name"], "disk": { "bus": "virtio" } })
}

fn machine(plan: &MigrationPlan, vm: &PreparedVm) -> Value {
    let volumes = volumes(vm);
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
        "metadata": { "name": vm.target_name(), "labels": of_plan(plan, vm) },
        "spec": { "runStrategy": "Halted", "template": { "spec": {
            "domain": {
                "cpu": { "cores": vm.source.cpu.cores_per_socket, "sockets": vm.source.cpu.sockets },
                "memory": { "guest": format!("{}Mi", vm.source.memory_mib) },
                "firmware": { "serial": vm.source.id.0 },
                "devices": {
                    "disks": volumes.iter().map(device).collect::<Value>(),
                    "interfaces": [{ "name": "net-0", "macAddress": vm.source.nics[0].mac, "masquerade": {} }],
                },
            },
            "networks": [{ "name": "net-0", "pod": {} }],
            "volumes": volumes,
        } } },
    })
}
