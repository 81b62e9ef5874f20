//! Progress of a plan: the latest run, its VMs and their pipelines (Forklift, `plan.go`,
//! `plan/migration.go`, `plan/snapshot.go`, `plan/vm.go`).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, PlanVm};
use crate::schema::DateTime;

/// What Forklift found out about a plan and did with it.
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
    /// The storage map leads to NetApp Shift storage.
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
    /// When the latest run ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// One entry per Migration, oldest first, never trimmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<Snapshot>>,
    /// When the latest run started.
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
    /// Where VMs go.
    pub destination: SnapshotRef,
    /// Where VMs come from.
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
    /// When this VM was done, whatever the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// Outcome: `Succeeded`, `Failed`, `Canceled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// Index of the disk that virt-v2v found to be bootable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected_boot_disk: Option<i64>,
    /// All disks were copied; stays absent when virt-v2v copies.
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
    /// Where the itinerary stands, e.g. `CopyDisks`; `Completed` at the end, also after a failure.
    pub phase: String,
    /// The steps, in order.
    pub pipeline: Vec<Step>,
    /// Power state of the source VM before the migration: `On`, `Off` or `Unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_power_state: Option<String>,
    /// When this VM was started.
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
    /// `unit`: what `progress` counts, `MB` (MiB in truth) for disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// When the step ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// For people.
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
    /// How far; steps that count to 1 mostly stay at 0, so judge these by `phase`.
    pub progress: Progress,
    /// Why it stands where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the step started.
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
    /// When the task ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// For people.
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
    /// How far.
    pub progress: Progress,
    /// Why it stands where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the task started.
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
    /// Done so far.
    pub completed: i64,
    /// All there is to do.
    pub total: i64,
}

/// Why something failed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VmError {
    /// The phase in which it failed.
    pub phase: String,
    /// What went wrong, without duplicates.
    pub reasons: Vec<String>,
}

/// Precopies of a warm migration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Warm {
    /// Failed precopies since the last good one.
    pub consecutive_failures: i64,
    /// Failed precopies.
    pub failures: i64,
    /// When the next precopy starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub next_precopy_at: Option<Time>,
    /// All precopies, oldest first; the final one has neither `end` nor `deltas`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precopies: Option<Vec<Precopy>>,
    /// Good precopies, the final one not counted.
    pub successes: i64,
}

/// One snapshot of a source VM and the copy of what changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Precopy {
    /// Provider's task that creates the snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_task_id: Option<String>,
    /// Change id per disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deltas: Option<Vec<DiskDelta>>,
    /// When the copy ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub end: Option<Time>,
    /// Provider's task that removes the snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_task_id: Option<String>,
    /// The snapshot's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// When the snapshot was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub start: Option<Time>,
}

/// Where the next precopy of a disk goes on from.
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
    /// Name of the VM on the source; its id where the plan names it by id alone.
    pub fn source_name(&self) -> String {
        self.vm.name.clone().or_else(|| self.vm.id.clone()).unwrap_or_default()
    }

    /// All copies of a warm migration, that of the cutover included.
    pub fn copies(&self) -> &[Precopy] {
        let copies = self.warm.as_ref().and_then(|warm| warm.precopies.as_deref());
        copies.unwrap_or_default()
    }

    /// How many copies were taken while the VM was running.
    pub fn copies_while_running(&self) -> usize {
        let successes = self.warm.as_ref().map_or(0, |warm| warm.successes);
        usize::try_from(successes).unwrap_or_default()
    }

    /// The step of this name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.pipeline.iter().find(|step| step.name == name)
    }
}
