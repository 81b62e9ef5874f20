//! Preflight checks of the hub: MTV and its inventory. Each returns what it found, or the problem with its remedy.

use std::time::Duration;

use futures::future::join_all;
use k8s_openapi::api::apps::v1::Deployment;
use kube::{Api, ResourceExt, api::ListParams};

use super::{
    super::{Error, source_provider},
    cluster::{has_api, request},
};
use crate::{
    cluster::{
        Cluster,
        condition::{ConditionExt, is_true, observed},
        retrying,
        wait::{self, Wait},
    },
    events::explain,
    inventory::InventoryClient,
    settings::Settings,
};

const FORKLIFT_API: &str = "forklift.konveyor.io/v1beta1";
/// The Deployment that migrates (Forklift's operator, role `forkliftcontroller`).
const CONTROLLER: &str = "forklift-controller";
/// For what is just being rolled out.
const A_MOMENT: Duration = Duration::from_secs(15);

/// MTV's API.
pub(super) async fn mtv(hub: &Cluster) -> Result<String, Error> {
    if !has_api(hub, FORKLIFT_API).await? {
        return Err(Error::NoMtv {
            server: hub.server().to_owned(),
            api: FORKLIFT_API,
        });
    }
    let version = hub
        .versions
        .mtv
        .as_deref()
        .unwrap_or("of a version that cannot be found out");
    Ok(version.to_owned())
}

/// Waits for the Deployment that migrates, which an operator may still be rolling out.
pub(super) async fn controller(hub: &Cluster, settings: &Settings) -> Result<(), Error> {
    let namespace = &settings.target.mtv_namespace;
    let deployments: Api<Deployment> = Api::namespaced(hub.client.clone(), namespace);
    let available = Wait::new(hub, deployments, CONTROLLER)
        .for_(format!("MTV's Deployment {namespace}/{CONTROLLER} to be available"))
        .at_most(settings.timeouts.mtv_ready)
        .until(is_true("Available").and(observed()))
        .await;
    match available {
        // Users who can migrate may lack read access to MTV's Deployments.
        Ok(_) | Err(wait::Error::Refused { .. }) => Ok(()),
        Err(error) if error.is_cancelled() => Err(error.into()),
        Err(error) => Err(Error::MtvNotReady {
            namespace: namespace.clone(),
            reason: explain(&error),
        }),
    }
}

/// All of MTV's Deployments; one that is just being rolled out gets a moment.
pub(super) async fn deployments(hub: &Cluster, settings: &Settings) -> Result<String, Error> {
    let namespace = &settings.target.mtv_namespace;
    let deployments: Api<Deployment> = Api::namespaced(hub.client.clone(), namespace);
    let all = ListParams::default();
    let found = retrying(|| deployments.list(&all)).await;
    let found = found
        .map_err(request(format!("list MTV's Deployments in {namespace}")))?
        .items;
    let not_ready = |reason| Error::MtvNotReady {
        namespace: namespace.clone(),
        reason,
    };
    if !found.iter().any(|deployment| deployment.name_any() == CONTROLLER) {
        return Err(not_ready(format!(
            "there is no Deployment {CONTROLLER}; set target.mtv_namespace"
        )));
    }
    let available = join_all(found.iter().map(|deployment| {
        Wait::new(hub, deployments.clone(), deployment.name_any())
            .for_(format!("the Deployment {} to be available", deployment.name_any()))
            .at_most(A_MOMENT)
            .until(is_true("Available").and(observed()))
    }));
    let waiting = found.iter().zip(available.await).filter(|(_, waited)| waited.is_err());
    match waiting.map(|(deployment, _)| deployment.name_any()).collect::<Vec<_>>() {
        waiting if waiting.is_empty() => Ok(format!("{} Deployments are available", found.len())),
        waiting => Err(not_ready(format!(
            "{} not available; look at the pods",
            waiting.join(", ")
        ))),
    }
}

/// Whether the inventory answers at its address.
pub(super) async fn inventory(hub: &Cluster, settings: &Settings) -> Result<String, Error> {
    let address = source_provider::inventory_address(hub, settings).await?;
    let uri = address
        .parse()
        .map_err(|error| Error::InventoryAddress(format!("{address}: {error}")))?;
    let authorities = source_provider::router_authorities(hub).await;
    let client = InventoryClient::of_everything(hub.config().clone(), &uri, authorities)
        .map_err(|error| Error::InventoryAddress(format!("{address}: {error}")))?;
    let answer: Result<serde_json::Value, _> = client.get("").await;
    answer.map_err(|source| Error::InventorySilent {
        address: address.clone(),
        source,
    })?;
    Ok(address)
}
