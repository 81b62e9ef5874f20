//! What happens around the steps of a scenario: it gets its place in the session, and is torn down.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use super::{execution::Hooks, plan::Planned};
use crate::{
    diagnostics,
    report::event::{Event, ScenarioKey},
    session::{Scenario, Session},
    world::MigrationWorld,
};

/// Sets up and tears down scenarios of a session.
pub struct SessionHooks {
    session: Arc<Session>,
    running: RefCell<HashMap<ScenarioKey, Scenario>>,
    leftovers: Rc<Cell<usize>>,
}

impl SessionHooks {
    /// Hooks that count in `leftovers` what could not be removed.
    pub fn new(session: Arc<Session>, leftovers: Rc<Cell<usize>>) -> Self {
        Self {
            session,
            running: RefCell::default(),
            leftovers,
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
        // A World that could not be made has created nothing.
        let Some(scenario) = self.running.borrow_mut().remove(key) else {
            return Ok(());
        };
        if failed {
            let evidence = diagnostics::collect(&scenario).await;
            for problem in evidence.problems {
                tracing::warn!(scenario = %key, "evidence is incomplete: {problem}");
            }
        }
        let left = scenario.teardown().await;
        self.leftovers.set(self.leftovers.get() + left.len());
        for leftover in left {
            scenario.log.emit(Event::Leftover {
                subject: leftover.subject,
                reason: leftover.reason,
            });
        }
        Ok(())
    }
}
