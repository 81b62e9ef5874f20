//! A reverse proxy on loopback that counts requests and bytes.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context, Result};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures::StreamExt as _;
use tokio::{net::TcpListener, task::JoinHandle};

/// Largest body of a request.
const LARGEST: usize = 64 << 20;

/// What went through a proxy.
#[derive(Default)]
struct Counts {
    requests: AtomicU64,
    bytes: AtomicU64,
}

struct Way {
    counts: Counts,
    client: reqwest::Client,
    target: String,
}

/// A proxy; it ends on drop.
pub struct Proxy {
    way: Arc<Way>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy to an HTTPS server of this machine, whose certificate is not verified.
    ///
    /// # Errors
    /// There is no port, or no TLS.
    pub async fn start(target: String) -> Result<Self> {
        let way = Arc::new(Way {
            counts: Counts::default(),
            client: client()?,
            target,
        });
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("no port for the proxy")?;
        let address = listener.local_addr().context("no address of the proxy")?;
        let router = Router::new().fallback(forward).with_state(way.clone());
        let server = tokio::spawn(async move {
            // Ends with the task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { way, address, server })
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Requests and bytes of the answers' bodies since the last call.
    pub fn take(&self) -> (f64, f64) {
        let take = |count: &AtomicU64| {
            let count = count.swap(0, Ordering::Relaxed);
            u32::try_from(count).map_or(f64::INFINITY, f64::from)
        };
        (take(&self.way.counts.requests), take(&self.way.counts.bytes))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A client for servers of this machine.
///
/// # Errors
/// There is no TLS.
pub fn client() -> Result<reqwest::Client> {
    // Fails only if a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .danger_accept_invalid_certs(true)
        .no_proxy()
        .build();
    client.context("could not make an HTTP client")
}

async fn forward(State(way): State<Arc<Way>>, request: Request) -> Response {
    way.counts.requests.fetch_add(1, Ordering::Relaxed);
    match answer(&way, request).await {
        Ok(answer) => answer,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

async fn answer(way: &Arc<Way>, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = parts.headers;
    headers.remove("host");
    let sent = way
        .client
        .request(parts.method, format!("{}{path}", way.target))
        .headers(headers)
        .body(to_bytes(body, LARGEST).await?);
    let received = sent.send().await?;
    let mut answer = Response::builder().status(received.status());
    for (name, value) in received.headers() {
        if name != "transfer-encoding" && name != "connection" {
            answer = answer.header(name, value);
        }
    }
    let counted = way.clone();
    let stream = received.bytes_stream().inspect(move |chunk| {
        let length = chunk
            .as_ref()
            .map_or(0, |chunk| u64::try_from(chunk.len()).unwrap_or_default());
        counted.counts.bytes.fetch_add(length, Ordering::Relaxed);
    });
    Ok(answer.body(Body::from_stream(stream))?)
}
