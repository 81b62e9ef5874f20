//! The owner of created objects: a scenario or the run.

use std::collections::BTreeMap;

use super::{EntryId, Error, Journal, Subject};
use crate::run::{
    RunId, ScenarioKey,
    labels::{RUN_LABEL, SCENARIO_LABEL},
    names,
};

/// The owner of created objects: a scenario, or the run itself.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Journal in which creations are announced.
    pub journal: Journal,
    /// The run.
    pub run: RunId,
    /// The scenario; `None` for objects that the scenarios share.
    pub scenario: Option<ScenarioKey>,
}

impl Scope {
    /// Labels that mark an object as owned by this scope.
    pub fn labels(&self) -> BTreeMap<String, String> {
        let scenario = self.scenario.as_ref().map(|key| {
            let label = names::last(&names::sanitise(&key.0.replace(['/', ' ', ':'], "-")));
            (SCENARIO_LABEL.to_owned(), label)
        });
        [(RUN_LABEL.to_owned(), self.run.to_string())]
            .into_iter()
            .chain(scenario)
            .collect()
    }

    /// Announces in the journal what is about to be created for this scope.
    pub async fn intend(&self, subject: Subject) -> Result<EntryId, Error> {
        self.journal.intend(self.scenario.clone(), subject).await
    }
}
