//! The virt-v2v pod: converts the guest, copies its disks, and serves the same HTTP endpoints as Forklift's image
//! (`cmd/virt-v2v` of Forklift): metrics on port 2112 all the time; on port 8080, after the conversion, the converted
//! VM, the inspection results, the warnings, and the shutdown endpoint.

use std::{
    fmt::Write,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    http::{StatusCode, header},
    routing::{get, post},
};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::ResourceExt;
use loopback_https::serve_http;
use serde_json::json;
use sim_clock::Poll;
use sim_net::Listener;
use tokio_util::sync::CancellationToken;

use super::{addresses::Addresses, status::Outcome, workload::env};
use crate::{
    controllers::{
        Context,
        core::{disks, scheduler::claims_of},
        guest_os::GuestOs,
    },
    injection::{FaultName, HoldName},
};

const METRICS_PORT: u16 = 2112;
pub(super) const SERVICE_PORT: u16 = 8080;
/// Simulated time between the start of virt-v2v and the first copied byte.
const CONVERSION: Duration = Duration::from_secs(8);
/// Number of progress updates per disk.
const STEPS: u32 = 20;
/// Polling interval of a copy that a hold keeps from ending.
const HELD: Duration = Duration::from_secs(3);
/// Time after which nbdcopy gives up a source that no longer answers.
const LOST: Duration = Duration::from_secs(60);
/// Number of addresses to try, because other processes may use some; after that the pod runs without servers.
const ADDRESSES: usize = 64;

/// A conversion that has not started yet.
pub struct Conversion {
    address: Ipv4Addr,
    metrics: Option<Listener>,
    vm: String,
    /// Allocated bytes of each source disk.
    disks: Vec<u64>,
    /// Whether the disks are already copied and virt-v2v converts them in place.
    in_place: bool,
}

/// Progress of each disk in percent, as the metrics show it.
type Progress = Arc<Mutex<Vec<f64>>>;

/// Reads the conversion's input from the pod spec and allocates an address.
pub async fn prepare(context: &Context, addresses: &Addresses, pod: &Pod) -> Conversion {
    let container = pod.spec.as_ref().and_then(|spec| spec.containers.first());
    let vm = container.and_then(|container| env(container, "V2V_vmName"));
    let claims = context.within::<PersistentVolumeClaim>(&pod.namespace().unwrap_or_default());
    let mut disks = Vec::new();
    for name in claims_of(pod) {
        // A disk without a claim counts as empty.
        let claim = claims.get(name).await;
        disks.extend(claim.map(|claim| disks::allocated(disks::claim_size(&claim))));
    }
    let (address, metrics) = listen(addresses).await;
    Conversion {
        address,
        metrics,
        vm: vm.unwrap_or_default().into(),
        disks,
        in_place: container.and_then(|container| env(container, "V2V_inPlace")) == Some("1"),
    }
}

/// Binds an address to serve the metrics on. Where loopback has only one address, or all are in use, the pod runs
/// without servers: Forklift then takes the end of the pod as the end of the conversion.
async fn listen(addresses: &Addresses) -> (Ipv4Addr, Option<Listener>) {
    for _ in 0..ADDRESSES {
        let address = addresses.next();
        match Listener::bind((address, METRICS_PORT).into()).await {
            Ok(listener) => return (address, Some(listener)),
            Err(error) => tracing::debug!(%address, %error, "no pod can live here"),
        }
    }
    (addresses.next(), None)
}

impl Conversion {
    /// IP address of the pod.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Converts and copies; returns after the shutdown request or a failure.
    pub async fn run(self, context: &Context) -> Outcome {
        let progress: Progress = Arc::new(Mutex::new(vec![0.0; self.disks.len()]));
        let _metrics = self.metrics.map(|listener| {
            let progress = progress.clone();
            serve_http(
                listener,
                Router::new().route("/metrics", get(async move || metrics(&progress))),
            )
        });
        context.clock.sleep(CONVERSION).await;
        let copied = if self.in_place {
            Ok(())
        } else {
            copy(context, &self.vm, &self.disks, &progress).await
        };
        if let Err(message) = copied {
            return Outcome {
                exit_code: 1,
                message: Some(message),
            };
        }
        match Listener::bind((self.address, SERVICE_PORT).into()).await {
            Ok(listener) => {
                let shutdown = CancellationToken::new();
                let _service = serve_http(listener, service(&self.vm, self.disks.len(), shutdown.clone()));
                shutdown.cancelled().await;
            }
            Err(error) => {
                tracing::debug!(address = %self.address, %error, "the virt-v2v pod cannot serve its results and ends")
            }
        }
        Outcome::success()
    }
}

