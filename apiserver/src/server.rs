//! The public handle of a server: start, address, token, clients, stop.

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
    admission::WebhookClients,
    auth::{Tokens, User},
    create::{WriteOptions, create},
    garbage, in_process,
    kinds::Registry,
    namespaces, retention, routes,
    store::Store,
};

/// Namespaces that are created when the server starts.
const NAMESPACES: &[&str] = &["default", "kube-node-lease", "kube-public", "kube-system"];

/// Errors of starting a server.
#[derive(Debug, Error)]
pub enum Error {
    /// The HTTPS listener did not start.
    #[error("could not start the Kubernetes API")]
    Https(#[from] loopback_https::Error),
    /// The administrator's token is not a valid HTTP header value.
    #[error("could not create the in-process client of the Kubernetes API")]
    Client(#[from] axum::http::header::InvalidHeaderValue),
    /// The server's address is not a valid URI.
    #[error("the address of the Kubernetes API is not a valid URI")]
    Address(#[from] axum::http::uri::InvalidUri),
}

/// Settings of a server.
#[derive(Debug, Clone)]
pub struct Options {
    /// Loopback port; 0 selects a free port.
    pub port: u16,
    /// Number of changes that the history holds. A watch from an older `resourceVersion` ends with `410 Gone`.
    pub history: usize,
    /// Memory in bytes that the history takes at most, as an estimate.
    pub history_bytes: usize,
    /// Interval of bookmarks for watches with `allowWatchBookmarks`. A kube-apiserver sends one per minute.
    pub bookmark_interval: Duration,
    /// Value of `compiler` in `/version`, which is the Go compiler on a kube-apiserver: clients can recognize a
    /// simulation by it.
    pub compiler: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            history: 10_000,
            history_bytes: 16 * 1024 * 1024,
            bookmark_interval: Duration::from_secs(60),
            compiler: "kube-sim".to_owned(),
        }
    }
}

/// State that all request handlers and controllers of a server share.
pub(super) struct Core {
    pub(super) store: Store,
    pub(super) registry: Registry,
    pub(super) tokens: Tokens,
    pub(super) callers: WebhookClients,
    pub(super) options: Options,
    pub(super) requests: AtomicU64,
    /// Certificate of the certificate authority, as PEM.
    pub(super) ca: String,
}

/// A running API server. It stops on [`stop`](Self::stop) and on drop.
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
    /// Starts a server with a certificate signed by `authority`.
    pub async fn start(authority: &Authority, options: Options) -> Result<Self, Error> {
        let core = Arc::new(Core {
            store: Store::new(options.history, options.history_bytes),
            registry: Registry::new(),
            tokens: Tokens::default(),
            callers: WebhookClients::default(),
            requests: AtomicU64::new(0),
            ca: authority.pem(),
            options,
        });
        let token = core.tokens.issue(User::admin(), None);
        let stop = CancellationToken::new();
        tokio::spawn(garbage::run(core.clone(), core.store.subscribe(), stop.clone()));
        tokio::spawn(namespaces::run(core.clone(), core.store.subscribe(), stop.clone()));
        tokio::spawn(retention::run(core.clone(), core.store.subscribe(), stop.clone()));
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

    /// URL of the server: `https://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Bearer token of the administrator.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Returns an administrator's client for code in the same process; its requests do not use the network.
    pub fn client(&self) -> kube::Client {
        self.client.clone()
    }

    /// Returns an administrator's client configuration over HTTPS, for `kube::Client::try_from`.
    pub fn config(&self) -> Config {
        let mut config = Config::new(self.address.clone());
        config.root_cert = Some(vec![self.root_certificate.clone()]);
        config.auth_info.token = Some(self.token.clone().into());
        config
    }

    /// Returns a kubeconfig of the administrator, for `kubectl` and clients in other processes. Its cluster, user and
    /// context are named `name`. Serialize it as JSON, which is valid YAML.
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

    /// Number of requests answered since the start.
    pub fn request_count(&self) -> u64 {
        self.core.requests.load(Ordering::Relaxed)
    }

    /// Stops the server and ends open watches.
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
        if let Err(error) = create(core, &kind, None, namespace, WriteOptions::default()) {
            tracing::error!(%error, name, "could not create a namespace");
        }
    }
}
