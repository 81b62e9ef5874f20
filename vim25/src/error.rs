//! Errors of the client, and faults of the server.

use std::fmt;

use sim_net::RequestError;
use thiserror::Error;

use crate::{MoRef, Value, soap};

/// A fault reported by the server.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Type of the fault: `InvalidLogin`.
    pub name: String,
    /// Message of the server.
    pub message: String,
    /// Fields of the fault, such as `obj` of `ManagedObjectNotFound`.
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

/// Errors of the client.
#[derive(Debug, Error)]
pub enum Error {
    /// The URL of the server is invalid.
    #[error(
        "'{url}' is not the address of a vSphere server: {reason}; expected something like https://vcenter.example.com/sdk"
    )]
    Url {
        /// URL as given.
        url: String,
        /// Reason why the URL is invalid.
        reason: String,
    },
    /// The HTTPS client could not be created, usually because of an invalid CA certificate.
    #[error("could not set up HTTPS to {url}; check that the CA certificate is PEM")]
    Tls {
        /// URL of the server.
        url: String,
        /// Cause.
        #[source]
        source: sim_net::BoxError,
    },
    /// No answer: the server is unreachable, its certificate is not trusted, or the request timed out.
    #[error(
        "{method} of {object} got no answer from {url}{}; check the address, the network and the CA certificate",
        causes(source)
    )]
    Transport {
        /// URL of the server.
        url: String,
        /// Called method.
        method: String,
        /// Object of the call.
        object: MoRef,
        /// Cause.
        #[source]
        source: RequestError,
    },
    /// The answer is not SOAP: the URL belongs to another service.
    #[error(
        "{method} of {object} was answered by {url} with HTTP status {status} and no SOAP: '{body}'; check that the address is that of a vSphere server"
    )]
    Status {
        /// URL of the server.
        url: String,
        /// Called method.
        method: String,
        /// Object of the call.
        object: MoRef,
        /// HTTP status code.
        status: u16,
        /// Start of the body.
        body: String,
    },
    /// The SOAP answer could not be parsed.
    #[error("the answer to {method} of {object} is not understood")]
    Answer {
        /// Called method.
        method: String,
        /// Object of the call.
        object: MoRef,
        /// Cause.
        #[source]
        source: Box<soap::Error>,
    },
    /// The server answered with a fault.
    #[error("{method} of {object} was refused: {fault}")]
    Refused {
        /// Called method.
        method: String,
        /// Object of the call.
        object: MoRef,
        /// Fault of the server.
        fault: Box<Fault>,
    },
    /// A task failed.
    #[error("the task {method} of {object} failed: {fault}")]
    Task {
        /// Method that started the task.
        method: String,
        /// Object of the task.
        object: MoRef,
        /// Error of the task.
        fault: Box<Fault>,
    },
    /// A required field is missing in the answer.
    #[error("{method} of {object} answered without '{field}'")]
    Missing {
        /// Called method.
        method: String,
        /// Object of the call.
        object: MoRef,
        /// Name of the missing field.
        field: &'static str,
    },
}

impl Error {
    /// The fault of the server, if the error contains one.
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

    /// Whether user name or password is incorrect.
    pub fn is_invalid_login(&self) -> bool {
        self.is_fault("InvalidLogin")
    }

    /// Whether the object does not exist.
    pub fn is_not_found(&self) -> bool {
        self.is_fault("ManagedObjectNotFound")
    }

    /// Whether the session does not exist or has ended.
    pub fn is_not_authenticated(&self) -> bool {
        self.is_fault("NotAuthenticated")
    }

    /// Whether the server did not answer.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Transport { .. })
    }
}

/// Formats the innermost cause: the message of a request's error itself does not name it.
fn causes(error: &RequestError) -> String {
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
