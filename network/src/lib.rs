//! Connections of simulators and of their clients.
//!
//! Usually these are TCP connections. On a thread that has called [`in_memory`] they stay inside the process: there are
//! no sockets, which virtual time could not wait for. Bytes go through [`Listener`] and [`connect`], and HTTP requests
//! to a server that [offers](Listener::offer) a service go to it as they are, after a TLS handshake as over TCP.

mod client;
mod kubernetes;
mod memory;
mod stream;
mod tls;

pub use client::{Exchange, HttpClient, RequestError};
pub use kubernetes::kubernetes_client;
pub use memory::{BodyError, HttpBody, HttpService, InMemory, in_memory, is_in_memory};
pub use stream::{Listener, Stream, connect};
pub use tls::{Trust, client_config};

/// An error of a client or a server.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
