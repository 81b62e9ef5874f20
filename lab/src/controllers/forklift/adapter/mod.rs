//! Code that is specific to a source platform, structured like upstream's `pkg/controller/plan/adapter`. No code outside
//! this folder depends on a platform; the test `floors` enforces that.
//!
//! | upstream | here | trait |
//! | --- | --- | --- |
//! | `pkg/controller/provider/container/X`, webhooks | `adapter/X/mod.rs`, `credentials.rs` | [`Platform`]: settings, Secret, log-in, connection |
//! | `pkg/controller/provider/{model,web}/X` | `adapter/X/inventory/` | [`Inventory`]: what the REST API serves, and what references mean |
//! | `pkg/controller/plan/adapter/X/adapter.go` | `adapter/X/source.rs` | [`Adapter`]: a connected source; constructs the four below |
//! | `pkg/controller/plan/adapter/X/builder.go` | `adapter/X/builder/` | [`Builder`]: disks, hardware, Secrets, virt-v2v's settings |
//! | `pkg/controller/plan/adapter/X/client.go` | `adapter/X/client/` | [`Client`]: power, snapshots |
//! | `pkg/controller/plan/adapter/X/validator.go` | `adapter/X/validator/` | [`Validator`]: checks of VMs and settings |
//! | `pkg/controller/plan/scheduler/X` | `adapter/X/scheduler.rs` | [`Scheduler`](base::Scheduler): host and cost of a VM's copy |
//!
//! Upstream's `DestinationClient` owns the custom resources of volume populators; no platform here has any, so there is no
//! such trait yet. `Ensurer` concerns instance types of one platform and is left out for the same reason.
//!
//! A new platform, oVirt for instance, is a folder `adapter/ovirt` that implements these traits, and two lines beside it:
//! `mod ovirt;` here, and `platform: Some(&ovirt::Ovirt)` in its row of [`TYPES`] (`types.rs`), the single place that
//! chooses an adapter. What is common stays where it is: the objects of the target in `plan/builder`, conditions in
//! `plan/validation`, the connection test in `provider`, the queue in `plan/schedule.rs`. Like upstream's
//! `pkg/controller/plan/migrator`, `plan/itinerary.rs` and `plan/pipeline.rs` hold the steps of all platforms: one whose
//! steps are others (no conversion in warm migrations, `ConvertOpenstackSnapshot`) adds them there.

pub mod base;
mod types;
mod vsphere;

pub use base::{
    Adapter, Builder, Client, Collector, Disk, Hardware, Inspection, Inspector, Inventory, LogInFailure, Named, Nic,
    PlanContext, Platform, PowerState, SideCar, SnapshotTask, SourceVm, Validator, VmChange,
};
pub use types::{TYPES, for_provider, inspector, provider_type, side_cars};
