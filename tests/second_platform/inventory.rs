//! What MTV's inventory says about the second platform, over HTTP.

use axum::{Json, Router, extract::Path, routing::get};
use serde_json::{Value, json};

use crate::memory::vms;

/// Starts it and returns its address.
pub async fn serve() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/providers/ovirt/{provider}/{collection}", get(collection));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn collection(Path((_, collection)): Path<(String, String)>) -> Json<Value> {
    let named = |id: &str, name: &str| json!({ "id": id, "name": name });
    Json(match collection.as_str() {
        "vms" => vms().iter().map(vm).collect(),
        "disks" => vms().iter().flat_map(|vm| &vm.disks).map(disk).collect(),
        "nicprofiles" => json!([named("profile-1", "ovirtmgmt")]),
        "storagedomains" => json!([named("domain-slow", "slow"), named("domain-fast", "fast")]),
        other => panic!("nobody should ask for {other}"),
    })
}

fn vm(vm: &mtv_bdd::source::SourceVm) -> Value {
    let nic = |nic: &mtv_bdd::source::Nic| json!({ "mac": nic.mac, "profile": nic.network_id });
    let attachment = |disk: &mtv_bdd::source::Disk| json!({ "id": format!("of {}", disk.id), "disk": disk.id });
    json!({
        "id": vm.id.0, "name": vm.name,
        "nics": vm.nics.iter().map(nic).collect::<Value>(),
        "diskAttachments": vm.disks.iter().map(attachment).collect::<Value>(),
    })
}

fn disk(disk: &mtv_bdd::source::Disk) -> Value {
    json!({ "id": disk.id, "storageDomain": disk.storage_id })
}
