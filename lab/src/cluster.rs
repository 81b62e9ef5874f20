//! The API server that the lab works on: the simulated one, or that of a given kubeconfig.

use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};
use kube_sim::ApiServer;
use loopback_https::Authority;

use crate::{Error, LabOptions, handover};

/// The cluster that the lab's controllers work on.
pub(crate) struct Cluster {
    /// The simulated API server; `None`: the options name another one.
    pub(crate) api_server: Option<ApiServer>,
    /// Kubeconfig for users of the lab.
    pub(crate) kubeconfig: String,
    /// URL of the API server.
    pub(crate) server: String,
    /// Client of the lab's controllers.
    pub(crate) client: Client,
}

/// Starts the simulated API server, unless the options name a kubeconfig.
pub(crate) async fn cluster(authority: &Authority, options: &LabOptions) -> Result<Cluster, Error> {
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

/// A client from a kubeconfig, and the URL of its API server.
async fn client_of(kubeconfig: &str) -> anyhow::Result<(Client, String)> {
    let kubeconfig = Kubeconfig::from_yaml(kubeconfig)?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    let server = config.cluster_url.to_string();
    Ok((Client::try_from(config)?, server))
}
