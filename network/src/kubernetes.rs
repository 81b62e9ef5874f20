//! Kubernetes clients: over TCP, or inside the process.

use std::sync::Arc;

use http::Request;
use http_body_util::BodyExt as _;
use kube::{
    Client, Config,
    client::{Body, ClientBuilder, ConfigExt as _},
};
use tower::{ServiceBuilder, ServiceExt as _};

use crate::{BodyError, BoxError, Exchange, HttpBody, is_in_memory};

/// A client with the address, certificates and credentials of this configuration. It may block: a program of the user's
/// may have to log in.
///
/// # Errors
/// The configuration cannot be used.
pub fn kubernetes_client(config: Config) -> kube::Result<Client> {
    if !is_in_memory() {
        return Client::try_from(config);
    }
    let exchange = Exchange::new(Some(Arc::new(config.rustls_client_config()?)));
    let exchange =
        exchange.map_request(|request: Request<Body>| request.map(|body| HttpBody::new(body.map_err(unsent))));
    let layers = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .layer(config.extra_headers_layer()?)
        .option_layer(config.auth_layer()?)
        .map_err(BoxError::from);
    Ok(ClientBuilder::new(layers.service(exchange), config.default_namespace).build())
}

fn unsent(error: kube::Error) -> BodyError {
    BoxError::from(error).into()
}
