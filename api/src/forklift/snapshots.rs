//! Names of the snapshots that Forklift takes of source VMs.

/// Snapshot of a warm migration (`pkg/controller/plan/adapter/vsphere/client.go`).
pub const PRECOPY: &str = "forklift-migration-precopy";
