//! What can go wrong between this client and a server.

use std::fmt;

use thiserror::Error;

use crate::{MoRef, Value, soap};

/// A fault as the server reported it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Its type, `InvalidLogin`.
    pub name: String,
    /// The server's words.
    pub message: String,
    /// Its fields, such as `obj` of a `ManagedObjectNotFound`.
    pub detail: Value,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}: {}", self.name, self.message)
        }
    }
}

/// What can go wrong.
#[derive(Debug, Error)]
pub enum Error {
    /// The address is not usable.
    #[error(
        "'{url}' is not the address of a vSphere server: {reason}; expected something like https://vcenter.example.com/sdk"
    )]
    Url {
        /// As given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTPS client could not be set up, usually because of the CA certificate.
    #[error("could not set up HTTPS to {url}; check that the CA certificate is PEM")]
    Tls {
        /// The server.
        url: String,
        /// Cause.
        #[source]
        source: reqwest::Error,
    },
    /// No answer: the server was not reached, its certificate is not trusted, or it took too long.
    #[error(
        "{method} of {object} got no answer from {url}{}; check the address, the network and the CA certificate",
        causes(source)
    )]
    Transport {
        /// The server.
        url: String,
        /// Method that was called.
        method: String,
        /// Object that it was called on.
        object: MoRef,
        /// Cause.
        #[source]
        source: reqwest::Error,
    },
    /// An answer that is no SOAP: something else listens there.
    #[error(
        "{method} of {object} was answered by {url} with HTTP status {status} and no SOAP: '{body}'; check that the address is that of a vSphere server"
    )]
    Status {
        /// The server.
        url: String,
        /// Method that was called.
        method: String,
        /// Object that it was called on.
        object: MoRef,
        /// HTTP status.
        status: u16,
        /// Beginning of the body.
        body: String,
    },
    /// An answer that is not understood.
    #[error("the answer to {method} of {object} is not understood")]
    Answer {
        /// Method that was called.
        method: String,
        /// Object that it was called on.
        object: MoRef,
        /// Cause.
        #[source]
        source: Box<soap::Error>,
    },
    /// The server refused the call.
    #[error("{method} of {object} was refused: {fault}")]
    Refused {
        /// Method that was called.
        method: String,
        /// Object that it was called on.
        object: MoRef,
        /// Why.
        fault: Box<Fault>,
    },
    /// A task was started and failed.
    #[error("the task {method} of {object} failed: {fault}")]
    Task {
        /// Method that started the task.
        method: String,
        /// Object that it works on.
        object: MoRef,
        /// Why.
        fault: Box<Fault>,
    },
    /// The server left something out that it always sends.
    #[error("{method} of {object} answered without '{field}'")]
    Missing {
        /// Method that was called.
        method: String,
        /// Object that it was called on.
        object: MoRef,
        /// What is missing.
        field: &'static str,
    },
}

impl Error {
    /// The server's fault, if it sent one.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Refused { fault, .. } | Self::Task { fault, .. } => Some(fault),
            _ => None,
        }
    }

    /// Whether the server reported a fault of this type.
    pub fn is_fault(&self, name: &str) -> bool {
        self.fault().is_some_and(|fault| fault.name == name)
    }

    /// Whether user or password are wrong.
    pub fn is_invalid_login(&self) -> bool {
        self.is_fault("InvalidLogin")
    }

    /// Whether the object is gone, or never was.
    pub fn is_not_found(&self) -> bool {
        self.is_fault("ManagedObjectNotFound")
    }

    /// Whether the session ended.
    pub fn is_not_authenticated(&self) -> bool {
        self.is_fault("NotAuthenticated")
    }

    /// Whether the server was not reached at all.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Transport { .. })
    }
}

/// The innermost cause: reqwest's own text says only that something went wrong.
fn causes(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return " in time".to_owned();
    }
    let mut innermost: Option<&dyn std::error::Error> = None;
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        innermost = Some(cause);
        next = cause.source();
    }
    innermost.map(|cause| format!(" ({cause})")).unwrap_or_default()
}
