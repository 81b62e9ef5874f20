//! Why a cluster cannot be used.

use thiserror::Error;

use crate::{events::Discreet, settings::nearest::did_you_mean};

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
        source: Discreet,
    },
    /// The kubeconfig has no such context.
    #[error("the kubeconfig{} has no context \"{context}\"; {}", of(.path), instead(context, known))]
    NoContext {
        /// The file, if one is named.
        path: Option<String>,
        /// The context.
        context: String,
        /// Contexts of the kubeconfig.
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
        "could not set up the connection to {server}\n  what to do: {}", remedy(.plugin)
    )]
    Client {
        /// Address of the API server.
        server: String,
        /// The program that logs in, if the kubeconfig names one.
        plugin: Option<String>,
        /// Cause.
        #[source]
        source: Discreet,
    },
    /// The token cannot be sent.
    #[error(
        "the token of the kubeconfig for {server} has a line break or another character that cannot be sent\n  what to do: log in to \
         the cluster anew"
    )]
    Token {
        /// Address of the API server.
        server: String,
    },
    /// The log-in takes too long.
    #[error("{} did not log in to {server} within {}\n  what to do: {}, or raise timeouts.connect",
        .plugin.as_deref().unwrap_or("the kubeconfig"), humantime::format_duration(*.after), remedy(.plugin))]
    LogIn {
        /// Address of the API server.
        server: String,
        /// The program that logs in, if the kubeconfig names one.
        plugin: Option<String>,
        /// The timeout.
        after: std::time::Duration,
    },
    /// The API server does not know the user, or not any more.
    #[error("the API server {server} refuses the log-in of the kubeconfig\n  what to do: log in to the cluster anew")]
    Refused {
        /// Address of the API server.
        server: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// The certificate of the API server is not trusted.
    #[error(
        "the certificate of the API server {server} is not trusted\n  what to do: put the CA of the cluster into the kubeconfig \
         (certificate-authority-data); of a cluster without one, set target.insecure_skip_verify"
    )]
    Untrusted {
        /// Address of the API server.
        server: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server answers nothing that helps.
    #[error(
        "the API server {server} cannot be used\n  what to do: see whether its address is right, and whether the cluster is up"
    )]
    Unreachable {
        /// Address of the API server.
        server: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// A lab that does not answer: most likely it has ended.
    #[error("the lab at {server} does not answer\n  what to do: start it with `mtv-bdd lab --folder {folder}`")]
    LabGone {
        /// Address of the API server.
        server: String,
        /// Folder of the lab.
        folder: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// The API server takes too long.
    #[error("the API server {server} did not answer within {}; see whether the cluster is up, or raise timeouts.connect", humantime::format_duration(*.after))]
    Silent {
        /// Address of the API server.
        server: String,
        /// The timeout.
        after: std::time::Duration,
    },
}

/// The nearest known name, and all known names.
fn instead(context: &str, known: &[String]) -> String {
    let there_is = match known {
        [] => "it has none; log in to the cluster".to_owned(),
        known => format!("it has {}", known.join(", ")),
    };
    match did_you_mean(context, known.iter().map(String::as_str)) {
        Some(question) => format!("{question} {there_is}"),
        None => there_is,
    }
}

impl Error {
    /// The failure of the first question to the API server.
    pub(super) fn of_server(server: String, source: kube::Error) -> Self {
        let refused = matches!(&source, kube::Error::Api(status) if status.code == 401);
        // The words of rustls, however deep they stand.
        let untrusted = crate::events::explain(&source).contains("invalid peer certificate");
        let source = Box::new(source);
        match (refused, untrusted) {
            (true, _) => Self::Refused { server, source },
            (_, true) => Self::Untrusted { server, source },
            _ => Self::Unreachable { server, source },
        }
    }
}

fn remedy(plugin: &Option<String>) -> String {
    match plugin {
        Some(plugin) => format!("run {plugin} by hand, as the kubeconfig says"),
        None => "see whether certificates and log-in of the kubeconfig are complete".to_owned(),
    }
}

fn of(path: &Option<String>) -> String {
    path.as_ref().map(|path| format!(" {path}")).unwrap_or_default()
}
