//! The release of MTV that the lab's Forklift pretends to be: its images and the settings that the operator would
//! have given to the controller.

use std::time::Duration;

/// MTV's version.
pub const VERSION: &str = "2.11.0";

/// Image of the pods that convert and copy disks (`VIRT_V2V_IMAGE` of the controller's Deployment).
pub const VIRT_V2V_IMAGE: &str = "registry.lab.mtv-bdd.io/mtv/forklift-virt-v2v:2.11.0";

/// Image of the pods that look into snapshots (`DEEP_INSPECTION_IMAGE`).
pub const DEEP_INSPECTION_IMAGE: &str = "registry.lab.mtv-bdd.io/mtv/forklift-deep-inspection:2.11.0";

/// Failed pods of a hook after which it has failed, whatever its Job says (`HOOK_RETRY`).
pub const HOOK_RETRY: i32 = 3;

/// Importer restarts after which a disk has failed (`IMPORTER_RETRY`).
pub const IMPORTER_RETRY: i32 = 3;

/// How long a plan that is being executed may be blocked before it fails (`BLOCKER_GRACE_PERIOD_MINUTES`).
pub const BLOCKER_GRACE_PERIOD: Duration = Duration::from_secs(5 * 60);
