//! Errors of the simulated Forklift: an error ends a reconcile without a status write; the next reconcile starts three
//! seconds later.

use thiserror::Error;

use crate::controllers::controller::Failure;

/// Error that ends a reconcile.
#[derive(Debug, Error)]
pub enum Error {
    /// The API server refused a request.
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
    /// An object lacks a required value.
    #[error("{0}")]
    Malformed(String),
    /// The inventory of a provider is not loaded yet.
    #[error("the inventory of provider '{0}' is not loaded yet")]
    ProviderNotReady(String),
    /// An endpoint of the conversion pod could not be read.
    #[error("could not {action} of the conversion pod")]
    Pod {
        /// Endpoint that was read.
        action: String,
        /// Cause.
        #[source]
        source: sim_net::RequestError,
    },
}

impl Error {
    /// The error for a VM that is not in the inventory of its provider.
    pub fn unknown_vm(id: &str, provider: &str) -> Self {
        Self::Malformed(format!("VM '{id}' is not in the inventory of '{provider}'"))
    }
}

impl Failure for Error {
    fn is_stale(&self) -> bool {
        matches!(self, Self::Object(error) if error.is_stale())
    }
}

/// Formats an error with its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Result with an [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Adds the attempted action to errors of API calls.
pub trait Tried<T> {
    /// Adds the attempted action, such as `get Plan 'a/b'`.
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

/// Creates an error of a source provider with the attempted action.
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

/// Whether the API server reports a conflict with a concurrent write.
pub fn is_conflict(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 409)
}
