//! State of one scenario: its VMs, maps, plan and migration, without any connection.

use std::convert::Infallible;
use std::sync::Arc;

use thiserror::Error;

use crate::migration::intent::Intent;
use crate::migration::{MigrationOutcome, MigrationPlan, RunningMigration};
use crate::session::{Destination, Scenario, SourceProvider};

/// State of one attempt of one scenario.
#[derive(Default, cucumber::World)]
#[world(init = Self::new)]
pub struct MigrationWorld {
    /// Intention from the Given steps.
    pub intent: Intent,
    /// The provider that VMs come from.
    pub source: Option<Arc<SourceProvider>>,
    /// The plan, once it has been acted on.
    pub plan: Option<MigrationPlan>,
    /// The migration, once it has been started.
    pub running: Option<RunningMigration>,
    /// Outcome of the migration.
    pub outcome: Option<MigrationOutcome>,
    scenario: Option<Arc<Scenario>>,
}

/// A sentence needs what an earlier one should have brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Missing {
    /// The runner has not begun the scenario.
    #[error("the scenario has not been begun; run features with `mtv-bdd run` or `cargo test --test bdd`")]
    Scenario,
    /// No source provider.
    #[error("there is no source provider yet; begin with `Given a source provider`")]
    Source,
    /// The scenario applies to no provider.
    #[error("the scenario runs for no provider; tag it with a platform, such as @vsphere, or select a provider")]
    Provider,
    /// No plan.
    #[error("there is no plan yet; a sentence such as `Given a cold migration plan` comes first")]
    Plan,
    /// Nothing is held.
    #[error("the lab holds nothing yet; `Given the lab holds \"...\"` comes first")]
    Held,
    /// Nothing fails on purpose.
    #[error("nothing fails on purpose yet; `Given the lab fails \"...\"` comes first")]
    Failing,
    /// No migration.
    #[error("no migration has been started yet; `When the migration starts` comes first")]
    Running,
    /// The only migration has ended.
    #[error("the migration has ended already; write `When the migration starts` instead of `runs`")]
    Ended,
    /// No outcome.
    #[error("no migration has ended yet; `When the migration runs` comes first")]
    Outcome,
    /// A migration goes on.
    #[error("the migration has been started, but its end was not awaited; `When the migration finishes` comes first")]
    End,
    /// A plan is there already.
    #[error("the scenario has a plan already; this sentence belongs before it")]
    PlanExists,
}

impl MigrationWorld {
    /// A World that knows nothing.
    pub async fn new() -> Result<Self, Infallible> {
        Ok(Self::default())
    }

    /// Sets the scenario; called by the runner before the first step.
    pub fn begin(&mut self, scenario: Scenario) {
        self.scenario = Some(Arc::new(scenario));
    }

    /// The scenario.
    pub fn scenario(&self) -> Result<&Arc<Scenario>, Missing> {
        self.scenario.as_ref().ok_or(Missing::Scenario)
    }

    /// Chooses where the scenario's VMs go, as long as no plan says so.
    pub fn land_on(&mut self, destination: Arc<Destination>) -> Result<(), Missing> {
        if self.plan.is_some() {
            return Err(Missing::PlanExists);
        }
        let scenario = Scenario::clone(self.scenario()?);
        self.scenario = Some(Arc::new(scenario.landing_on(destination)));
        Ok(())
    }

    /// The source provider.
    pub fn source(&self) -> Result<&Arc<SourceProvider>, Missing> {
        self.source.as_ref().ok_or(Missing::Source)
    }

    /// Intention from the Given steps; an error once a plan exists.
    pub fn intent(&mut self) -> Result<&mut Intent, Missing> {
        match self.plan {
            None => Ok(&mut self.intent),
            Some(_) => Err(Missing::PlanExists),
        }
    }

    /// The plan.
    pub fn plan(&self) -> Result<&MigrationPlan, Missing> {
        self.plan.as_ref().ok_or(Missing::Plan)
    }

    /// The migration that has been started.
    pub fn running(&self) -> Result<&RunningMigration, Missing> {
        self.running.as_ref().ok_or(Missing::Running)
    }

    /// Outcome of the migration.
    pub fn outcome(&self) -> Result<&MigrationOutcome, Missing> {
        let missing = if self.running.is_some() {
            Missing::End
        } else {
            Missing::Outcome
        };
        self.outcome.as_ref().ok_or(missing)
    }
}

impl std::fmt::Debug for MigrationWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MigrationWorld")
            .field("scenario", &self.scenario)
            .field("intent", &self.intent)
            .field("plan", &self.plan.as_ref().map(MigrationPlan::name))
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
