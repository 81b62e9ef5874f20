//! How Forklift talks to its own pods: plain HTTP within the cluster.

use std::time::Duration;

/// A client for pods. It trusts no authority, since reading the machine's takes longer than a conversation.
pub fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .build()
}
