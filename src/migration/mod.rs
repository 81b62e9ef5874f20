//! Migrations: from what a scenario says to a plan that is ready, to the end of its run.

mod conditions;
pub mod intent;
pub mod maps;
mod options;
mod outcome;
mod pipeline;

pub use options::{PlanKind, PlanOptions};
pub use outcome::{FailedVm, MigrationOutcome, UnexpectedOutcome};
pub use pipeline::{PipelineStep, UnknownStep};
