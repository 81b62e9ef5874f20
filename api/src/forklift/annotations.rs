//! Annotations that Forklift sets on objects, and on the steps and tasks of a pipeline.

/// Source disk of a DataVolume; set on the DataVolume and its PersistentVolumeClaim
/// (`pkg/controller/plan/adapter/base/doc.go`).
pub const DISK_SOURCE: &str = "forklift.konveyor.io/disk-source";

/// Unit of the progress of a step and its tasks: `MB` (actually MiB) for disks
/// (`pkg/controller/plan/migrator/base/migrator.go`).
pub const UNIT: &str = "unit";
/// Number of the current precopy of a task's disk, set from the second precopy on (`pkg/controller/plan/migration.go`).
pub const PRECOPY: &str = "Precopy";
