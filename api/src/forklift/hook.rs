//! Hook: a playbook or AAP job template that runs before or after the migration of a VM (Forklift, `hook.go`).

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Condition, ObjectRef};

/// Playbook, image or job template of a hook.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(group = "forklift.konveyor.io", version = "v1beta1", kind = "Hook", namespaced)]
#[kube(plural = "hooks", singular = "hook", status = "HookStatus", derive = "PartialEq")]
#[kube(printcolumn = r#"{"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type=='Ready')].status"}"#)]
#[kube(printcolumn = r#"{"name":"Image","type":"string","jsonPath":".spec.image"}"#)]
#[kube(printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#)]
#[serde(rename_all = "camelCase")]
pub struct HookSpec {
    /// Runs a job template of the Ansible Automation Platform instead of an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aap: Option<AapHook>,
    /// Time limit of the hook's Job, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<i64>,
    /// Image of the hook's Job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Ansible playbook, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub playbook: Option<String>,
    /// ServiceAccount of the hook's Job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
}

/// A job template of the Ansible Automation Platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AapHook {
    /// Id of the job template.
    pub job_template_id: i64,
    /// Time limit, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i64>,
    /// Secret with the API token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_secret: Option<ObjectRef>,
    /// Address of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Validation result of a hook.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct HookStatus {
    /// `Ready`, `InvalidImage`, `InvalidPlaybook`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Vec<Condition>>,
    /// The generation that this status describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}
