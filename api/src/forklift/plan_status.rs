//! Progress of a plan: the latest run, its VMs and their pipelines (Forklift, `plan.go`,
//! `plan/migration.go`, `plan/snapshot.go`, `plan/vm.go`).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, PlanVm};
use crate::schema::DateTime;

/// Validation result and progress of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct PlanStatus {
    /// Validation (`Ready` or what is wrong) and lifecycle (`Executing`, `Succeeded`, `Failed`,
    /// `Canceled`, `Archived`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// The latest run; empty before the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration: Option<PlanMigration>,
    /// Whether the storage map has a NetApp Shift destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_app_shift_destination: Option<bool>,
    /// The generation that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}

/// The runs of a plan. `started`, `completed` and `vms` describe the latest one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct PlanMigration {
    /// Time of the end of the latest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// One entry per Migration, oldest first, never trimmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<Snapshot>>,
    /// Time of the start of the latest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub started: Option<Time>,
    /// The VMs of the latest run, in the order of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vms: Option<Vec<VmStatus>>,
}

/// The objects that one run refers to, as they were when it started.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Lifecycle of this run: `Executing`, `Succeeded`, `Failed`, `Canceled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// The maps.
    pub map: SnapshotMaps,
    /// The Migration.
    pub migration: SnapshotRef,
    /// The Plan.
    pub plan: SnapshotRef,
    /// The Providers.
    pub provider: SnapshotProviders,
}

/// The maps of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotMaps {
    /// The NetworkMap.
    pub network: SnapshotRef,
    /// The StorageMap; all empty for `type: conversion`.
    pub storage: SnapshotRef,
}

/// The Providers of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotProviders {
    /// Destination provider.
    pub destination: SnapshotRef,
    /// Source provider.
    pub source: SnapshotRef,
}

/// An object at one generation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotRef {
    /// The object's generation.
    pub generation: i64,
    /// The object's name.
    pub name: String,
    /// The object's namespace.
    pub namespace: String,
    /// The object's UID, what Forklift compares.
    pub uid: String,
}

/// The migration of one VM. Its error is set as soon as a step fails, its `completed` one reconcile
/// later.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct VmStatus {
    /// The VM as the plan names it, with the id resolved.
    #[serde(flatten)]
    pub vm: PlanVm,
    /// Time of the end of the VM's migration, regardless of the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// Outcome: `Succeeded`, `Failed`, `Canceled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// Index of the disk that virt-v2v found to be bootable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected_boot_disk: Option<i64>,
    /// Whether all disks are copied; absent if virt-v2v copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disks_copied: Option<bool>,
    /// Why the migration failed, with the VM's phase at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<VmError>,
    /// Firmware that virt-v2v found: `bios` or `uefi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
    /// Name of the target VM when the source's name is not a DNS-1123 one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_name: Option<String>,
    /// Operating system that virt-v2v found, as a vSphere guest id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operating_system: Option<String>,
    /// Current phase, e.g. `CopyDisks`; `Completed` at the end, also after a failure.
    pub phase: String,
    /// The steps, in order.
    pub pipeline: Vec<Step>,
    /// Power state of the source VM before the migration: `On`, `Off` or `Unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_power_state: Option<String>,
    /// Time of the start of the VM's migration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub started: Option<Time>,
    /// Precopies; warm migrations only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm: Option<Warm>,
}

/// One step of a VM's pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// `unit`: unit of `progress`, `MB` (actually MiB) for disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// Time of the end of the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// Human-readable text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Why the step failed, with the step's phase at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<VmError>,
    /// E.g. `Initialize`, `DiskTransfer`, `VirtualMachineCreation`.
    pub name: String,
    /// `Pending`, `Running` or `Completed`; `Cutover` has none at first, a failed step stays `Running`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Progress; steps with a total of 1 mostly stay at 0, so use `phase` for these.
    pub progress: Progress,
    /// Reason of the current phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Time of the start of the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub started: Option<Time>,
    /// Parts of the step, one per disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Task>>,
    /// A problem that does not stop the migration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<VmError>,
}

/// A part of a step, usually one disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// `unit`, and `Precopy`: number of the precopy, from the second on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// Time of the end of the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// Human-readable text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Why the task failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<VmError>,
    /// Identifies the disk, for vSphere `[datastore] folder/file.vmdk`.
    pub name: String,
    /// `Pending`, `Running` or `Completed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Progress of the task.
    pub progress: Progress,
    /// Reason of the current phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Time of the start of the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub started: Option<Time>,
    /// A problem that does not stop the migration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<VmError>,
}

/// Work done and work to do, in the unit of the step's annotation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Completed work.
    pub completed: i64,
    /// Total work.
    pub total: i64,
}

/// Error of a VM, step or task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VmError {
    /// The phase in which it failed.
    pub phase: String,
    /// Error messages, without duplicates.
    pub reasons: Vec<String>,
}

/// Precopies of a warm migration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Warm {
    /// Number of failed precopies since the last successful one.
    pub consecutive_failures: i64,
    /// Number of failed precopies.
    pub failures: i64,
    /// Start time of the next precopy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub next_precopy_at: Option<Time>,
    /// All precopies, oldest first; the final one has neither `end` nor `deltas`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precopies: Option<Vec<Precopy>>,
    /// Number of successful precopies, without the final one.
    pub successes: i64,
}

/// One snapshot of a source VM, and the copy of the changed blocks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Precopy {
    /// Provider's task that creates the snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_task_id: Option<String>,
    /// Change id per disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deltas: Option<Vec<DiskDelta>>,
    /// Time of the end of the copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub end: Option<Time>,
    /// Provider's task that removes the snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_task_id: Option<String>,
    /// The snapshot's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// Time of the snapshot request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub start: Option<Time>,
}

/// Start of the next precopy of a disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiskDelta {
    /// Change id of vSphere's changed block tracking.
    pub delta_id: String,
    /// The disk, named as in `tasks`.
    pub disk: String,
}

impl PlanStatus {
    /// The VMs of the latest run.
    pub fn vms(&self) -> &[VmStatus] {
        self.migration
            .as_ref()
            .and_then(|migration| migration.vms.as_deref())
            .unwrap_or_default()
    }

    /// The latest run, by the newest entry of the history.
    pub fn latest(&self) -> Option<&Snapshot> {
        self.migration.as_ref()?.history.as_ref()?.last()
    }
}

impl VmStatus {
    /// Name of the VM on the source; its id if the plan has no name.
    pub fn source_name(&self) -> String {
        self.vm.name.clone().or_else(|| self.vm.id.clone()).unwrap_or_default()
    }

    /// All copies of a warm migration, including that of the cutover.
    pub fn copies(&self) -> &[Precopy] {
        let copies = self.warm.as_ref().and_then(|warm| warm.precopies.as_deref());
        copies.unwrap_or_default()
    }

    /// Number of copies made while the VM was running.
    pub fn copies_while_running(&self) -> usize {
        let successes = self.warm.as_ref().map_or(0, |warm| warm.successes);
        usize::try_from(successes).unwrap_or_default()
    }

    /// Returns the step of this name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.pipeline.iter().find(|step| step.name == name)
    }
}
