//! The MTV release that the lab simulates: version, images, and controller settings that the operator sets.

use std::time::Duration;

/// Version of MTV.
pub const VERSION: &str = "2.11.0";

/// Image of the pods that convert and copy disks (`VIRT_V2V_IMAGE` of the controller's Deployment).
pub const VIRT_V2V_IMAGE: &str = "registry.lab.mtv-bdd.io/mtv/forklift-virt-v2v:2.11.0";

/// Image of the pods that inspect snapshots (`DEEP_INSPECTION_IMAGE`).
pub const DEEP_INSPECTION_IMAGE: &str = "registry.lab.mtv-bdd.io/mtv/forklift-deep-inspection:2.11.0";

/// Number of failed pods after which a hook has failed, whatever the status of its Job (`HOOK_RETRY`).
pub const HOOK_RETRY: i32 = 3;

/// Number of importer restarts after which a disk has failed (`IMPORTER_RETRY`).
pub const IMPORTER_RETRY: i32 = 3;

/// Time that an executing plan may be blocked before it fails (`BLOCKER_GRACE_PERIOD_MINUTES`).
pub const BLOCKER_GRACE_PERIOD: Duration = Duration::from_secs(5 * 60);
