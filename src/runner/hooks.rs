//! Hooks around the steps of a scenario: register it in the session, collect evidence, tear it down.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use tokio_util::sync::CancellationToken;

use super::{execution::Hooks, options::Keep, plan::Planned};
use crate::{
    diagnostics,
    events::event::Event,
    run::ScenarioKey,
    session::{Scenario, Session},
    world::MigrationWorld,
};

/// Sets up and tears down scenarios of a session.
pub struct SessionHooks {
    session: Arc<Session>,
    running: RefCell<HashMap<ScenarioKey, Scenario>>,
    hurry: CancellationToken,
    keep: Option<Keep>,
    account: Account,
}

/// Totals of the teardowns. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Account {
    leftovers: Rc<Cell<usize>>,
    kept: Rc<Cell<bool>>,
}

impl Account {
    /// Number of objects that could not be removed.
    pub fn leftovers(&self) -> usize {
        self.leftovers.get()
    }

    /// Whether the objects of a scenario were kept for the user to inspect.
    pub fn kept(&self) -> bool {
        self.kept.get()
    }
}

impl SessionHooks {
    /// Hooks that collect no evidence once `hurry` is cancelled.
    pub fn new(session: Arc<Session>, hurry: CancellationToken, keep: Option<Keep>) -> Self {
        Self {
            session,
            running: RefCell::default(),
            hurry,
            keep,
            account: Account::default(),
        }
    }

    /// Totals of the teardowns, which are updated as scenarios end.
    pub fn account(&self) -> Account {
        self.account.clone()
    }

    async fn evidence(&self, scenario: &Scenario) {
        let collected = self.hurry.run_until_cancelled(diagnostics::collect(scenario)).await;
        let evidence = collected.unwrap_or_else(|| diagnostics::Evidence {
            problems: vec!["it was interrupted".to_owned()],
            ..diagnostics::Evidence::default()
        });
        for problem in &evidence.problems {
            tracing::warn!(scenario = %scenario.key, "evidence is incomplete: {problem}");
        }
        let run = self.session.folder.path();
        let folder = evidence
            .folder
            .as_deref()
            .map(|folder| folder.strip_prefix(run).unwrap_or(folder));
        scenario.log.emit(Event::Evidence {
            scenario: scenario.key.clone(),
            folder: folder.map(|folder| folder.display().to_string()).unwrap_or_default(),
            files: evidence.files,
            problems: evidence.problems,
        });
    }

    fn is_kept(&self, failed: bool) -> bool {
        match self.keep {
            Some(Keep::Always) => true,
            // An interrupted scenario has not failed.
            Some(Keep::OnFailure) => failed && !self.session.cancel.is_cancelled(),
            None => false,
        }
    }
}

impl Hooks<MigrationWorld> for SessionHooks {
    async fn begin(&self, planned: &Planned, key: &ScenarioKey, world: &mut MigrationWorld) -> Result<(), String> {
        let scenario = self.session.scenario(key.clone(), Some(planned.provider.clone()));
        self.running.borrow_mut().insert(key.clone(), scenario.clone());
        world.begin(scenario);
        Ok(())
    }

    async fn end(&self, key: &ScenarioKey, failed: bool) -> Result<(), String> {
        // A scenario whose World could not be created has no objects.
        let Some(scenario) = self.running.borrow_mut().remove(key) else {
            return Ok(());
        };
        if failed {
            self.evidence(&scenario).await;
        }
        if self.is_kept(failed) {
            self.account.kept.set(true);
            return Ok(());
        }
        let left = scenario.teardown().await;
        self.account.leftovers.set(self.account.leftovers.get() + left.len());
        for leftover in left {
            scenario.log.emit(Event::Leftover {
                subject: leftover.subject,
                reason: leftover.reason,
            });
        }
        Ok(())
    }
}
