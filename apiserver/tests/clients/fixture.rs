//! Fixture: a server and a client for each test.

use std::{io::Write, process::Command};

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, Client, Config,
    api::{ApiResource, DynamicObject, GroupVersionKind, PostParams},
    config::{KubeConfigOptions, Kubeconfig},
};
use kube_sim::{ApiServer, Options};
use loopback_https::Authority;
use serde_json::{Value, json};

use crate::skipped::skipped;

pub struct Fixture {
    pub server: ApiServer,
    pub client: Client,
    pub kubeconfig: Value,
}

impl Fixture {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authority = Authority::new("test CA").unwrap();
        let server = ApiServer::start(&authority, options).await.unwrap();
        let kubeconfig = serde_json::from_str(&server.kubeconfig("test")).unwrap();
        let client = client(&kubeconfig).await;
        Self {
            server,
            client,
            kubeconfig,
        }
    }

    /// Runs kubectl; `None` if it is not installed.
    pub async fn kubectl(&self, arguments: &[&str]) -> Option<(bool, String)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(self.kubeconfig.to_string().as_bytes()).unwrap();
        let cache = tempfile::tempdir().unwrap();
        let mut command = Command::new("kubectl");
        command
            .arg("--kubeconfig")
            .arg(file.path())
            .arg("--cache-dir")
            .arg(cache.path())
            .args(arguments);
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
        let Ok(output) = output else {
            skipped("kubectl", "`apt-get install kubernetes-client` provides it");
            return None;
        };
        let text = [output.stdout, output.stderr].concat();
        Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
    }
}

pub fn resource(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}

pub async fn client(kubeconfig: &Value) -> Client {
    let kubeconfig: Kubeconfig = serde_json::from_value(kubeconfig.clone()).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .unwrap();
    Client::try_from(config).unwrap()
}

pub fn object<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

pub async fn create<T>(api: &Api<T>, value: Value) -> T
where
    T: Clone + serde::de::DeserializeOwned + serde::Serialize + std::fmt::Debug,
{
    api.create(&PostParams::default(), &object(value)).await.unwrap()
}

/// Creates a definition of `Widget`s with this schema of the spec; returns their API in `default`.
pub async fn define_widgets(fixture: &Fixture, spec: Value) -> Api<DynamicObject> {
    let definitions: Api<CustomResourceDefinition> = Api::all(fixture.client.clone());
    let definition = json!({
        "metadata": { "name": "widgets.test.io" },
        "spec": {
            "group": "test.io",
            "scope": "Namespaced",
            "names": { "kind": "Widget", "plural": "widgets", "shortNames": ["wd"] },
            "versions": [{
                "name": "v1",
                "served": true,
                "storage": true,
                "subresources": { "status": {} },
                "additionalPrinterColumns": [
                    { "name": "Size", "type": "integer", "jsonPath": ".spec.size" },
                    { "name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status" },
                    { "name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp" },
                ],
                "schema": { "openAPIV3Schema": {
                    "type": "object",
                    "properties": {
                        "spec": spec,
                        "status": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
                    },
                } },
            }],
        },
    });
    create(&definitions, definition).await;
    Api::default_namespaced_with(fixture.client.clone(), &resource("test.io", "v1", "Widget", "widgets"))
}

/// Waits until `check` is true; panics with `what` on timeout.
pub async fn eventually<F: Future<Output = bool>>(what: &str, check: impl Fn() -> F) {
    for _ in 0..500 {
        if check().await {
            return;
        }
        sim_clock::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{what} did not happen");
}

/// Code, reason and message of the `Status` of a failed request.
pub fn expect_status_error<T: std::fmt::Debug>(result: kube::Result<T>) -> (u16, String, String) {
    match result {
        Err(kube::Error::Api(status)) => (status.code, status.reason, status.message),
        other => panic!("expected a Status error, got {other:?}"),
    }
}
