//! Names that CDI uses on its objects (`pkg/controller/common/util.go` of CDI).

use std::collections::BTreeMap;

/// Version that CDI's objects are labelled with.
pub const VERSION: &str = "v1.63.1";
/// Image of the importer pod.
pub const IMPORTER_IMAGE: &str = "registry.lab.mtv-bdd.io/cdi-importer:v1.63.1";
/// API group of CDI.
pub const GROUP: &str = "cdi.kubevirt.io";
/// Kind that a claim names as source when the import populator fills it.
pub const IMPORT_SOURCE: &str = "VolumeImportSource";
/// Share of a file system that is lost to the file system itself.
pub const FILESYSTEM_OVERHEAD: f64 = 0.06;

/// Whether CDI uses populators for a data volume.
pub const USE_POPULATOR: &str = "cdi.kubevirt.io/storage.usePopulator";
/// UID of the data volume that a claim was made for.
pub const CREATED_FOR: &str = "cdi.kubevirt.io/createdForDataVolume";
/// The claim that is filled in place of the annotated one.
pub const PRIME: &str = "cdi.kubevirt.io/storage.populator.pvcPrime";
/// How much of the claim is filled.
pub const PROGRESS: &str = "cdi.kubevirt.io/storage.populator.progress";
/// The pod that fills the annotated claim.
pub const IMPORT_POD: &str = "cdi.kubevirt.io/storage.import.importPodName";
/// Phase of that pod.
pub const POD_PHASE: &str = "cdi.kubevirt.io/storage.pod.phase";
/// How often that pod was restarted.
pub const POD_RESTARTS: &str = "cdi.kubevirt.io/storage.pod.restarts";
/// Whether that pod can be scheduled.
pub const POD_SCHEDULABLE: &str = "cdi.kubevirt.io/storage.pod.schedulable";
/// Whether that pod runs.
pub const RUNNING: &str = "cdi.kubevirt.io/storage.condition.running";
/// What that pod says.
pub const RUNNING_MESSAGE: &str = "cdi.kubevirt.io/storage.condition.running.message";
/// Why that pod runs or not.
pub const RUNNING_REASON: &str = "cdi.kubevirt.io/storage.condition.running.reason";

/// Labels that every object made by CDI has.
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
