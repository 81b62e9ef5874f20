//! Results of a plan: conditions, outcome, target VMs, remaining volumes, state of the source.

mod archive;
mod condition_type;
mod outcome;
mod pipeline;
mod source_power;
mod source_snapshots;
mod target_vms;
mod verdicts;
mod volumes;

pub use condition_type::{ConditionType, MisspeltCondition};
pub use outcome::{FailedVm, MigrationOutcome, UnexpectedOutcome};
pub use pipeline::{PipelineStep, UnknownStep};
pub use source_power::UnexpectedPower;
pub use source_snapshots::RemainingSnapshots;
pub use target_vms::{MigratedVm, UnexpectedTargetVms};
pub use verdicts::{PlanNow, Unexpected};
pub use volumes::RemainingVolumes;
