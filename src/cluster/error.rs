//! Why a cluster cannot be used.

use thiserror::Error;

use crate::nearest::nearest;

/// The target is not usable as it is.
#[derive(Debug, Error)]
pub enum Error {
    /// No usable kubeconfig.
    #[error("could not read the kubeconfig{}\n  what to do: log in to the cluster, or set target.kubeconfig", of(.path))]
    Kubeconfig {
        /// The file, if one is named.
        path: Option<String>,
        /// Cause.
        #[source]
        source: kube::config::KubeconfigError,
    },
    /// The kubeconfig has no such context.
    #[error("the kubeconfig{} has no context \"{context}\"; {}", of(.path), instead(context, known))]
    NoContext {
        /// The file, if one is named.
        path: Option<String>,
        /// The context.
        context: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// A real cluster that nobody allowed.
    #[error(
        "the context \"{context}\" ({server}) is not on the list of allowed contexts; confirm it with --context {context}, or \
         add it to target.allowed_contexts"
    )]
    NotAllowed {
        /// The context.
        context: String,
        /// Address of its API server.
        server: String,
    },
    /// The client could not be made.
    #[error(
        "could not set up the connection to {server}\n  what to do: see whether certificates and log-in of the kubeconfig are complete"
    )]
    Client {
        /// Address of the API server.
        server: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server does not answer, or refuses.
    #[error(
        "the API server {server} does not answer\n  what to do: see whether you are logged in, and whether the cluster is up"
    )]
    Unreachable {
        /// Its address.
        server: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// A lab that does not answer: most likely it has ended.
    #[error("the lab at {server} does not answer\n  what to do: start it with `mtv-bdd lab --folder {folder}`")]
    LabGone {
        /// Its address.
        server: String,
        /// Its folder.
        folder: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server takes too long.
    #[error("the API server {server} did not answer within {}; see whether the cluster is up, or raise timeouts.connect", humantime::format_duration(*.after))]
    Silent {
        /// Its address.
        server: String,
        /// How long it was given.
        after: std::time::Duration,
    },
}

/// What was probably meant, and what there is.
fn instead(context: &str, known: &[String]) -> String {
    let all = match known {
        [] => "none; log in to the cluster".to_owned(),
        known => known.join(", "),
    };
    match nearest(context, known.iter().map(String::as_str)).first() {
        Some(near) => format!("did you mean \"{near}\"? it has {all}"),
        None => format!("it has {all}"),
    }
}

fn of(path: &Option<String>) -> String {
    path.as_ref().map(|path| format!(" {path}")).unwrap_or_default()
}
