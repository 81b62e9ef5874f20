//! SecurityContextConstraints, as far as listing them requires.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Privileges of pods, and the users and groups that can use them.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "security.openshift.io",
    version = "v1",
    kind = "SecurityContextConstraints",
    no_spec
)]
#[kube(
    plural = "securitycontextconstraints",
    singular = "securitycontextconstraints",
    derive = "PartialEq"
)]
#[kube(
    printcolumn = r#"{"name":"Priv","type":"string","description":"Determines if a container can request to be run as privileged","jsonPath":".allowPrivilegedContainer"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Caps","type":"string","description":"A list of capabilities that can be requested to add to the container","jsonPath":".allowedCapabilities"}"#
)]
#[kube(
    printcolumn = r#"{"name":"SELinux","type":"string","description":"Strategy that will dictate what labels will be set in the SecurityContext","jsonPath":".seLinuxContext.type"}"#
)]
#[kube(
    printcolumn = r#"{"name":"RunAsUser","type":"string","description":"Strategy that will dictate what RunAsUser is used in the SecurityContext","jsonPath":".runAsUser.type"}"#
)]
#[kube(
    printcolumn = r#"{"name":"FSGroup","type":"string","description":"Strategy that will dictate what fs group is used by the SecurityContext","jsonPath":".fsGroup.type"}"#
)]
#[kube(
    printcolumn = r#"{"name":"SupGroup","type":"string","description":"Strategy that will dictate what supplemental groups are used by the SecurityContext","jsonPath":".supplementalGroups.type"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Priority","type":"string","description":"Sort order of SCCs","jsonPath":".priority"}"#
)]
#[kube(
    printcolumn = r#"{"name":"ReadOnlyRootFS","type":"string","description":"Force containers to run with a read only root file system","jsonPath":".readOnlyRootFilesystem"}"#
)]
#[kube(
    printcolumn = r#"{"name":"Volumes","type":"string","description":"White list of allowed volume plugins","jsonPath":".volumes"}"#
)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
pub struct Constraints {
    /// Privileged containers are allowed.
    pub allow_privileged_container: bool,
    /// Groups that can use the constraints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Users that can use the constraints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<String>>,
}
