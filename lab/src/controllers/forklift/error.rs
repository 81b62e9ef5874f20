//! What can go wrong inside the simulated Forklift: such an error ends a reconcile without writing status, and the
//! object is looked at again three seconds later.

use thiserror::Error;

/// Why a reconcile was given up.
#[derive(Debug, Error)]
pub enum Error {
    /// The API server refused something.
    #[error("could not {action}")]
    Api {
        /// What was tried, on what.
        action: String,
        /// Cause.
        #[source]
        source: kube::Error,
    },
    /// An API call failed.
    #[error(transparent)]
    Object(#[from] crate::controllers::objects::Error),
    /// A provider's connection could not be used.
    #[error("could not {action} on the source")]
    Source {
        /// What was tried, on what.
        action: String,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An object does not hold what it must.
    #[error("{0}")]
    Malformed(String),
    /// The inventory of a provider is not loaded yet.
    #[error("the inventory of provider '{0}' is not loaded yet")]
    ProviderNotReady(String),
    /// Something of the conversion pod could not be read.
    #[error("could not {action} of the conversion pod")]
    Pod {
        /// What was read.
        action: String,
        /// Cause.
        #[source]
        source: reqwest::Error,
    },
}

impl Error {
    /// A VM has left the inventory of its provider.
    pub fn unknown_vm(id: &str, provider: &str) -> Self {
        Self::Malformed(format!("VM '{id}' is not in the inventory of '{provider}'"))
    }
}

/// A result of the simulated Forklift.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what was tried when the API server refuses.
pub trait Tried<T> {
    /// Adds what was tried: `get Plan 'a/b'`.
    fn tried(self, action: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Tried<T> for kube::Result<T> {
    fn tried(self, action: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Api {
            action: action(),
            source,
        })
    }
}

/// An error of a source, with what was tried on it.
pub fn source_error(action: String, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Source {
        action,
        source: Box::new(source),
    }
}

/// Whether the API server says that the object does not exist.
pub fn is_not_found(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
}

/// Whether the API server says that somebody else was faster.
pub fn is_conflict(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 409)
}
