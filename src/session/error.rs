//! Why a session cannot begin, or cannot give what a scenario asks of it.

use std::sync::Arc;

use thiserror::Error as ThisError;

use crate::{
    cluster,
    events::explain,
    inventory, journal,
    settings::{nearest::did_you_mean, providers},
    source,
};

/// A failure of what the run shares.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The cluster cannot be used.
    #[error(transparent)]
    Cluster(#[from] cluster::Error),
    /// The providers file has no such entry.
    #[error(transparent)]
    Providers(#[from] providers::Error),
    /// Secrets that the providers file leaves to the cluster are not there.
    #[error("secrets of the providers file are not on the cluster\n  {}", .0.join("\n  "))]
    ProviderSecrets(Vec<String>),
    /// The source platform refuses or does not answer.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// A provider of a type that this version cannot migrate from.
    #[error(
        "the provider \"{key}\" is of type {platform}, from which this version cannot migrate yet; choose a {} provider", usable.join(" or ")
    )]
    NotYet {
        /// Key in the providers file.
        key: String,
        /// Type of the provider.
        platform: crate::settings::ProviderType,
        /// Types of providers that can be used.
        usable: Vec<String>,
    },
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// MTV is not there.
    #[error("MTV is not installed on {server}: there is no API {api}; install the operator, then run again")]
    NoMtv {
        /// Address of the API server.
        server: String,
        /// The missing requirement.
        api: &'static str,
    },
    /// Something that migrations need is not there.
    #[error("{what} is not installed on {server}: there is no API {api}; install its operator")]
    NotInstalled {
        /// The problem.
        what: &'static str,
        /// Address of the API server.
        server: String,
        /// The missing requirement.
        api: &'static str,
    },
    /// An operator has not deployed what it manages.
    #[error("{what} is installed but not deployed: its phase is {phase}; look at the conditions of its {what} object")]
    NotDeployed {
        /// The problem.
        what: &'static str,
        /// Its progress.
        phase: String,
    },
    /// More than one thing is wrong.
    #[error("{}", several(.0))]
    Several(Vec<Error>),
    /// MTV's pods do not run.
    #[error("MTV is not ready in the namespace {namespace}: {reason}")]
    MtvNotReady {
        /// Namespace.
        namespace: String,
        /// The problem.
        reason: String,
    },
    /// The storage class of the settings does not exist.
    #[error(
        "there is no storage class \"{name}\"; there are {}; set target.storage_class",
        list(known)
    )]
    NoStorageClass {
        /// Name.
        name: String,
        /// Existing names.
        known: Vec<String>,
    },
    /// A scenario names something that does not exist.
    #[error("{whose} has no {what} \"{name}\", which a scenario names; {}", instead(name, known))]
    NotThere {
        /// `the target`, or the key of a provider.
        whose: String,
        /// `storage class`, ...
        what: &'static str,
        /// Name.
        name: String,
        /// Existing names.
        known: Vec<String>,
    },
    /// Nothing says which storage class to use.
    #[error(
        "no storage class is the default one; there are {}; set target.storage_class",
        list(known)
    )]
    NoDefaultStorageClass {
        /// Existing names.
        known: Vec<String>,
    },
    /// The user may not do what a run has to do.
    #[error("the user of the kubeconfig may not {}; log in as a user who may", forbidden.join(", nor "))]
    Forbidden {
        /// Missing permissions: `create plans.forklift.konveyor.io`.
        forbidden: Vec<String>,
    },
    /// A request of the preflight failed.
    #[error("could not {action}")]
    Request {
        /// Verb and object.
        action: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// Something could not be created.
    #[error(transparent)]
    Create(#[from] cluster::tracked::Error),
    /// Something did not become what it should.
    #[error(transparent)]
    Wait(#[from] cluster::wait::Error),
    /// The certificates of a provider could not be fetched.
    #[error(
        "could not fetch the certificates of {address}, to trust them in the provider\n  what to do: check api_url in the providers file"
    )]
    Certificates {
        /// Host and port.
        address: String,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The inventory cannot be addressed.
    #[error("could not find the inventory: {0}; set target.inventory_url")]
    InventoryAddress(String),
    /// The inventory does not answer at all.
    #[error("the inventory does not answer at {address}; check target.inventory_url, or its Route and pod")]
    InventorySilent {
        /// Address.
        address: String,
        /// Cause.
        #[source]
        source: inventory::Error,
    },
    /// The inventory does not answer.
    #[error("the inventory of the provider {provider} did not load")]
    Inventory {
        /// Name of the Provider.
        provider: String,
        /// Cause.
        #[source]
        source: inventory::Error,
    },
    /// A task of the session panicked.
    #[error(
        "a task of the session crashed: {0}; this is a mistake of the suite, please report it with mtv-bdd.log of the run"
    )]
    Crashed(String),
    /// Another scenario attempted it first and failed.
    #[error(transparent)]
    Shared(Arc<Error>),
}

impl From<Arc<Error>> for Error {
    fn from(error: Arc<Error>) -> Self {
        Self::Shared(error)
    }
}

/// One a line, each with its causes.
fn several(errors: &[Error]) -> String {
    let count = format!("{} things are wrong", errors.len());
    let lines = errors
        .iter()
        .map(|error| format!("- {}", explain(error).replace('\n', "\n  ")));
    std::iter::once(count).chain(lines).collect::<Vec<_>>().join("\n")
}

/// The nearest existing name, and all existing names.
fn instead(name: &str, known: &[String]) -> String {
    let there_is = format!("it has {}", list(known));
    match did_you_mean(name, known.iter().map(String::as_str)) {
        Some(question) => format!("{question} {there_is}"),
        None => there_is,
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}
