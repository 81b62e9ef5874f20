//! Migrations: from what a scenario says to a plan that Forklift has judged, to the end of its run.
//!
//! ```no_run
//! # async fn f(plan: mtv_bdd::migration::MigrationPlan) -> anyhow::Result<()> {
//! let (_, outcome) = plan.run(None).await?;
//! outcome.succeeded()?;
//! # Ok(())
//! # }
//! ```

mod arrivals;
mod cancel;
mod condition_type;
mod course;
mod cutover;
mod error;
mod execution;
mod extras;
pub mod hooks;
mod injections;
pub mod intent;
mod loans;
mod making;
pub mod maps;
#[cfg(test)]
mod messages;
mod milestones;
pub mod name_templates;
mod named;
mod networks;
mod occupants;
mod options;
mod outcome;
mod pipeline;
mod plan;
mod precopies;
mod prepare;
mod progress;
mod reserved;
mod retirement;
mod source_power;
mod source_snapshots;
mod verdicts;
mod volumes;
mod warm;

pub use arrivals::{Arrival, UnexpectedArrivals};
pub use condition_type::{ConditionType, MisspeltCondition};
pub use course::UnexpectedCourse;
pub use error::Error;
pub use execution::RunningMigration;
pub use injections::{Injection, NotInjected, release, repair};
pub use name_templates::{ClaimName, ClaimNames, DiskFacts, NamesOf};
pub use named::not_in_plan;
pub use options::{Nodes, PlanKind, PlanOptions};
pub use outcome::{FailedVm, MigrationOutcome, UnexpectedOutcome};
pub use pipeline::{PipelineStep, UnknownStep};
pub use plan::{Expectation, MigrationPlan};
pub use prepare::PreparedVm;
pub use source_power::UnexpectedPower;
pub use source_snapshots::{RemainingSnapshots, snapshots_of_mtv};
pub use verdicts::{PlanNow, Unexpected};
pub use volumes::RemainingVolumes;
