//! What an adapter is made of (`pkg/controller/plan/adapter/base/doc.go`, `pkg/controller/plan/scheduler/doc.go`).

mod adapter;
mod builder;
mod client;
mod inventory;
mod platform;
mod scheduler;
mod validator;

pub use adapter::Adapter;
pub use builder::{Builder, Disk, Hardware, HardwareDisk, Inspection, task};
pub use client::{Client, PowerState, SnapshotTask};
pub use inventory::{Inventory, Named, Nic, SourceVm};
pub use platform::{Collector, Inspector, LogInFailure, Platform, SideCar, VmChange};
pub use scheduler::Scheduler;
pub use validator::{PlanContext, SharedDisks, Validator, is_referenced};
