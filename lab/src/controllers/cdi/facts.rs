//! Names that CDI uses on its objects (`pkg/controller/common/util.go` of CDI).

use std::collections::BTreeMap;

/// Version that CDI's objects are labelled with.
pub const VERSION: &str = "v1.63.1";
/// Image of the importer pod.
pub const IMPORTER_IMAGE: &str = "registry.lab.mtv-bdd.io/cdi-importer:v1.63.1";
/// API group of CDI's resources.
pub const GROUP: &str = "cdi.kubevirt.io";
/// Kind of the data source of a claim that the import populator fills.
pub const IMPORT_SOURCE: &str = "VolumeImportSource";
/// Share of a file system's size that its metadata uses.
pub const FILESYSTEM_OVERHEAD: f64 = 0.06;

/// Whether CDI uses populators for a data volume.
pub const USE_POPULATOR: &str = "cdi.kubevirt.io/storage.usePopulator";
/// UID of the DataVolume that a claim was created for.
pub const CREATED_FOR: &str = "cdi.kubevirt.io/createdForDataVolume";
/// Name of the temporary claim that is filled in place of the annotated one.
pub const PRIME: &str = "cdi.kubevirt.io/storage.populator.pvcPrime";
/// Progress of filling the claim.
pub const PROGRESS: &str = "cdi.kubevirt.io/storage.populator.progress";
/// Name of the pod that fills the annotated claim.
pub const IMPORT_POD: &str = "cdi.kubevirt.io/storage.import.importPodName";
/// Phase of the importer pod.
pub const POD_PHASE: &str = "cdi.kubevirt.io/storage.pod.phase";
/// Restart count of the importer pod.
pub const POD_RESTARTS: &str = "cdi.kubevirt.io/storage.pod.restarts";
/// Whether the importer pod can be scheduled.
pub const POD_SCHEDULABLE: &str = "cdi.kubevirt.io/storage.pod.schedulable";
/// Whether the importer pod runs.
pub const RUNNING: &str = "cdi.kubevirt.io/storage.condition.running";
/// Message of the importer pod.
pub const RUNNING_MESSAGE: &str = "cdi.kubevirt.io/storage.condition.running.message";
/// Reason for the state of the importer pod.
pub const RUNNING_REASON: &str = "cdi.kubevirt.io/storage.condition.running.reason";

/// Labels of every object that CDI creates.
pub fn labels() -> BTreeMap<String, String> {
    [
        ("app", "containerized-data-importer"),
        ("app.kubernetes.io/component", "storage"),
        ("app.kubernetes.io/managed-by", "cdi-controller"),
        ("app.kubernetes.io/part-of", "hyperconverged-cluster"),
        ("app.kubernetes.io/version", VERSION),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}
