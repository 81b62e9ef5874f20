//! Starts the layers of the lab in order and hands over what a user of them needs.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use forklift_api::openshift::Route;
use futures::TryStreamExt;
use kube::{
    Api, Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
    runtime::{WatchStreamExt, watcher},
};
use kube_sim::ApiServer;
use loopback_https::Authority;
use serde_json::{Value, json};
use sim_clock::{Clock, Speed};
use source_sim::vsphere::{self, Vcenter};
use thiserror::Error;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    controllers::{self, cdi, core, forklift, kubevirt, openshift},
    handover::{self, Handover},
    injection::Injections,
    tenancy::{Refusal, Tenancy},
};

/// Real time after which controllers that have not seeded the cluster are given up.
const SEEDING_DEADLINE: Duration = Duration::from_secs(30);

/// Where the simulated MTV is installed.
const MTV_NAMESPACE: &str = "openshift-mtv";

/// Key of the simulated vCenter in the providers file.
const VSPHERE: &str = "vsphere";

/// Image with the Virtual Disk Development Kit. Nothing pulls it, but Forklift validates it as it does a real one.
const VDDK_IMAGE: &str = "registry.mtv-bdd.io/mtv-lab/vddk:8.0.3";

/// What can go wrong when the lab starts.
#[derive(Debug, Error)]
pub enum Error {
    /// The folder for the three files cannot be written.
    #[error("could not write the lab's files into {}; choose another folder", folder.display())]
    Folder {
        /// Folder.
        folder: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// Another lab has handed over its files there.
    #[error(
        "a lab is running in {} already (pid {pid}); use it, end it with `kill -INT {pid}`, or choose another folder \
         with --folder",
        folder.display()
    )]
    Occupied {
        /// Folder.
        folder: PathBuf,
        /// Id of its process.
        pid: String,
    },
    /// A server could not be started.
    #[error(transparent)]
    Https(#[from] loopback_https::Error),
    /// The API server could not be started.
    #[error("could not start the simulated API server")]
    ApiServer(#[source] kube_sim::Error),
    /// vCenter could not be started.
    #[error("could not start the simulated vCenter")]
    Vcenter(#[source] vsphere::Error),
    /// The API server of a given kubeconfig cannot be used.
    #[error("could not use the kubeconfig {}", path.display())]
    Kubeconfig {
        /// Path.
        path: PathBuf,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The cluster could not be set up.
    #[error("could not set up the simulated cluster: {0:#}")]
    Setup(anyhow::Error),
    /// A controller ended although nobody stopped it.
    #[error("the {name} controller of the lab ended: {reason}")]
    Controller {
        /// Which.
        name: &'static str,
        /// Why.
        reason: String,
    },
}

/// One of the lab's controllers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    /// Nodes, scheduler, kubelet, jobs, volumes.
    Core,
    /// Containerized Data Importer.
    Cdi,
    /// KubeVirt.
    Kubevirt,
    /// Facts of OpenShift and its operators.
    Openshift,
    /// Forklift.
    Forklift,
}

impl Controller {
    /// All of them, in the order in which they start.
    pub const ALL: [Self; 5] = [Self::Core, Self::Cdi, Self::Kubevirt, Self::Openshift, Self::Forklift];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Cdi => "cdi",
            Self::Kubevirt => "kubevirt",
            Self::Openshift => "openshift",
            Self::Forklift => "forklift",
        }
    }
}

impl std::str::FromStr for Controller {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|controller| controller.name() == text)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|controller| controller.name()).collect();
                format!("'{text}' is no controller of the lab; they are {}", names.join(", "))
            })
    }
}

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
    vcenter: Vcenter,
    api_server: Option<ApiServer>,
    controllers: JoinSet<Error>,
    stop: CancellationToken,
    tenancy: Tenancy,
}

