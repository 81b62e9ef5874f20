//! One attempt of one scenario: its place in the session, and who owns what it creates.

use std::{convert::Infallible, sync::Arc};

use forklift_api::forklift::Provider;
use futures::FutureExt as _;

use super::{
    Destination, Error, Session, SourceProvider,
    namespace::WantedNamespace,
    source_provider::{self, Verification},
};
use crate::{
    cleanup::{self, Leftover},
    events::log::ScenarioLog,
    journal::Scope,
    run::{ScenarioKey, names},
};

/// One attempt of one scenario.
#[derive(Clone)]
pub struct Scenario {
    /// Resources shared by the scenarios of the run.
    pub session: Arc<Session>,
    /// Which attempt of which scenario it is.
    pub key: ScenarioKey,
    /// Key of the source provider that it runs for.
    pub provider: Option<String>,
    /// The event log, as this scenario writes it.
    pub log: ScenarioLog,
    destination: Arc<Destination>,
    scope: Scope,
}

impl std::fmt::Debug for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scenario")
            .field("key", &self.key)
            .field("provider", &self.provider)
            .field("destination", self.destination.id())
            .finish_non_exhaustive()
    }
}

impl Scenario {
    pub(super) fn new(session: Arc<Session>, key: ScenarioKey, provider: Option<String>) -> Self {
        let log = ScenarioLog::new(session.log.clone(), key.clone());
        let scope = Scope {
            scenario: Some(key.clone()),
            ..session.scope().clone()
        };
        Self {
            destination: session.local_destination(),
            session,
            key,
            provider,
            log,
            scope,
        }
    }

    /// The same scenario, whose VMs go to this destination.
    #[must_use]
    pub fn landing_on(self, destination: Arc<Destination>) -> Self {
        Self { destination, ..self }
    }

    /// Where the scenario's VMs go.
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    /// The Provider of the destination on the hub, created and ready.
    pub async fn destination_provider(&self) -> Result<Arc<Provider>, Error> {
        self.destination.provider(&self.session).await
    }

    /// Owner of the objects that the scenario creates.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The namespace of the destination that the scenario's VMs land in, there and active: the one that the scenario names,
    /// else the run's own.
    pub async fn target_namespace(&self, wanted: Option<&WantedNamespace>) -> Result<String, Error> {
        match wanted {
            Some(wanted) => self.namespace(wanted).await,
            None => self.session.namespace_on(&self.destination.cluster).await,
        }
    }

    /// A namespace of the destination that the scenario names, there and active.
    pub async fn namespace(&self, wanted: &WantedNamespace) -> Result<String, Error> {
        let (session, cluster) = (&self.session, &self.destination.cluster);
        match wanted {
            WantedNamespace::Named(name) => session.other_namespace(cluster, name.clone(), session.scope()).await,
            WantedNamespace::Own(prefix) => {
                let name = names::own_namespace(prefix, &session.identity.run, &self.key.0);
                session.other_namespace(cluster, name, &self.scope).await
            }
        }
    }

    /// A source provider of the scenario's own, created and ready.
    pub async fn own_source(&self, key: &str, verification: Verification) -> Result<Arc<SourceProvider>, Error> {
        source_provider::create(&self.session, &self.scope, key.to_owned(), verification).await
    }

    /// Removes what the scenario created and returns what is left. It runs in a task and a time budget of its own:
    /// neither a deadline of the scenario nor the interruption of the run ends it.
    pub async fn teardown(&self) -> Vec<Leftover> {
        let (session, scope) = (Arc::clone(&self.session), self.scope.clone());
        let timeouts = session.settings.timeouts.clone();
        let budget = timeouts.scenario_teardown;
        let log = self.log.clone();
        let task = tokio::spawn(async move {
            let work = cleanup::teardown(&scope, &*session, &timeouts, budget).map(Ok::<_, Infallible>);
            let Ok(left) = log.activity("removing what the scenario created", work).await;
            left
        });
        task.await.unwrap_or_else(|stopped| {
            vec![Leftover {
                subject: format!("everything of the scenario {}", self.key),
                reason: format!("the teardown crashed: {stopped}"),
            }]
        })
    }
}
