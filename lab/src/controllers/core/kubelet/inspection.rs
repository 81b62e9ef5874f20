//! What the deep inspection pod does: looks into the disks of a snapshot, and tells what it found on port 8080, once it is
//! ready, until it is told to shut down.

use std::{net::Ipv4Addr, time::Duration};

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
};
use forklift_api::forklift::Conversion;
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, ResourceExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    addresses::Addresses,
    status::Outcome,
    virt_v2v::{SERVICE_PORT, serve},
};
use crate::controllers::{Context, guest_os::GuestOs, objects};

/// Time that it takes to look.
const INSPECTION: Duration = Duration::from_secs(9);

/// An inspection that is about to begin.
pub struct Inspection {
    address: Ipv4Addr,
    vm: String,
}

/// Reads what there is to inspect: the pod itself knows ids only, its Conversion knows the VM's name.
pub async fn prepare(context: &Context, addresses: &Addresses, pod: &Pod) -> Inspection {
    let conversion = pod.labels().get("conversion").map(String::as_str).unwrap_or_default();
    let conversions = Api::<Conversion>::namespaced(context.client.clone(), &pod.namespace().unwrap_or_default());
    let vm = match objects::get(&conversions, conversion).await {
        Ok(conversion) => conversion.and_then(|conversion| conversion.spec.vm.name),
        Err(error) => {
            tracing::warn!(pod = pod.name_any(), %error, "the guest is not known");
            None
        }
    };
    Inspection {
        address: addresses.next(),
        vm: vm.unwrap_or_default(),
    }
}

impl Inspection {
    /// The pod's address.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Looks; ends when it was told to shut down.
    pub async fn run(self, context: &Context) -> Outcome {
        context.clock.sleep(INSPECTION).await;
        match TcpListener::bind((self.address, SERVICE_PORT)).await {
            Ok(listener) => {
                let shutdown = CancellationToken::new();
                let _service = serve(listener, service(&self.vm, shutdown.clone()));
                shutdown.cancelled().await;
            }
            // Forklift then learns from the pod's end that there was nothing to find.
            Err(error) => tracing::debug!(address = %self.address, %error, "the inspection ends without being asked"),
        }
        Outcome::success()
    }
}

fn service(vm: &str, shutdown: CancellationToken) -> Router {
    let results = results(vm);
    Router::new()
        .route("/ready", get(async || StatusCode::OK))
        .route("/results", get(async move || Json(results)))
        .route(
            "/shutdown",
            post(async move || {
                shutdown.cancel();
                StatusCode::NO_CONTENT
            }),
        )
}

/// What the guest is, and that nothing speaks against its migration.
fn results(vm: &str) -> Value {
    let os = GuestOs::of_vm(vm);
    let (distro, filesystem, root) = match os.family {
        "windows" => ("windows", "ntfs", "C:"),
        _ => (os.id, "xfs", "/"),
    };
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_DNS, vm.as_bytes());
    json!({
        "passed": true,
        "all_concerns": [],
        "os_info": {"name": os.family, "distro": distro, "version": os.version, "arch": "x86_64"},
        "filesystems": [{"device": "/dev/sda1", "type": filesystem, "uuid": uuid.to_string()}],
        "mountpoints": [{"device": "/dev/sda1", "mount_point": root}],
    })
}
