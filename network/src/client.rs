//! HTTP clients that reach servers of the same world without a connection.

use std::{
    collections::BTreeSet,
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use http::{HeaderValue, Request, Response, Uri, header::HOST, uri::PathAndQuery};
use http_body_util::BodyExt;
use reqwest::{IntoUrl, RequestBuilder};
use rustls::{ClientConfig, pki_types::ServerName};
use sim_clock::timeout;
use thiserror::Error;
use tokio_rustls::TlsConnector;
use tower::{Service, ServiceExt};

use crate::{
    BoxError, connect,
    memory::{self, BodyError, HttpBody, HttpService},
};

/// Sends requests to the servers of this world. Before the first one to a server there is a TLS handshake, which fails as
/// it does over TCP.
#[derive(Clone)]
pub struct Exchange {
    tls: Option<Arc<ClientConfig>>,
    trusted: Arc<Mutex<BTreeSet<SocketAddr>>>,
}

impl Exchange {
    /// A client with these TLS settings; `None`: without TLS.
    pub fn new(tls: Option<Arc<ClientConfig>>) -> Self {
        Self {
            tls,
            trusted: Arc::default(),
        }
    }

    async fn server(&self, uri: &Uri) -> Result<HttpService, BoxError> {
        let host = uri.host().unwrap_or_default().to_owned();
        let port = uri.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let address = memory::resolve(&host, port)?;
        let network = memory::network().ok_or("this thread is not in a world")?;
        let service = network.http(address)?.ok_or("the server does not speak HTTP")?;
        let known = |add: bool| {
            let mut trusted = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
            if add {
                trusted.insert(address)
            } else {
                trusted.contains(&address)
            }
        };
        if let Some(tls) = self.tls.as_ref().filter(|_| !known(false)) {
            let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?;
            let connection = connect(&host, port).await?;
            TlsConnector::from(Arc::clone(tls)).connect(name, connection).await?;
            known(true);
        }
        Ok(service)
    }
}

impl Service<Request<HttpBody>> for Exchange {
    type Response = Response<HttpBody>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<HttpBody>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<HttpBody>) -> Self::Future {
        let exchange = self.clone();
        Box::pin(async move {
            let server = exchange.server(request.uri()).await?;
            // As on a connection: the path alone, and the authority in a header.
            if let Some(authority) = request.uri().authority() {
                let host = HeaderValue::try_from(authority.as_str())?;
                request.headers_mut().insert(HOST, host);
            }
            let path = request.uri().path_and_query().cloned();
            *request.uri_mut() = path.unwrap_or(PathAndQuery::from_static("/")).into();
            server.oneshot(request).await
        })
    }
}

/// A request that got no answer.
#[derive(Debug, Error)]
pub enum RequestError {
    /// The request is wrong, or failed over TCP.
    #[error(transparent)]
    Tcp(#[from] reqwest::Error),
    /// It failed inside the process.
    #[error("error sending request")]
    Memory(#[source] BoxError),
    /// There was no answer in time.
    #[error("operation timed out")]
    Late,
}

impl RequestError {
    /// Whether no connection could be opened.
    pub fn is_connect(&self) -> bool {
        match self {
            Self::Tcp(error) => error.is_connect(),
            Self::Memory(error) => error.is::<io::Error>(),
            Self::Late => false,
        }
    }

    /// Whether there was no answer in time.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Tcp(error) => error.is_timeout(),
            Self::Memory(_) => false,
            Self::Late => true,
        }
    }
}

/// A reqwest client that uses [`Exchange`] in a world.
#[derive(Clone)]
pub struct HttpClient {
    requests: reqwest::Client,
    exchange: Exchange,
}

impl HttpClient {
    /// A client with these TLS settings; `None`: plain HTTP.
    ///
    /// # Errors
    /// Those of the builder.
    pub fn new(builder: reqwest::ClientBuilder, tls: Option<ClientConfig>) -> reqwest::Result<Self> {
        let requests = match &tls {
            Some(tls) => builder.tls_backend_preconfigured(tls.clone()),
            // Loading the CA certificates of the machine takes longer than a request.
            None => builder.tls_certs_only([]),
        };
        Ok(Self {
            requests: requests.build()?,
            exchange: Exchange::new(tls.map(Arc::new)),
        })
    }

    /// A GET request, for [`send`](Self::send).
    pub fn get(&self, url: impl IntoUrl) -> RequestBuilder {
        self.requests.get(url)
    }

    /// A POST request, for [`send`](Self::send).
    pub fn post(&self, url: impl IntoUrl) -> RequestBuilder {
        self.requests.post(url)
    }

    /// Sends a request.
    ///
    /// # Errors
    /// Errors of the request or the connection, or the timeout of the request.
    pub async fn send(&self, request: RequestBuilder) -> Result<reqwest::Response, RequestError> {
        let request = request.build()?;
        if !memory::is_in_memory() {
            return Ok(self.requests.execute(request).await?);
        }
        let limit = request.timeout().copied();
        let answer = self.ask(request);
        let answer = match limit {
            Some(limit) => timeout(limit, answer).await.map_err(|_| RequestError::Late)?,
            None => answer.await,
        };
        answer.map_err(RequestError::Memory)
    }

    async fn ask(&self, request: reqwest::Request) -> Result<reqwest::Response, BoxError> {
        let request = Request::<reqwest::Body>::try_from(request)?;
        let request = request.map(|body| HttpBody::new(body.map_err(|error| BodyError::from(BoxError::from(error)))));
        let response = self.exchange.clone().oneshot(request).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Response::from_parts(parts, body).into())
    }
}
