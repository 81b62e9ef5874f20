//! HTTP client for Forklift's own pods: plain HTTP within the cluster.

use std::time::Duration;

/// Creates a client for pods. It loads no CA certificates: loading those of the machine takes longer than a request.
pub fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .build()
}
