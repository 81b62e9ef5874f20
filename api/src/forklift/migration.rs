//! Migration: one run of a plan (Forklift, `migration.go`).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, ObjectRef, Ref, VmStatus};
use crate::schema::DateTime;

/// A run of a plan, which starts when the object is created.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "forklift.konveyor.io", version = "v1beta1", kind = "Migration", namespaced)]
#[kube(
    plural = "migrations",
    singular = "migration",
    status = "MigrationStatus",
    derive = "PartialEq"
)]
#[kube(printcolumn = r#"{"name":"READY","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].status"}"#)]
#[kube(
    printcolumn = r#"{"name":"RUNNING","type":"string","jsonPath":".status.conditions[?(@.type=='Running')].status"}"#
)]
#[kube(
    printcolumn = r#"{"name":"SUCCEEDED","type":"string","jsonPath":".status.conditions[?(@.type=='Succeeded')].status"}"#
)]
#[kube(
    printcolumn = r#"{"name":"FAILED","type":"string","jsonPath":".status.conditions[?(@.type=='Failed')].status"}"#
)]
#[kube(printcolumn = r#"{"name":"AGE","type":"date","jsonPath":".metadata.creationTimestamp"}"#)]
#[serde(rename_all = "camelCase")]
pub struct MigrationSpec {
    /// VMs whose migration will be cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel: Option<Vec<Ref>>,
    /// Time of the cutover of warm migrations; a time in the past means now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub cutover: Option<Time>,
    /// The Plan to run.
    pub plan: ObjectRef,
    /// Whether to resume at the conversion, with the disks that an earlier run copied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_conversion: Option<bool>,
    /// Cutover of single VMs, instead of `cutover`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_cutover: Option<Vec<VmCutover>>,
}

/// The cutover of one VM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VmCutover {
    /// Time of the cutover.
    #[schemars(with = "DateTime")]
    pub cutover: Time,
    /// Id of the VM in the provider; no other field is matched.
    #[schemars(length(min = 1))]
    pub id: String,
}

/// Progress of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct MigrationStatus {
    /// Time of the end of the run; absent after cancellation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub completed: Option<Time>,
    /// `Ready`, `Running`, `Succeeded`, `Failed`, `Canceled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// The generation that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Time of the start of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<DateTime>")]
    pub started: Option<Time>,
    /// A copy of the plan's VM statuses, up to one reconcile behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vms: Option<Vec<VmStatus>>,
}
