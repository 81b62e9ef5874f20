//! Installs the custom resource definitions of the simulated cluster through the API.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Context as _;
use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, Client, ResourceExt,
    runtime::{WatchStreamExt, watcher},
};
use serde::Deserialize;

/// Time to wait until the API server serves the definitions.
const DEADLINE: Duration = Duration::from_secs(30);

/// Number of definitions to create concurrently; more cost more connections than they save time.
const AT_ONCE: usize = 4;

/// The definitions as JSON, one per line. Deriving them from the types takes several tenths of a second in a debug build.
const DEFINITIONS: &str = include_str!("crds.jsonl");

const PATH: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// What is read of a definition.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Definition {
    metadata: Metadata,
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    conditions: Vec<Condition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Condition {
    r#type: String,
    status: String,
}

impl Definition {
    fn is_established(&self) -> bool {
        let mut conditions = self.status.conditions.iter();
        conditions.any(|one| one.r#type == "Established" && one.status == "True")
    }
}

/// Creates the missing definitions that the lab needs and waits until all are served.
pub async fn install_crds(client: Client) -> anyhow::Result<()> {
    let created: Vec<Definition> = stream::iter(DEFINITIONS.lines())
        .map(|definition| create(&client, definition))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let missing = created.into_iter().filter(|definition| !definition.is_established());
    let mut missing: BTreeSet<String> = missing.map(|definition| definition.metadata.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let api = Api::<CustomResourceDefinition>::all(client);
    let served = async {
        let definitions = watcher(api, watcher::Config::default()).default_backoff();
        let mut definitions = std::pin::pin!(definitions.applied_objects());
        while !missing.is_empty() {
            match definitions.next().await {
                Some(Ok(definition)) if is_established(&definition) => {
                    missing.remove(&definition.name_any());
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => tracing::debug!(%error, "the watch on definitions starts again"),
                None => return,
            }
        }
    };
    let in_time = sim_clock::timeout(DEADLINE, served).await;
    in_time.with_context(|| format!("waited {DEADLINE:?} for the API server to serve {missing:?}"))
}

/// Creates a definition, unless it exists, and returns its state.
async fn create(client: &Client, definition: &'static str) -> anyhow::Result<Definition> {
    let request = http::Request::post(PATH).header(http::header::CONTENT_TYPE, "application/json");
    let request = request.body(definition.as_bytes().to_vec())?;
    let name = serde_json::from_str::<Definition>(definition)?.metadata.name;
    let created = match client.request(request).await {
        Err(kube::Error::Api(status)) if status.is_already_exists() => {
            let existing = http::Request::get(format!("{PATH}/{name}")).body(Vec::new())?;
            client.request(existing).await
        }
        created => created,
    };
    created.with_context(|| format!("could not create CustomResourceDefinition '{name}'"))
}

fn is_established(definition: &CustomResourceDefinition) -> bool {
    let conditions = definition.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|one| one.type_ == "Established" && one.status == "True"))
}