impl Lab {
    /// The source providers that a lab hands over: keys of its providers file, and their types.
    pub const PROVIDERS: [(&str, &str); 1] = [(VSPHERE, "vsphere")];

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
        let vcenter = Vcenter::start(&authority, clock, vsphere::Options::default())
            .await
            .map_err(Error::Vcenter)?;
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
        let mut running = start_controllers(&context, &authority, &options.controllers);
        let mut lab = Self {
            folder: options.folder.clone(),
            server,
            vcenter,
            api_server,
            controllers: JoinSet::new(),
            stop: stop_on_failure.disarm(),
            tenancy,
        };
        let inventory = tokio::select! {
            seeded = inventory_address(&client, &options.controllers) => seeded?,
            Some(ended) = running.join_next() => return Err(ended.unwrap_or_else(panicked)),
        };
        lab.controllers = running;
        let files = Handover {
            kubeconfig: &kubeconfig,
            inventory: inventory.as_deref(),
            speed: options.speed,
            providers: json!({VSPHERE: provider_entry(&lab.vcenter)}),
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

    /// The simulated vCenter.
    pub fn vcenter(&self) -> &Vcenter {
        &self.vcenter
    }

    /// Requests that the simulated API server has answered, those of the lab's own controllers included.
    pub fn api_requests(&self) -> u64 {
        self.api_server.as_ref().map_or(0, ApiServer::request_count)
    }

    /// Returns when a controller ends although nobody stopped it: the lab is broken then.
    pub async fn broken(&mut self) -> Error {
        match self.controllers.join_next().await {
            Some(ended) => ended.unwrap_or_else(panicked),
            None => std::future::pending().await,
        }
    }

    /// Stops everything.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.controllers.shutdown().await;
        self.vcenter.stop();
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

/// What the lab's controllers work on.
struct Cluster {
    /// None where the options name another one.
    api_server: Option<ApiServer>,
    kubeconfig: String,
    server: String,
    client: Client,
}

/// The simulated API server, unless the options name another one.
async fn cluster(authority: &Authority, options: &LabOptions) -> Result<Cluster, Error> {
    if let Some(path) = &options.kubeconfig {
        let read = std::fs::read_to_string(path);
        let kubeconfig = read.map_err(|error| Error::Kubeconfig {
            path: path.clone(),
            source: error.into(),
        })?;
        let (client, server) = client_of(&kubeconfig).await.map_err(Error::Setup)?;
        return Ok(Cluster {
            api_server: None,
            kubeconfig,
            server,
            client,
        });
    }
    let server_options = kube_sim::Options {
        port: options.port,
        compiler: "mtv-lab".to_owned(),
        ..Default::default()
    };
    let server = ApiServer::start(authority, server_options)
        .await
        .map_err(Error::ApiServer)?;
    Ok(Cluster {
        kubeconfig: server.kubeconfig(handover::CONTEXT),
        server: server.url(),
        client: server.client(),
        api_server: Some(server),
    })
}

/// A client over the network, and where it leads.
async fn client_of(kubeconfig: &str) -> anyhow::Result<(Client, String)> {
    let kubeconfig = Kubeconfig::from_yaml(kubeconfig)?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    let server = config.cluster_url.to_string();
    Ok((Client::try_from(config)?, server))
}

/// The simulated vCenter as an entry of a providers file.
fn provider_entry(vcenter: &Vcenter) -> Value {
    json!({
        "type": "vsphere",
        "version": "8.0.3",
        "fqdn": "127.0.0.1",
        "api_url": vcenter.url(),
        "username": vcenter.user(),
        "password": vcenter.password(),
        "vddk_init_image": VDDK_IMAGE,
    })
}

fn start_controllers(
    context: &controllers::Context,
    authority: &Arc<Authority>,
    wanted: &[Controller],
) -> JoinSet<Error> {
    let mut running = JoinSet::new();
    for &controller in wanted {
        let (context, authority) = (context.clone(), authority.clone());
        running.spawn(async move {
            let stop = context.stop.clone();
            let ended = match controller {
                Controller::Core => core::run(context).await,
                Controller::Cdi => cdi::run(context).await,
                Controller::Kubevirt => kubevirt::run(context).await,
                Controller::Openshift => openshift::run(context).await,
                Controller::Forklift => forklift::run(context, forklift::Options::new(authority)).await,
            };
            if stop.is_cancelled() {
                return std::future::pending().await;
            }
            let reason = ended.map_or_else(|error| format!("{error:#}"), |()| "without an error".to_owned());
            Error::Controller {
                name: controller.name(),
                reason,
            }
        });
    }
    running
}

fn panicked(error: tokio::task::JoinError) -> Error {
    Error::Controller {
        name: "(unknown)",
        reason: error.to_string(),
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