/// Copies the disks one after the other.
async fn copy(context: &Context, vm: &str, disks: &[u64], progress: &Progress) -> Result<(), String> {
    let total: u64 = disks.iter().sum();
    let mut before = 0;
    for (index, bytes) in disks.iter().enumerate() {
        for step in 1..=STEPS {
            context.clock.sleep(disks::copy_time(*bytes) / STEPS).await;
            let share = f64::from(step) / f64::from(STEPS);
            if let Some(percent) = progress.lock().unwrap_or_else(PoisonError::into_inner).get_mut(index) {
                *percent = 100.0 * share;
            }
            let copied = before + bytes / u64::from(STEPS) * u64::from(step);
            if copied * 2 >= total && context.injections.fault(FaultName::ConversionFailsWhileCopying, vm) {
                context.clock.sleep(LOST).await;
                return Err(format!(
                    "virt-v2v: error: nbdcopy: disk {} of {}: the connection to the source was lost at {:.0}%",
                    index + 1,
                    disks.len(),
                    100.0 * share,
                ));
            }
            let mut poll = Poll::default();
            while copied * 2 >= total && context.injections.hold(HoldName::DiskTransfer, vm) {
                poll.look();
                context.clock.poll(poll, HELD).await;
            }
        }
        before += bytes;
    }
    Ok(())
}

/// Metrics in Prometheus text format; disk numbers start at 1.
fn metrics(progress: &Progress) -> String {
    let mut text = "# HELP v2v_disk_transfers Percent of disk copied\n# TYPE v2v_disk_transfers gauge\n".to_owned();
    for (index, percent) in progress
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .enumerate()
    {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "v2v_disk_transfers{{disk_id=\"{}\"}} {percent}", index + 1);
    }
    text
}

fn service(vm: &str, disks: usize, shutdown: CancellationToken) -> Router {
    let (yaml, xml) = (converted_vm(vm, disks), inspection(vm));
    Router::new()
        .route(
            "/vm",
            get(async move || ([(header::CONTENT_TYPE, "application/yaml")], yaml)),
        )
        .route(
            "/inspection",
            get(async move || ([(header::CONTENT_TYPE, "application/xml")], xml)),
        )
        .route("/warnings", get(async || StatusCode::NO_CONTENT))
        .route(
            "/shutdown",
            post(async move || {
                shutdown.cancel();
                StatusCode::NO_CONTENT
            }),
        )
}

/// The VM in virt-v2v's KubeVirt output format: firmware, and the first disk as boot disk.
fn converted_vm(vm: &str, disks: usize) -> String {
    let disks: Vec<_> = (0..disks)
        .map(|index| match index {
            0 => json!({"name": "disk-0", "bootOrder": 1, "disk": {"bus": "virtio"}}),
            _ => json!({"name": format!("disk-{index}"), "disk": {"bus": "virtio"}}),
        })
        .collect();
    let domain = json!({"devices": {"disks": disks}, "firmware": {"bootloader": {"bios": {}}}});
    let vm = json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": vm},
        "spec": {"template": {"spec": {"domain": domain}}},
    });
    serde_saphyr::to_string(&vm).unwrap_or_default()
}

fn inspection(vm: &str) -> String {
    let os = GuestOs::from_vm_name(vm);
    let major = os.version.split('.').next().unwrap_or_default();
    format!(
        "<?xml version='1.0' encoding='utf-8'?>\n\
         <v2v-inspection>\n  <program>virt-v2v-inspector</program>\n  <package>mtv-lab (simulated)</package>\n\
         \x20 <operatingsystem>\n    <name>{}</name>\n    <distro>{}</distro>\n    <osinfo>{}</osinfo>\n    \
         <arch>x86_64</arch>\n    <major_version>{major}</major_version>\n    <product_name>{}</product_name>\n  \
         </operatingsystem>\n</v2v-inspection>\n",
        os.family,
        if os.family == "windows" { "windows" } else { os.id },
        os.osinfo,
        os.pretty_name(),
    )
}
