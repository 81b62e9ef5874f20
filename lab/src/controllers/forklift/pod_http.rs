//! HTTP client for Forklift's own pods: plain HTTP within the cluster.

use std::time::Duration;

use sim_net::{HttpClient, RequestError};

/// Time for an answer.
const ANSWER: Duration = Duration::from_secs(10);

/// A client for pods.
pub struct PodHttp(HttpClient);

impl PodHttp {
    /// Creates a client.
    pub fn new() -> Result<Self, RequestError> {
        let client = HttpClient::new(reqwest::Client::builder().no_proxy(), None)?;
        Ok(Self(client))
    }

    /// Sends a GET request.
    pub async fn get(&self, url: String) -> Result<reqwest::Response, RequestError> {
        self.0.send(self.0.get(url).timeout(ANSWER)).await
    }

    /// Sends a POST request without a body.
    pub async fn post(&self, url: String) -> Result<reqwest::Response, RequestError> {
        self.0.send(self.0.post(url).timeout(ANSWER)).await
    }
}
