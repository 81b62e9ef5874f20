//! Installs the custom resource definitions of the simulated cluster through the API.

use std::{collections::BTreeSet, sync::LazyLock, time::Duration};

use anyhow::Context as _;
use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, Client, CustomResourceExt, ResourceExt,
    runtime::{WatchStreamExt, watcher},
};

use super::objects;
use crate::injection::{Defect, Fault, Hold};

/// Real time to wait until the API server serves the definitions.
const DEADLINE: Duration = Duration::from_secs(30);

/// Number of definitions to create concurrently; more cost more connections than they save time.
const AT_ONCE: usize = 4;

// Derived once per process: deriving schemas is slow, and a process may run several labs.
static DEFINITIONS: LazyLock<Vec<CustomResourceDefinition>> = LazyLock::new(|| {
    let mut definitions = forklift_api::all_crds();
    definitions.extend([Fault::crd(), Defect::crd(), Hold::crd()]);
    definitions
});

/// Creates the missing definitions that the lab needs and waits until all are served.
pub async fn install_crds(client: Client) -> anyhow::Result<()> {
    let api = Api::<CustomResourceDefinition>::all(client);
    let definitions = tokio::task::spawn_blocking(|| &*DEFINITIONS)
        .await
        .context("could not derive the definitions")?;
    stream::iter(definitions)
        .map(|definition| objects::create(&api, definition))
        .buffer_unordered(AT_ONCE)
        .try_for_each(async |_| Ok(()))
        .await?;
    let mut missing: BTreeSet<String> = definitions.iter().map(ResourceExt::name_any).collect();
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

fn is_established(definition: &CustomResourceDefinition) -> bool {
    let conditions = definition.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| all.iter().any(|one| one.type_ == "Established" && one.status == "True"))
}
