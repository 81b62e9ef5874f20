//! The preflight of every run. All checks are made, and all problems are reported together.

use std::{collections::BTreeSet, sync::Arc};

use futures::future::join_all;
use kube::ResourceExt;

use super::{
    super::{Destination, Error, on_demand::OnDemand},
    destination, hub, permissions,
};
use crate::{
    cluster::Cluster,
    settings::{ProvidersFile, Settings},
    source::{Platforms, SourcePlatform},
};

/// Result of a successful preflight.
pub(in crate::session) struct Usable {
    /// The hub as a destination.
    pub local: Destination,
    /// The platforms, logged in to.
    pub platforms: OnDemand<Arc<dyn SourcePlatform>>,
}

/// Checks the hub, also as a destination, and logs in to each provider, concurrently.
pub(in crate::session) async fn usable(
    hub: &Cluster,
    settings: &Settings,
    providers: &ProvidersFile,
    selected: &[String],
    known: Platforms,
) -> Result<Usable, Error> {
    let platforms = OnDemand::default();
    let needed = permissions::needed(&BTreeSet::new());
    let (permissions, mtv, storage_class, log_ins) = tokio::join!(
        permissions::allowed(hub, &needed),
        mtv(hub, settings),
        destination::storage_class(hub, settings),
        join_all(selected.iter().map(|key| log_in(&platforms, known, providers, key))),
    );
    let mut wrong: Vec<Error> = [permissions.map(drop), mtv]
        .into_iter()
        .filter_map(Result::err)
        .collect();
    let storage_class = storage_class
        .map(|class| class.name_any())
        .map_err(|error| wrong.push(error));
    wrong.extend(log_ins.into_iter().filter_map(Result::err));
    match (storage_class, wrong.len()) {
        (Ok(storage_class), 0) => Ok(Usable {
            local: Destination::local(hub.clone(), storage_class),
            platforms,
        }),
        (_, 1) => Err(wrong.remove(0)),
        _ => Err(Error::Several(wrong)),
    }
}

async fn mtv(hub: &Cluster, settings: &Settings) -> Result<(), Error> {
    hub::mtv(hub).await?;
    hub::controller(hub, settings).await
}

async fn log_in(
    platforms: &OnDemand<Arc<dyn SourcePlatform>>,
    known: Platforms,
    providers: &ProvidersFile,
    key: &str,
) -> Result<(), Error> {
    let (entry, provider) = (providers.get(key)?.clone(), key.to_owned());
    let connect = || async move { Ok(known.connect(&entry, &provider).await?) };
    platforms.get(key, connect).await?;
    Ok(())
}
