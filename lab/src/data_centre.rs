//! Starts the layers of the lab in order and hands over what a user of them needs.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use forklift_api::openshift::Route;
use futures::TryStreamExt;
use kube::{
    Api, Client,
    runtime::{WatchStreamExt, watcher},
};
use kube_sim::ApiServer;
use loopback_https::Authority;
use sim_clock::{Clock, Speed};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Controller, Error,
    cluster::{Cluster, cluster},
    controller,
    controllers::{self, core},
    handover::Handover,
    injection::Injections,
    platforms::{PLATFORMS, Platforms},
    tenancy::{Refusal, Tenancy},
};

/// Real time after which controllers that have not seeded the cluster are given up.
const SEEDING_DEADLINE: Duration = Duration::from_secs(30);

/// Where the simulated MTV is installed.
const MTV_NAMESPACE: &str = "openshift-mtv";

/// How the lab should be.
#[derive(Debug, Clone)]
pub struct LabOptions {
    /// Where the three files go; created when missing.
    pub folder: PathBuf,
    /// How much faster than real time it runs.
    pub speed: Speed,
    /// Loopback port of the API server; 0 takes a free one.
    pub port: u16,
    /// Use the API server of this kubeconfig instead of the simulated one.
    pub kubeconfig: Option<PathBuf>,
    /// Which controllers run.
    pub controllers: Vec<Controller>,
}

impl LabOptions {
    /// A whole lab that writes its files into `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            speed: Speed::default(),
            port: 0,
            kubeconfig: None,
            controllers: Controller::ALL.to_vec(),
        }
    }
}

/// A running lab. It ends when stopped or dropped.
pub struct Lab {
    folder: PathBuf,
    server: String,
    platforms: Platforms,
    api_server: Option<ApiServer>,
    controllers: JoinSet<Error>,
    stop: CancellationToken,
    tenancy: Tenancy,
}

impl Lab {
    /// The source providers that a lab hands over: keys of its providers file, and their types.
    pub fn providers() -> impl Iterator<Item = (&'static str, &'static str)> {
        PLATFORMS.iter().map(|platform| (platform.key, platform.kind))
    }

    /// Starts the lab and returns when everything that a run needs is in place.
    pub async fn start(options: LabOptions) -> Result<Self, Error> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder_failed = |source| Error::Folder {
            folder: options.folder.clone(),
            source,
        };
        let tenancy = Tenancy::begin(&options.folder).map_err(|refusal| match refusal {
            Refusal::Occupied(pid) => Error::Occupied {
                folder: options.folder.clone(),
                pid,
            },
            Refusal::Io(error) => folder_failed(error),
        })?;

        let clock = Clock::new(options.speed);
        let authority = Arc::new(Authority::new("mtv-lab CA")?);
        let platforms = Platforms::start(&authority, clock).await?;
        let Cluster {
            api_server,
            kubeconfig,
            server,
            client,
        } = cluster(&authority, &options).await?;
        let stop = CancellationToken::new();
        let stop_on_failure = stop.clone().drop_guard();

        // What several controllers need when they start: the kinds, and the namespaces that they live in.
        let kinds = controllers::install_crds(client.clone());
        let (kinds, namespaces) = tokio::join!(kinds, core::seed(client.clone()));
        kinds.map_err(Error::Setup)?;
        namespaces.map_err(|error| Error::Setup(error.into()))?;
        let context = controllers::Context {
            client: client.clone(),
            clock,
            injections: Injections::watch(client.clone(), stop.clone()),
            stop: stop.clone(),
        };
        let mut running = controller::start(&context, &authority, &options.controllers);
        let mut lab = Self {
            folder: options.folder.clone(),
            server,
            platforms,
            api_server,
            controllers: JoinSet::new(),
            stop: stop_on_failure.disarm(),
            tenancy,
        };
        let inventory = tokio::select! {
            seeded = inventory_address(&client, &options.controllers) => seeded?,
            Some(ended) = running.join_next() => return Err(ended.unwrap_or_else(controller::panicked)),
        };
        lab.controllers = running;
        let files = Handover {
            kubeconfig: &kubeconfig,
            inventory: inventory.as_deref(),
            speed: options.speed,
            providers: lab.platforms.providers(),
        };
        lab.tenancy.hand_over(&files).map_err(folder_failed)?;
        Ok(lab)
    }

    /// Where the three files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `kubeconfig` in the folder.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// `settings.toml` in the folder, for `--profile`.
    pub fn settings(&self) -> PathBuf {
        self.folder.join("settings.toml")
    }

    /// Address of the API server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The simulated source platforms.
    pub fn platforms(&self) -> &Platforms {
        &self.platforms
    }

    /// Returns when a controller ends although nobody stopped it: the lab is broken then.
    pub async fn broken(&mut self) -> Error {
        match self.controllers.join_next().await {
            Some(ended) => ended.unwrap_or_else(controller::panicked),
            None => std::future::pending().await,
        }
    }

    /// Stops everything.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.controllers.shutdown().await;
        self.platforms.stop();
        if let Some(api_server) = &self.api_server {
            api_server.stop();
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Waits for Forklift's inventory Route, the last thing that the controllers seed.
async fn inventory_address(client: &Client, controllers: &[Controller]) -> Result<Option<String>, Error> {
    if !controllers.contains(&Controller::Forklift) {
        return Ok(None);
    }
    let routes = Api::<Route>::namespaced(client.clone(), MTV_NAMESPACE);
    let only = watcher::Config::default().fields("metadata.name=forklift-inventory");
    let stream = watcher(routes, only).default_backoff().applied_objects();
    let mut stream = std::pin::pin!(stream);
    let found = async {
        loop {
            match stream.try_next().await {
                Ok(Some(route)) => {
                    if let Some(host) = route.spec.host {
                        return Some(format!("https://{host}"));
                    }
                }
                Ok(None) => return None,
                Err(error) => tracing::debug!(%error, "the watch on the inventory route starts again"),
            }
        }
    };
    tokio::time::timeout(SEEDING_DEADLINE, found).await.map_err(|_| {
        Error::Setup(anyhow::anyhow!(
            "no route to Forklift's inventory after {SEEDING_DEADLINE:?}"
        ))
    })
}
