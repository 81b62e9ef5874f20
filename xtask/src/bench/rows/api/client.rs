//! A small client of ConfigMaps that reads answers as bytes, so that it costs little beside the server.

use anyhow::{Context, Result};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::bench::measure::proxy;

/// Namespace of the load.
const NAMESPACE: &str = "benchmark";

/// The client.
pub struct Client {
    http: reqwest::Client,
    server: String,
    token: String,
}

impl Client {
    /// A client of a server of this machine, whose certificate is not verified.
    ///
    /// # Errors
    /// There is no TLS.
    pub fn new(server: String, token: String) -> Result<Self> {
        Ok(Self {
            http: proxy::client()?,
            server,
            token,
        })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/{path}", self.server);
        self.http.request(method, url).bearer_auth(&self.token)
    }

    fn objects(&self, method: Method, rest: &str) -> RequestBuilder {
        self.request(method, &format!("api/v1/namespaces/{NAMESPACE}/configmaps{rest}"))
    }

    /// Whether the server is ready.
    pub async fn is_ready(&self) -> bool {
        let answer = self.request(Method::GET, "readyz").send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Creates the namespace of the load.
    ///
    /// # Errors
    /// It is refused.
    pub async fn create_namespace(&self) -> Result<()> {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}});
        finish(self.request(Method::POST, "api/v1/namespaces").json(&namespace)).await
    }

    /// Creates an object; one in a hundred carries the label that [`list_by_label`](Self::list_by_label) asks for.
    ///
    /// # Errors
    /// It is refused.
    pub async fn create(&self, number: usize) -> Result<()> {
        let object = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name(number), "labels": {"group": format!("group-{}", number % 100)}},
            "data": {"text": "x".repeat(200)},
        });
        finish(self.objects(Method::POST, "").json(&object)).await
    }

    /// Reads an object.
    ///
    /// # Errors
    /// It is refused.
    pub async fn get(&self, number: usize) -> Result<()> {
        finish(self.objects(Method::GET, &format!("/{}", name(number)))).await
    }

    /// Reads all objects.
    ///
    /// # Errors
    /// It is refused.
    pub async fn list(&self) -> Result<()> {
        finish(self.objects(Method::GET, "")).await
    }

    /// Reads one in a hundred objects.
    ///
    /// # Errors
    /// It is refused.
    pub async fn list_by_label(&self) -> Result<()> {
        finish(self.objects(Method::GET, "?labelSelector=group%3Dgroup-7")).await
    }

    /// Changes an object by a merge patch.
    ///
    /// # Errors
    /// It is refused.
    pub async fn patch(&self, number: usize, text: &str) -> Result<()> {
        let patch = json!({"data": {"text": text}}).to_string();
        let request = self.objects(Method::PATCH, &format!("/{}", name(number)));
        finish(
            request
                .header("content-type", "application/merge-patch+json")
                .body(patch),
        )
        .await
    }

    /// Reads an object, changes it, and writes it.
    ///
    /// # Errors
    /// It is refused.
    pub async fn update(&self, number: usize, text: &str) -> Result<()> {
        let path = format!("/{}", name(number));
        let answer = self.objects(Method::GET, &path).send().await?.error_for_status()?;
        let mut object: Value = answer.json().await?;
        object["data"]["text"] = text.into();
        finish(self.objects(Method::PUT, &path).json(&object)).await
    }

    /// Deletes all objects.
    ///
    /// # Errors
    /// It is refused.
    pub async fn delete_all(&self) -> Result<()> {
        finish(self.objects(Method::DELETE, "")).await
    }

    /// Watches one object from now on.
    ///
    /// # Errors
    /// It is refused.
    pub async fn watch(&self, number: usize) -> Result<reqwest::Response> {
        let field = format!("?watch=true&fieldSelector=metadata.name%3D{}", name(number));
        Ok(self.objects(Method::GET, &field).send().await?.error_for_status()?)
    }
}

fn name(number: usize) -> String {
    format!("object-{number}")
}

async fn finish(request: RequestBuilder) -> Result<()> {
    let answer = request.send().await.context("a request was not answered")?;
    let answer = answer.error_for_status().context("a request was refused")?;
    answer.bytes().await.context("an answer was cut off")?;
    Ok(())
}
