//! Starts the layers of the lab in order and writes the files that users of the lab need.

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
    platforms::{PLATFORMS, Platforms},
    tenancy::{Refusal, Tenancy},
};

/// Real time to wait until the controllers have seeded the cluster.
const SEEDING_DEADLINE: Duration = Duration::from_secs(30);

/// Namespace of the simulated MTV.
const MTV_NAMESPACE: &str = "openshift-mtv";

/// Options of a lab.
#[derive(Debug, Clone)]
pub struct LabOptions {
    /// Folder for the three files; created if missing.
    pub folder: PathBuf,
    /// Clock speed as a multiple of real time.
    pub speed: Speed,
    /// Loopback port of the API server; 0 takes a free one.
    pub port: u16,
    /// Use the API server of this kubeconfig instead of the simulated one.
    pub kubeconfig: Option<PathBuf>,
    /// Controllers to run.
    pub controllers: Vec<Controller>,
}

impl LabOptions {
    /// Options of a complete lab that writes its files into `folder`.
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

/// A running lab. It stops when [`Lab::stop`] is called or when it is dropped.
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
    /// Keys and types of the source providers in the lab's providers file.
    pub fn providers() -> impl Iterator<Item = (&'static str, &'static str)> {
        PLATFORMS.iter().map(|platform| (platform.key, platform.kind))
    }

    /// Starts the lab and returns when it is ready for a run.
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

        // Several controllers need the custom resource definitions and the namespaces when they start.
        let kinds = controllers::install_crds(client.clone());
        let (kinds, namespaces) = tokio::join!(kinds, core::seed(client.clone()));
        kinds.map_err(Error::Setup)?;
        namespaces.map_err(|error| Error::Setup(error.into()))?;
        let context = controllers::Context::new(client.clone(), clock, stop.clone());
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
            biased;
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

    /// Folder of the three files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Path of the `kubeconfig` file.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// Path of the `settings.toml` file, for `--profile`.
    pub fn settings(&self) -> PathBuf {
        self.folder.join("settings.toml")
    }

    /// URL of the API server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The simulated source platforms.
    pub fn platforms(&self) -> &Platforms {
        &self.platforms
    }

    /// Returns when a controller ends without being stopped, which breaks the lab.
    pub async fn broken(&mut self) -> Error {
        match self.controllers.join_next().await {
            Some(ended) => ended.unwrap_or_else(controller::panicked),
            None => std::future::pending().await,
        }
    }

    /// Stops all controllers and servers and removes the files.
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

/// Waits for Forklift's inventory Route, which the controllers seed last, and returns its address.
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
    sim_clock::timeout(SEEDING_DEADLINE, found).await.map_err(|_| {
        Error::Setup(anyhow::anyhow!(
            "no route to Forklift's inventory after {SEEDING_DEADLINE:?}"
        ))
    })
}
