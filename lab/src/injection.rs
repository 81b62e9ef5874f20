//! Faults and defects: what goes wrong in the lab because somebody asked for it.
//!
//! A *fault* makes something fail that a real data centre would report as failed (a conversion that dies, a refused
//! log-in). A *defect* makes something come out wrong without anybody reporting it (a VM with too little memory). Both
//! are custom resources of the group `lab.mtv-bdd.io`, which exists on no real cluster, so that tests set them over
//! the API like anything else:
//!
//! ```yaml
//! apiVersion: lab.mtv-bdd.io/v1alpha1
//! kind: Defect
//! metadata: {name: wrong-memory}
//! spec: {name: wrong memory, vm: mtv-tests-rhel8}
//! ```

use kube::{
    Api, Client, CustomResource,
    runtime::{WatchStreamExt, reflector, watcher},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

/// Something that fails and says so.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "lab.mtv-bdd.io", version = "v1alpha1", kind = "Fault")]
#[serde(rename_all = "camelCase")]
pub struct FaultSpec {
    /// Which fault.
    pub name: FaultName,
    /// Only for source VMs whose name contains this text; all VMs when absent.
    pub vm: Option<String>,
}

/// Something that comes out wrong without a word.
#[derive(CustomResource, Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "lab.mtv-bdd.io", version = "v1alpha1", kind = "Defect")]
#[serde(rename_all = "camelCase")]
pub struct DefectSpec {
    /// Which defect.
    pub name: DefectName,
    /// Only for source VMs whose name contains this text; all VMs when absent.
    pub vm: Option<String>,
}

/// The faults that the lab can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FaultName {
    /// The virt-v2v pod fails in the middle of the copy.
    #[serde(rename = "conversion fails while copying")]
    ConversionFailsWhileCopying,
}

/// The defects that the lab can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DefectName {
    /// The migrated VM has half the memory of its source.
    #[serde(rename = "wrong memory")]
    WrongMemory,
    /// The migrated VM lacks the last network interface of its source.
    #[serde(rename = "lost NIC")]
    LostNic,
    /// The last disk of a VM arrives smaller than its source.
    #[serde(rename = "shrunk disk")]
    ShrunkDisk,
    /// The source VM is started again after the migration.
    #[serde(rename = "source left running")]
    SourceLeftRunning,
    /// Volumes stay when the VM or the migration that they are for goes.
    #[serde(rename = "leaked volumes")]
    LeakedVolumes,
    /// The source VM stays off after a migration that was cancelled.
    #[serde(rename = "source left off")]
    SourceLeftOff,
}

/// What is currently asked for, as the controllers see it.
#[derive(Clone)]
pub struct Injections {
    faults: reflector::Store<Fault>,
    defects: reflector::Store<Defect>,
}

impl Injections {
    /// Watches the cluster for faults and defects until `stop`.
    pub fn watch(client: Client, stop: CancellationToken) -> Self {
        let (faults, fault_writer) = reflector::store();
        let (defects, defect_writer) = reflector::store();
        follow(Api::<Fault>::all(client.clone()), fault_writer, stop.clone());
        follow(Api::<Defect>::all(client), defect_writer, stop);
        Self { faults, defects }
    }

    /// Whether the fault is asked for, for this source VM.
    pub fn fault(&self, name: FaultName, vm: &str) -> bool {
        self.faults
            .state()
            .iter()
            .any(|fault| fault.spec.name == name && concerns(fault.spec.vm.as_deref(), vm))
    }

    /// Whether the defect is asked for, for this source VM.
    pub fn defect(&self, name: DefectName, vm: &str) -> bool {
        self.defects
            .state()
            .iter()
            .any(|defect| defect.spec.name == name && concerns(defect.spec.vm.as_deref(), vm))
    }
}

fn concerns(wanted: Option<&str>, vm: &str) -> bool {
    wanted.is_none_or(|part| vm.contains(part))
}

fn follow<K>(api: Api<K>, writer: reflector::store::Writer<K>, stop: CancellationToken)
where
    K: kube::Resource<DynamicType = ()> + Clone + std::fmt::Debug + Send + Sync + serde::de::DeserializeOwned + 'static,
{
    let stream = watcher(api, watcher::Config::default())
        .default_backoff()
        .reflect(writer)
        .applied_objects();
    tokio::spawn(async move {
        use futures::StreamExt;
        let mut stream = std::pin::pin!(stream);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                next = stream.next() => if next.is_none() { return },
            }
        }
    });
}
