//! The run of a plan: execution, progress, milestones, cutover, cancellation, and what it was like.

mod cancel;
mod cutover;
mod execution;
mod milestones;
mod precopies;
mod progress;
mod run_stats;
mod warm;

pub use execution::RunningMigration;
pub use run_stats::UnexpectedRunStats;
