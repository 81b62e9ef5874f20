//! The server as its owner sees it: start, address, token, stop.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::Uri;
use base64::{Engine, prelude::BASE64_STANDARD};
use kube::Config;
use loopback_https::{Authority, Server};
use serde_json::json;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use super::{
    admission::Callers,
    auth::{Tokens, User},
    create::{WriteOptions, create},
    garbage, in_process,
    kinds::Registry,
    namespaces, retention, routes,
    store::Store,
};

/// Namespaces that exist from the start.
const NAMESPACES: &[&str] = &["default", "kube-node-lease", "kube-public", "kube-system"];

/// What can go wrong when the server starts.
#[derive(Debug, Error)]
pub enum Error {
    /// It cannot listen.
    #[error("could not start the Kubernetes API")]
    Https(#[from] loopback_https::Error),
    /// The administrator's token is none that HTTP can carry.
    #[error("could not make the Kubernetes API's own client")]
    Client(#[from] axum::http::header::InvalidHeaderValue),
    /// The server's address is no URI.
    #[error("could not write down the address of the Kubernetes API")]
    Address(#[from] axum::http::uri::InvalidUri),
}

/// How the server behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Loopback port; 0 for any free one.
    pub port: u16,
    /// How many changes of every collection are remembered; who watches from before them is told to list again.
    pub history: usize,
    /// How often a watch that allows bookmarks gets one. Kubernetes' is a minute.
    pub bookmark_interval: Duration,
    /// What `/version` says in `compiler`, where a real server names its Go compiler: clients can recognize a
    /// simulation by it.
    pub compiler: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            history: 10_000,
            bookmark_interval: Duration::from_secs(60),
            compiler: "kube-sim".to_owned(),
        }
    }
}

/// What the parts of the server share.
pub(super) struct Core {
    pub(super) store: Store,
    pub(super) registry: Registry,
    pub(super) tokens: Tokens,
    pub(super) callers: Callers,
    pub(super) options: Options,
    pub(super) requests: AtomicU64,
    /// Certificate of the authority, as PEM.
    pub(super) ca: String,
}

/// A running API server. It stops when dropped or stopped.
pub struct ApiServer {
    core: Arc<Core>,
    server: Server,
    address: Uri,
    root_certificate: Vec<u8>,
    token: String,
    client: kube::Client,
    stop: CancellationToken,
}

impl ApiServer {
    /// Starts a server that presents a certificate of `authority`.
    pub async fn start(authority: &Authority, options: Options) -> Result<Self, Error> {
        let core = Arc::new(Core {
            store: Store::new(options.history),
            registry: Registry::new(),
            tokens: Tokens::default(),
            callers: Callers::default(),
            requests: AtomicU64::new(0),
            ca: authority.pem(),
            options,
        });
        let token = core.tokens.issue(User::admin(), None);
        let stop = CancellationToken::new();
        tokio::spawn(garbage::run(core.clone(), core.store.observe(), stop.clone()));
        tokio::spawn(namespaces::run(core.clone(), core.store.observe(), stop.clone()));
        tokio::spawn(retention::run(core.clone(), core.store.observe(), stop.clone()));
        create_namespaces(&core);
        let router = routes::router(core.clone());
        let client = in_process::client(router.clone(), &token)?;
        let server = Server::start(authority, "kubernetes", core.options.port, router).await?;
        Ok(Self {
            core,
            address: server.url().parse()?,
            root_certificate: authority.der(),
            server,
            token,
            client,
            stop,
        })
    }

    /// `https://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The administrator's bearer token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A client of the administrator for code in the same process: it leaves out the network.
    pub fn client(&self) -> kube::Client {
        self.client.clone()
    }

    /// The administrator's way to the server over HTTPS, for `kube::Client::try_from`.
    pub fn config(&self) -> Config {
        let mut config = Config::new(self.address.clone());
        config.root_cert = Some(vec![self.root_certificate.clone()]);
        config.auth_info.token = Some(self.token.clone().into());
        config
    }

    /// A kubeconfig of the administrator, for `kubectl` and clients in other processes. Its cluster, user and context
    /// are called `name`. It is JSON, which is YAML too.
    pub fn kubeconfig(&self, name: &str) -> String {
        let kubeconfig = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "clusters": [{ "name": name, "cluster": {
                "server": self.url(),
                "certificate-authority-data": BASE64_STANDARD.encode(&self.core.ca),
            } }],
            "users": [{ "name": name, "user": { "token": self.token } }],
            "contexts": [{ "name": name, "context": { "cluster": name, "user": name, "namespace": "default" } }],
        });
        format!("{kubeconfig:#}\n")
    }

    /// How many requests were answered so far.
    pub fn request_count(&self) -> u64 {
        self.core.requests.load(Ordering::Relaxed)
    }

    /// Stops serving and ends open watches.
    pub fn stop(&self) {
        self.stop.cancel();
        self.server.stop();
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn create_namespaces(core: &Core) {
    let Some(kind) = core.registry.catalogue().find("", "v1", "namespaces") else {
        return;
    };
    for name in NAMESPACES {
        let namespace = json!({ "metadata": { "name": name } });
        if let Err(refusal) = create(core, &kind, None, namespace, WriteOptions::default()) {
            tracing::error!(%refusal, name, "a namespace could not be created");
        }
    }
}
