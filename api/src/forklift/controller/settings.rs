//! Controller settings of the ForkliftController.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{EscapedTemplate, GoDuration, Switch};

/// Settings of the controller.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControllerSettings {
    /// Overhead added to block volumes, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("default" = 0))]
    pub controller_block_overhead: Option<i32>,
    /// Time in minutes that a blocking condition can last before a running migration fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 5))]
    pub controller_blocker_grace_period_minutes: Option<i32>,
    /// Number of attempts to clean up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 10))]
    pub controller_cleanup_retries: Option<i32>,
    /// Overhead added to file system volumes, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("default" = 10))]
    pub controller_filesystem_overhead: Option<i32>,
    /// Duration of the leases on ESXi hosts in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 10))]
    pub controller_host_lease_duration_seconds: Option<i32>,
    /// Namespace of the leases on ESXi hosts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "openshift-mtv"))]
    pub controller_host_lease_namespace: Option<String>,
    /// Refresh interval of Hyper-V inventories, a Go duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<GoDuration>", extend("default" = "10s"))]
    pub controller_hyperv_refresh_interval: Option<String>,
    /// Timeout of the validation of a Hyper-V disk, a Go duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<GoDuration>", extend("default" = "30s"))]
    pub controller_hyperv_validation_timeout: Option<String>,
    /// Verbosity of the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("default" = 3))]
    pub controller_log_level: Option<i32>,
    /// Maximum number of concurrent reconciles per kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 10))]
    pub controller_max_concurrent_reconciles: Option<i32>,
    /// Number of attempts to read the parents of a vSphere disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 10))]
    pub controller_max_parent_backing_retries: Option<i32>,
    /// Maximum number of populator pods per ESXi host.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 20))]
    pub controller_max_populator_inflight: Option<i32>,
    /// Maximum number of concurrent VMs (disks, if CDI copies): per ESXi host for vSphere, else per provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 20))]
    pub controller_max_vm_inflight: Option<i32>,
    /// ServiceAccount of migration pods, unless the plan names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller_migration_service_account: Option<String>,
    /// Go template for claim names of OpenShift sources; braces are written `\{` and `\}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<EscapedTemplate>")]
    pub controller_ocp_pvc_name_template: Option<String>,
    /// Warm migration from oVirt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub controller_ovirt_warm_migration: Option<Switch>,
    /// Interval between precopies in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 60))]
    pub controller_precopy_interval: Option<i32>,
    /// Go template for claim names of all other sources; braces are written `\{` and `\}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<EscapedTemplate>")]
    pub controller_pvc_name_template: Option<String>,
    /// Whether to keep populator pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub controller_retain_populator_pods: Option<Switch>,
    /// Whether to keep importer pods of precopies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "false"))]
    pub controller_retain_precopy_importer_pods: Option<Switch>,
    /// Number of checks whether a snapshot is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 20))]
    pub controller_snapshot_removal_check_retries: Option<i32>,
    /// Timeout of the removal of a snapshot in minutes; spelled as in Forklift.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 120))]
    pub controller_snapshot_removal_timeout_minuts: Option<i32>,
    /// Interval of snapshot checks in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 10))]
    pub controller_snapshot_status_check_rate_seconds: Option<i32>,
    /// Static IP addresses in user-defined networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub controller_static_udn_ip_addresses: Option<Switch>,
    /// Timeout of a TLS handshake in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 5))]
    pub controller_tls_connection_timeout_sec: Option<i32>,
    /// NetworkAttachmentDefinition of the controller, `namespace/name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller_transfer_network: Option<String>,
    /// Timeout of the validation of the VDDK image in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 300))]
    pub controller_vddk_job_active_deadline_sec: Option<i32>,
    /// Whether to use vSphere's changed block tracking.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "true"))]
    pub controller_vsphere_incremental_backup: Option<Switch>,
    /// Timeout of the reboot of a converted Windows VM in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("default" = 1800))]
    pub controller_windows_reboot_timeout: Option<i32>,
}
