//! What can go wrong with the lab.

use std::path::PathBuf;

use thiserror::Error;

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
    /// A source platform could not be started.
    #[error("could not start the simulated {product}")]
    Platform {
        /// Name of the product.
        product: &'static str,
        /// Cause.
        #[source]
        source: source_sim::StartError,
    },
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
