//! The deep inspection pod: inspects the disks of a snapshot, then serves the results on port 8080 until it receives
//! the shutdown request.

use std::{net::Ipv4Addr, time::Duration};

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
};
use forklift_api::forklift::Conversion;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use loopback_https::serve_http;
use serde_json::{Value, json};
use sim_net::Listener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{addresses::Addresses, status::Outcome, virt_v2v::SERVICE_PORT};
use crate::controllers::{Context, guest_os::GuestOs};

/// Simulated duration of an inspection.
const INSPECTION: Duration = Duration::from_secs(9);

/// An inspection that has not started yet.
pub struct Inspection {
    address: Ipv4Addr,
    vm: String,
}

/// Reads the inspected VM from the Conversion: the pod has only the VM's id, the Conversion has its name.
pub async fn prepare(context: &Context, addresses: &Addresses, pod: &Pod) -> Inspection {
    let conversion = pod.labels().get("conversion").map(String::as_str).unwrap_or_default();
    let conversions = context.within::<Conversion>(&pod.namespace().unwrap_or_default());
    let conversion = conversions.get(conversion).await;
    let vm = conversion.and_then(|conversion| conversion.spec.vm.name.clone());
    Inspection {
        address: addresses.next(),
        vm: vm.unwrap_or_default(),
    }
}

impl Inspection {
    /// IP address of the pod.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Inspects the disks, serves the results and returns after the shutdown request.
    pub async fn run(self, context: &Context) -> Outcome {
        context.clock.sleep(INSPECTION).await;
        match Listener::bind((self.address, SERVICE_PORT).into()).await {
            Ok(listener) => {
                let shutdown = CancellationToken::new();
                let _service = serve_http(listener, service(&self.vm, shutdown.clone()));
                shutdown.cancelled().await;
            }
            // Without a server Forklift takes the end of the pod as a result without findings.
            Err(error) => {
                tracing::debug!(address = %self.address, %error, "the inspection pod cannot serve its results and ends")
            }
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

/// Inspection results: the operating system of the guest, and no concerns.
fn results(vm: &str) -> Value {
    let os = GuestOs::from_vm_name(vm);
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
