//! HTTPS servers on loopback, with certificates of an in-memory certificate authority.

use std::{
    net::{Ipv4Addr, SocketAddr},
    pin::pin,
    sync::Arc,
};

use axum::{Router, http::Request};
use http_body_util::BodyExt;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use sim_net::{BodyError, BoxError, HttpBody, HttpService, Listener, Stream};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};

/// Errors of creating an authority or starting a server.
#[derive(Debug, Error)]
pub enum Error {
    /// A certificate could not be created.
    #[error("could not create the certificate of '{name}'")]
    Certificate {
        /// Common name of the certificate.
        name: String,
        /// Cause.
        #[source]
        source: rcgen::Error,
    },
    /// The TLS library rejected the certificate.
    #[error("could not set up TLS for '{name}'")]
    Tls {
        /// Common name of the certificate.
        name: String,
        /// Cause.
        #[source]
        source: rustls::Error,
    },
    /// No loopback port could be opened.
    #[error("could not open a loopback port for '{name}'")]
    Bind {
        /// Name of the server.
        name: String,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
}

/// A certificate authority that exists only in memory.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// Creates an authority with a new key; `name` is the common name of its certificate.
    pub fn new(name: &str) -> Result<Self, Error> {
        let failed = |source| Error::Certificate {
            name: name.into(),
            source,
        };
        let mut params = CertificateParams::default();
        params.distinguished_name = distinguished_name(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(failed)?;
        let issuer = CertifiedIssuer::self_signed(params, key).map_err(failed)?;
        Ok(Self { issuer })
    }

    /// The CA certificate as PEM.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The CA certificate as DER.
    pub fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    fn tls_config(&self, name: &str) -> Result<ServerConfig, Error> {
        let certificate_failed = |source| Error::Certificate {
            name: name.into(),
            source,
        };
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).map_err(certificate_failed)?;
        params.distinguished_name = distinguished_name(name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().map_err(certificate_failed)?;
        let leaf = params.signed_by(&key, &self.issuer).map_err(certificate_failed)?;
        let chain = vec![leaf.der().clone(), self.issuer.der().clone()];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let tls_failed = |source| Error::Tls {
            name: name.into(),
            source,
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(tls_failed)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(tls_failed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn distinguished_name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// A running HTTPS server. It stops on [`stop`](Self::stop) and on drop.
pub struct Server {
    address: SocketAddr,
    stop: CancellationToken,
}

impl Server {
    /// Opens a loopback port (`port` 0 selects a free one) and serves `router` with a certificate for `name`,
    /// `localhost` and `127.0.0.1`. Connections can be upgraded (WebSocket).
    pub async fn start(authority: &Authority, name: &str, port: u16, router: Router) -> Result<Self, Error> {
        let acceptor = TlsAcceptor::from(Arc::new(authority.tls_config(name)?));
        let bind_failed = |source| Error::Bind {
            name: name.into(),
            source,
        };
        let listener = Listener::bind((Ipv4Addr::LOCALHOST, port).into())
            .await
            .map_err(bind_failed)?;
        let address = listener.local_addr().map_err(bind_failed)?;
        let stop = CancellationToken::new();
        listener.offer(service(router.clone()));
        tokio::spawn(accept(listener, Some(acceptor), router, stop.clone()));
        Ok(Self { address, stop })
    }

    /// Address of the listener.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// URL of the server: `https://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Stops accepting connections and closes open ones.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Serves plain HTTP until the guard is dropped, then finishes the requests in progress.
pub fn serve_http(listener: Listener, router: Router) -> DropGuard {
    let stop = CancellationToken::new();
    listener.offer(service(router.clone()));
    tokio::spawn(accept(listener, None, router, stop.clone()));
    stop.drop_guard()
}

async fn accept(mut listener: Listener, acceptor: Option<TlsAcceptor>, router: Router, stop: CancellationToken) {
    loop {
        let stream = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok(stream) => stream,
                Err(error) => {
                    tracing::debug!(%error, "a connection could not be accepted");
                    continue;
                }
            },
        };
        let (acceptor, router, stop) = (acceptor.clone(), router.clone(), stop.clone());
        tokio::spawn(async move {
            let Some(acceptor) = acceptor else {
                return finish(stream, router, stop).await;
            };
            match acceptor.accept(stream).await {
                Ok(stream) => serve(stream, router, stop).await,
                Err(error) => tracing::debug!(%error, "TLS handshake failed"),
            }
        });
    }
}

/// Answers the requests of one connection until `stop`.
async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router, stop: CancellationToken) {
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        served = connection => if let Err(error) = served {
            tracing::trace!(%error, "connection ended");
        },
    }
}

/// Answers the requests of one connection; after `stop` only the one in progress.
async fn finish(stream: Stream, router: Router, stop: CancellationToken) {
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let served = tokio::select! {
        biased;
        served = &mut connection => served,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::trace!(%error, "connection ended");
    }
}

/// The router for clients inside the process.
fn service(router: Router) -> HttpService {
    BoxCloneSyncService::new(service_fn(move |request: Request<HttpBody>| {
        let router = router.clone();
        async move {
            let response = router.oneshot(request).await?;
            Ok(response.map(|body| HttpBody::new(body.map_err(unreadable))))
        }
    }))
}

fn unreadable(error: axum::Error) -> BodyError {
    BoxError::from(error).into()
}
