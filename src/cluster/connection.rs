//! The connection to a cluster, which must be on the allow list of the settings or confirmed by `--context`.

use std::{sync::Arc, time::Duration};

use http::HeaderValue;
use kube::{
    Client, Config,
    config::{AuthInfo, KubeConfigOptions, Kubeconfig},
};
use secrecy::{ExposeSecret, SecretString};
use sim_net::kubernetes_client;
use tokio_util::sync::CancellationToken;

use super::{Error, Versions};
use crate::{
    events::Discreet,
    run::{Clock, ClusterId},
    settings::{Origin, Settings},
};

/// A connected cluster. Clones share the connection.
#[derive(Clone)]
pub struct Cluster {
    /// Which of the run's clusters it is.
    pub id: ClusterId,
    /// The Kubernetes client.
    pub client: Client,
    /// Versions of Kubernetes, OpenShift, MTV and OpenShift Virtualization.
    pub versions: Versions,
    /// Divides the deadlines of waits.
    pub clock: Clock,
    /// Ends every wait.
    pub cancel: CancellationToken,
    server: Arc<str>,
    context: Arc<str>,
    config: Arc<Config>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("server", &self.server)
            .field("context", &self.context)
            .field("versions", &self.versions)
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Connects to the target of the settings and asks what it is.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`] before anything is sent to a real cluster that is neither allowed nor confirmed.
    pub async fn connect(settings: &Settings, cancel: CancellationToken) -> Result<Self, Error> {
        let target = &settings.target;
        let path = target.kubeconfig.as_ref().map(|path| path.display().to_string());
        let unreadable = |error| Error::Kubeconfig {
            path: path.clone(),
            source: Discreet::from_error(&error),
        };
        let kubeconfig = match &target.kubeconfig {
            Some(path) => Kubeconfig::read_from(path),
            None => Kubeconfig::read(),
        }
        .map_err(unreadable)?;
        let context = target
            .context
            .clone()
            .or_else(|| kubeconfig.current_context.clone())
            .unwrap_or_default();
        let known: Vec<String> = kubeconfig.contexts.iter().map(|context| context.name.clone()).collect();
        if !context.is_empty() && !known.contains(&context) {
            return Err(Error::NoContext { path, context, known });
        }
        let options = KubeConfigOptions {
            context: target.context.clone(),
            ..KubeConfigOptions::default()
        };
        let config = Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .map_err(unreadable)?;
        let server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
        if !allowed(settings, &context) {
            return Err(Error::NotAllowed { context, server });
        }
        Self::open(config, context, server, settings, cancel).await
    }

    async fn open(
        mut config: Config,
        context: String,
        server: String,
        settings: &Settings,
        cancel: CancellationToken,
    ) -> Result<Self, Error> {
        config.connect_timeout = Some(settings.timeouts.connect);
        // A kubeconfig may say so too.
        config.accept_invalid_certs |= settings.target.insecure_skip_verify;
        let limit = settings.timeouts.connect;
        let client = client(&config, &server, limit).await?;
        let versions = Versions::find(&client, &settings.target.mtv_namespace);
        let versions = match sim_clock::timeout(limit, versions).await {
            Ok(Ok(versions)) => versions,
            Ok(Err(source)) => {
                return Err(match (Error::of_server(server, source), lab_folder(settings)) {
                    (Error::Unreachable { server, source }, Some(folder)) => Error::LabGone { server, folder, source },
                    (error, _) => error,
                });
            }
            Err(_) => return Err(Error::Silent { server, after: limit }),
        };
        Ok(Self {
            id: ClusterId::hub(),
            client,
            versions,
            clock: Clock::new(settings.target.speed),
            cancel,
            server: server.into(),
            context: context.into(),
            config: Arc::new(config),
        })
    }

    /// A cluster whose client is all that a test needs.
    #[cfg(test)]
    pub(crate) fn of_tests(client: Client) -> Self {
        Self {
            id: ClusterId::hub(),
            client,
            versions: Versions::default(),
            clock: Clock::real(),
            cancel: CancellationToken::new(),
            server: "https://test".into(),
            context: "test".into(),
            config: Arc::new(Config::new(http::Uri::from_static("https://test"))),
        }
    }

    /// The same cluster for work that nothing cancels and whose deadlines are real time: teardown.
    pub fn for_teardown(&self) -> Self {
        Self {
            clock: Clock::real(),
            cancel: CancellationToken::new(),
            ..self.clone()
        }
    }

    /// Whether the API server sends any answer within `limit`.
    pub async fn answers(&self, limit: Duration) -> bool {
        match sim_clock::timeout(limit, self.client.apiserver_version()).await {
            Ok(Ok(_) | Err(kube::Error::Api(_))) => true,
            Ok(Err(_)) | Err(_) => false,
        }
    }

    /// Address of the API server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Context of the kubeconfig.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// Connection and credentials of the kubeconfig, for other servers of the cluster.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Secrets of the log-in, for the redactor.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let AuthInfo {
            token,
            password,
            client_key_data,
            ..
        } = &self.config.auth_info;
        [token, password, client_key_data].into_iter().flatten()
    }
}

/// The folder of the lab that the settings lead to.
fn lab_folder(settings: &Settings) -> Option<String> {
    let kubeconfig = settings
        .target
        .kubeconfig
        .as_ref()
        .filter(|_| settings.target.simulated)?;
    Some(kubeconfig.parent()?.display().to_string())
}

/// Makes the client, for which a program of the user's may have to log in. Should it hang, it is left behind.
async fn client(config: &Config, server: &str, limit: Duration) -> Result<Client, Error> {
    let token = config.auth_info.token.as_ref();
    if token.is_some_and(|token| HeaderValue::from_str(token.expose_secret()).is_err()) {
        let server = server.to_owned();
        return Err(Error::Token { server });
    }
    let plugin = || config.auth_info.exec.as_ref().and_then(|exec| exec.command.clone());
    let failed = |source| Error::Client {
        server: server.to_owned(),
        plugin: plugin(),
        source,
    };
    let config = config.clone();
    let client = async {
        // Inside the process nothing blocks, and the connection belongs to this thread.
        if sim_net::is_in_memory() {
            return Ok(kubernetes_client(config));
        }
        tokio::task::spawn_blocking(|| kubernetes_client(config)).await
    };
    match sim_clock::timeout(limit, client).await {
        Ok(Ok(client)) => client.map_err(|error| failed(Discreet::from_error(&error))),
        // What a plugin hands out may be something that cannot be sent.
        Ok(Err(panicked)) => Err(failed(Discreet::from_error(&panicked))),
        Err(_) => Err(Error::LogIn {
            server: server.to_owned(),
            plugin: plugin(),
            after: limit,
        }),
    }
}

/// Whether the target may be used: a lab always, a real cluster when its context is allowed or was named on the
/// command line.
fn allowed(settings: &Settings, context: &str) -> bool {
    let confirmed = settings.origins.get("target.context") == Some(&Origin::CommandLine);
    settings.target.simulated
        || confirmed
        || settings
            .target
            .allowed_contexts
            .iter()
            .any(|allowed| allowed == context)
}
