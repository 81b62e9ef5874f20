//! The session of a run: opened by preflight, closed by the teardown of what the run shares.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;

use super::{
    Destination, Error, Scenario, SourceProvider, Sources, namespace,
    on_demand::OnDemand,
    preflight::{self, Usable},
    provider_secrets,
    source_provider::{self, Verification},
};
use crate::{
    cleanup::{self, Endpoints, Leftover},
    cluster::{Cluster, Clusters},
    events::{
        event::{Event, Target},
        log::EventLog,
    },
    journal::{FORMAT, Header, Journal, Scope},
    run::{Clock, RunFolder, RunIdentity, ScenarioKey},
    settings::{ProvidersFile, Settings},
    source::{Platforms, SourcePlatform},
};

/// Resources shared by the scenarios of a run.
pub struct Session {
    /// Settings.
    pub settings: Settings,
    /// The providers file.
    pub providers: ProvidersFile,
    /// The platforms that are known.
    pub known_platforms: Platforms,
    /// Identity of the run.
    pub identity: RunIdentity,
    /// The journal.
    pub journal: Journal,
    /// The event log.
    pub log: EventLog,
    /// The clock.
    pub clock: Clock,
    /// Ends every wait but those of teardown.
    pub cancel: CancellationToken,
    /// The run folder.
    pub folder: RunFolder,
    hub: Cluster,
    local: Arc<Destination>,
    /// By the id of their cluster; the local one is there from the beginning.
    destinations: OnDemand<Arc<Destination>>,
    scope: Scope,
    /// By cluster and name.
    namespaces: OnDemand<String>,
    platforms: OnDemand<Arc<dyn SourcePlatform>>,
    sources: OnDemand<Arc<SourceProvider>>,
}

static CURRENT: OnceLock<Arc<Session>> = OnceLock::new();

/// Makes this the session that Worlds are built in; a process has one. Whether it was the first.
pub fn install(session: Arc<Session>) -> bool {
    CURRENT.set(session).is_ok()
}

/// The session of this process, once it is [installed](install).
pub fn current() -> Option<Arc<Session>> {
    CURRENT.get().cloned()
}

fn key_of(cluster: &Cluster, namespace: &str) -> String {
    format!("{}/{namespace}", cluster.id)
}

impl Session {
    /// Connects to the hub, looks whether a run can succeed there, and logs in to each of the providers that the
    /// run is going to use. Nothing is created.
    pub async fn open(
        settings: Settings,
        sources: Sources,
        identity: RunIdentity,
        folder: RunFolder,
        log: EventLog,
        cancel: CancellationToken,
    ) -> Result<Arc<Self>, Error> {
        let Sources {
            file: mut providers,
            selected,
            platforms: known_platforms,
        } = sources;
        // The default of the process is also what kube and reqwest take; a second installation changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let hub = Cluster::connect(&settings, cancel.clone()).await?;
        log.redactor().register(hub.secrets());
        provider_secrets::read(&hub, &mut providers, &selected).await?;
        log.redactor().register(providers.secrets());
        let Usable { local, platforms } =
            preflight::usable(&hub, &settings, &providers, &selected, known_platforms).await?;
        let (local, destinations) = (Arc::new(local), OnDemand::default());
        destinations.keep(&local.id().to_string(), Arc::clone(&local));
        let header = Header {
            format: FORMAT,
            run: identity.run.clone(),
            server: hub.server().to_owned(),
            target: settings.target.name.clone(),
            reach: identity.reach.clone(),
        };
        let journal = Journal::create(&folder.journal(), header)?;
        let scope = Scope {
            journal: journal.clone(),
            run: identity.run.clone(),
            scenario: None,
        };
        Ok(Arc::new(Self {
            clock: Clock::new(settings.target.speed),
            settings,
            providers,
            known_platforms,
            identity,
            journal,
            log,
            cancel,
            folder,
            hub,
            local,
            destinations,
            scope,
            namespaces: OnDemand::default(),
            platforms,
            sources: OnDemand::default(),
        }))
    }

    /// The target, for reports.
    pub fn target(&self) -> Target {
        let versions = &self.hub().versions;
        Target {
            name: self.settings.target.name.clone(),
            simulated: self.settings.target.simulated,
            server: self.hub().server().to_owned(),
            kubernetes: versions.kubernetes.clone(),
            openshift: versions.openshift.clone(),
            mtv: versions.mtv.clone(),
            cnv: versions.cnv.clone(),
            kubevirt: versions.kubevirt.clone(),
            cdi: versions.cdi.clone(),
        }
    }

    /// The cluster that MTV runs on.
    pub fn hub(&self) -> &Cluster {
        &self.hub
    }

    /// The destination that scenarios have unless they choose another: the hub.
    pub fn local_destination(&self) -> Arc<Destination> {
        Arc::clone(&self.local)
    }

