//! Errors of the lab.

use std::path::PathBuf;

use thiserror::Error;

/// An error at the start or during the run of a lab.
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
    /// Another lab uses this folder.
    #[error(
        "a lab is running in {} already (pid {pid}); use it, end it with `kill -INT {pid}`, or choose another folder \
         with --folder",
        folder.display()
    )]
    Occupied {
        /// Folder.
        folder: PathBuf,
        /// Process id of the other lab.
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
    /// A controller ended without being stopped.
    #[error("the {name} controller of the lab ended: {reason}")]
    Controller {
        /// Name of the controller.
        name: &'static str,
        /// Reason why it ended.
        reason: String,
    },
}
