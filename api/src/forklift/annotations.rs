//! Annotations that Forklift writes: on objects, and on the steps and tasks of a pipeline.

/// On a DataVolume and its PersistentVolumeClaim: the source disk that it is filled from
/// (`pkg/controller/plan/adapter/base/doc.go`).
pub const DISK_SOURCE: &str = "forklift.konveyor.io/disk-source";

/// On a step and its tasks: what their progress counts, `MB` (MiB in truth) for disks
/// (`pkg/controller/plan/migrator/base/migrator.go`).
pub const UNIT: &str = "unit";
/// On a task: number of the precopy that the disk is in, from the second on (`pkg/controller/plan/migration.go`).
pub const PRECOPY: &str = "Precopy";