    /// The hub and all destinations that have been opened.
    pub fn clusters(&self) -> Clusters {
        let opened = self.destinations.made().into_iter();
        let opened = opened.map(|destination| destination.cluster.clone());
        opened.fold(Clusters::new(self.hub.clone()), Clusters::with_destination)
    }

    /// Owner of the shared objects.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Begins an attempt of a scenario.
    pub fn scenario(self: &Arc<Self>, key: ScenarioKey, provider: Option<String>) -> Scenario {
        Scenario::new(Arc::clone(self), key, provider)
    }

    /// The run's namespace on the hub, where Providers, maps and Plans are, created on first use.
    pub async fn namespace(self: &Arc<Self>) -> Result<String, Error> {
        self.namespace_on(&self.hub).await
    }

    /// The run's namespace on a cluster, created on first use.
    pub(super) async fn namespace_on(self: &Arc<Self>, cluster: &Cluster) -> Result<String, Error> {
        let (session, scope, name) = (Arc::clone(self), self.scope.clone(), self.identity.namespace.clone());
        let (key, cluster) = (key_of(cluster, &name), cluster.clone());
        let make = || namespace::create(session, cluster, scope, name);
        Ok(self.namespaces.get(&key, make).await?)
    }

    /// A namespace of a cluster with a given name, created on first use; `scope` owns it if it did not exist.
    pub(super) async fn other_namespace(
        self: &Arc<Self>,
        cluster: &Cluster,
        name: String,
        scope: &Scope,
    ) -> Result<String, Error> {
        let (session, scope) = (Arc::clone(self), scope.clone());
        let (key, cluster) = (key_of(cluster, &name), cluster.clone());
        let make = || namespace::ensure(session, cluster, scope, name);
        Ok(self.namespaces.get(&key, make).await?)
    }

    /// The connection to a provider's platform.
    pub async fn platform(self: &Arc<Self>, key: &str) -> Result<Arc<dyn SourcePlatform>, Error> {
        let (session, provider) = (Arc::clone(self), key.to_owned());
        let make = || async move {
            let entry = session.providers.get(&provider)?;
            Ok(session.known_platforms.connect(entry, &provider).await?)
        };
        Ok(self.platforms.get(key, make).await?)
    }

    /// A source provider, created and ready.
    pub async fn source(self: &Arc<Self>, key: &str) -> Result<Arc<SourceProvider>, Error> {
        let (session, provider) = (Arc::clone(self), key.to_owned());
        let make = || async move {
            let verification = Verification::from_settings(&session.settings);
            source_provider::create(&session, session.scope(), provider, verification).await
        };
        Ok(self.sources.get(key, make).await?)
    }

    /// Leaves everything that is still there for the user to look at, and says what it is. What the scenarios share stays
    /// too: what they created needs it.
    pub async fn leave(&self) {
        let mut kept: BTreeMap<Option<ScenarioKey>, Vec<String>> = BTreeMap::new();
        for entry in self.journal.open_entries() {
            kept.entry(entry.scenario).or_default().push(entry.subject.to_string());
        }
        for (scenario, subjects) in kept {
            self.log.emit(Event::Kept {
                scenario,
                subjects,
                remove_with: self.identity.reach.cleanup_command(&self.identity.run),
            });
        }
        self.disconnect().await;
    }

    async fn disconnect(&self) {
        for platform in self.platforms.made() {
            platform.disconnect().await;
        }
    }

    /// Removes everything that is still there, logs out of the platforms, and returns what is left.
    pub async fn close(self: &Arc<Self>) -> Vec<Leftover> {
        let session = Arc::clone(self);
        let task = tokio::spawn(async move {
            let timeouts = &session.settings.timeouts;
            let work = cleanup::teardown(&session.scope, &*session, timeouts, timeouts.run_teardown);
            let title = "removing what the scenarios shared";
            let Ok(left) = session.log.activity(None, title, work.map(Ok::<_, Infallible>)).await;
            left
        });
        let leftovers = task.await.unwrap_or_else(|stopped| {
            vec![Leftover {
                subject: format!("everything of the run {}", self.identity.run),
                reason: format!("the teardown crashed: {stopped}"),
            }]
        });
        self.disconnect().await;
        for Leftover { subject, reason } in leftovers.clone() {
            self.log.emit(Event::Leftover { subject, reason });
        }
        leftovers
    }
}

#[async_trait]
impl Endpoints for Session {
    fn clusters(&self) -> Clusters {
        Self::clusters(self)
    }

    async fn platform(&self, key: &str) -> Result<Arc<dyn SourcePlatform>, Box<dyn std::error::Error + Send + Sync>> {
        // A clone exists only where a connection has been made; one that failed says why.
        let entry = self.providers.get(key)?.clone();
        let key_owned = key.to_owned();
        let known = self.known_platforms;
        let make = || async move { Ok(known.connect(&entry, &key_owned).await?) };
        let platform = self.platforms.get(key, make).await;
        Ok(platform.map_err(Error::from)?)
    }
}
