//! Migrations: from what a scenario says to a plan that Forklift has judged, to the end of its run.
//!
//! ```no_run
//! # async fn f(plan: mtv_bdd::migration::MigrationPlan) -> anyhow::Result<()> {
//! let (_, outcome) = plan.run(None).await?;
//! outcome.succeeded()?;
//! # Ok(())
//! # }
//! ```

mod error;
#[cfg(test)]
mod messages;
mod result;
mod run;
mod setup;

pub use error::Error;
pub use result::*;
pub use run::*;
pub use setup::*;
