//! What an adapter is made of (`pkg/controller/plan/adapter/base/doc.go`, `pkg/controller/plan/scheduler/doc.go`).

mod builder;
mod client;
mod inventory;
mod platform;
mod source;
mod validator;

pub use builder::{Builder, Disk, Hardware, HardwareDisk, Inspection, task};
pub use client::{Client, PowerState, SnapshotTask};
pub use inventory::{Inventory, Named, Nic, SourceVm};
pub use platform::{Collector, Inspector, LogInFailure, Platform, SideCar};
pub use source::{Adapter, Scheduler};
pub use validator::{References, SharedDisks, Validator, is_referenced};
