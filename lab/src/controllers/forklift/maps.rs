//! The NetworkMap and StorageMap controllers: resolve the sources and check that the destinations exist
//! (`pkg/controller/map/network/validation.go`, `pkg/controller/map/storage/validation.go`).

use forklift_api::forklift::condition_types;
use std::sync::Arc;

use forklift_api::{
    forklift::{NetworkDestinationType, NetworkMap, NetworkMapStatus, Ref, StorageMap, StorageMapStatus},
    multus::NetworkAttachmentDefinition,
};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::{Api, ResourceExt};

use super::{
    adapter::{Adapter, Named},
    conditions::{CRITICAL, REQUIRED, Staging, WARN, With, condition},
    error::{Result, Tried},
    inventory::Content,
    pair::Pair,
    resolve::{self, Resolved},
    shared::{REQUEUE, Shared},
};
use crate::controllers::controller::Next;

/// Reconciles a NetworkMap.
pub async fn reconcile_network(shared: Arc<Shared>, map: Arc<NetworkMap>) -> Result<Next> {
    let before = map.status.clone();
    let mut staging = Staging::begin(before.as_ref().and_then(|status| status.conditions.clone()));
    let pair = Pair::check(&shared, &map.spec.provider, &mut staging);
    let mut sources = Sources::new("Network", "network");
    if let Some(adapter) = source(&shared, &pair) {
        for entry in &map.spec.map {
            let source = &entry.source;
            let resolved = adapter
                .inventory()
                .network(source.id.as_deref(), source.name.as_deref());
            let shown = Ref {
                id: source.id.clone(),
                name: source.name.clone(),
                namespace: source.namespace.clone(),
                type_: source.type_.clone(),
            };
            sources.add(resolved, &shown);
        }
    }
    sources.report(&mut staging);
    network_destinations(&shared, &map, &pair, &mut staging).await?;
    let is_ready = conclude(&mut staging, "The network map is ready.");
    let (conditions, changes) = staging.end();
    shared.events.record("networkMap", &*map, &changes).await;
    let status = NetworkMapStatus {
        conditions,
        observed_generation: map.metadata.generation,
        references: sources.references(),
    };
    shared.write_status(&*map, before.as_ref(), &status).await?;
    Ok(next(is_ready))
}

/// Reconciles a StorageMap.
pub async fn reconcile_storage(shared: Arc<Shared>, map: Arc<StorageMap>) -> Result<Next> {
    let before = map.status.clone();
    let mut staging = Staging::begin(before.as_ref().and_then(|status| status.conditions.clone()));
    let pair = Pair::check(&shared, &map.spec.provider, &mut staging);
    let mut sources = Sources::new("Storage", "storage");
    if let Some(adapter) = source(&shared, &pair) {
        for entry in &map.spec.map {
            let source = &entry.source;
            let resolved = adapter
                .inventory()
                .storage(source.id.as_deref(), source.name.as_deref());
            sources.add(resolved, source);
        }
    }
    sources.report(&mut staging);
    storage_destinations(&shared, &map, &pair, &mut staging).await?;
    let is_ready = conclude(&mut staging, "The storage map is ready.");
    // Unlike Forklift's other controllers, the StorageMap controller records no events.
    let (conditions, _) = staging.end();
    let status = StorageMapStatus {
        conditions,
        observed_generation: map.metadata.generation,
        references: sources.references(),
    };
    shared.write_status(&*map, before.as_ref(), &status).await?;
    Ok(next(is_ready))
}

fn source(shared: &Shared, pair: &Pair) -> Option<Arc<dyn Adapter>> {
    shared.inventory.source(&pair.source.as_ref()?.uid()?)
}

fn conclude(staging: &mut Staging, message: &str) -> bool {
    let is_ready = !staging.is_blocked();
    if is_ready {
        staging.set(condition(condition_types::READY, REQUIRED, message));
    }
    is_ready
}

fn next(is_ready: bool) -> Next {
    if is_ready { Next::Change } else { Next::Poll(REQUEUE) }
}

/// Sources of a map, grouped by the result of resolving them.
struct Sources {
    kind: &'static str,
    word: &'static str,
    found: Vec<Named>,
    not_set: bool,
    not_found: Vec<String>,
    ambiguous: Vec<String>,
}

impl Sources {
    fn new(kind: &'static str, word: &'static str) -> Self {
        Self {
            kind,
            word,
            found: Vec::new(),
            not_set: false,
            not_found: Vec::new(),
            ambiguous: Vec::new(),
        }
    }

    fn add(&mut self, resolved: Resolved<Named>, reference: &Ref) {
        match resolved {
            Resolved::One(found) => self.found.push(found),
            Resolved::NotSet => self.not_set = true,
            Resolved::NotFound => self.not_found.push(resolve::text(reference)),
            Resolved::Ambiguous => self.ambiguous.push(resolve::text(reference)),
        }
    }

    /// Sets the conditions. An unknown source is only a warning: the plan reports an error when a VM needs it.
    fn report(&self, staging: &mut Staging) {
        let type_ = format!("Source{}NotValid", self.kind);
        if self.not_set {
            let message = format!("Source {}: either `ID` or `Name` required.", self.word);
            staging.set(condition(&type_, CRITICAL, message).reason("NotSet"));
        }
        if !self.not_found.is_empty() {
            let message = format!("Source {} not found.", self.word);
            let missing = condition(&type_, WARN, message).reason("NotFound");
            staging.set(missing.items(self.not_found.clone()));
        }
        if !self.ambiguous.is_empty() {
            let message = format!("Source {} has ambiguous ref.", self.word);
            let ambiguous = condition(&type_, CRITICAL, message).reason("Ambiguous");
            staging.set(ambiguous.items(self.ambiguous.clone()));
        }
    }

    fn references(self) -> Option<Vec<Ref>> {
        let references: Vec<Ref> = self
            .found
            .into_iter()
            .map(|found| Ref {
                id: Some(found.id),
                name: Some(found.name),
                ..Ref::default()
            })
            .collect();
        (!references.is_empty()).then_some(references)
    }
}

fn destination_client(shared: &Shared, pair: &Pair) -> Option<kube::Client> {
    let uid = pair.destination.as_ref()?.uid()?;
    match shared.inventory.get(&uid)?.content {
        Content::Cluster(cluster) => Some(cluster.client),
        Content::Source(_) => None,
    }
}

async fn network_destinations(shared: &Shared, map: &NetworkMap, pair: &Pair, staging: &mut Staging) -> Result<()> {
    let Some(client) = destination_client(shared, pair) else {
        return Ok(());
    };
    let (mut missing, mut ambiguous) = (Vec::new(), false);
    for entry in &map.spec.map {
        let destination = &entry.destination;
        if destination.type_ != NetworkDestinationType::Multus {
            continue;
        }
        let name = destination.name.clone().unwrap_or_default();
        let Some(namespace) = destination.namespace.clone().filter(|namespace| !namespace.is_empty()) else {
            ambiguous = true;
            continue;
        };
        let nads: Api<NetworkAttachmentDefinition> = Api::namespaced(client.clone(), &namespace);
        let found = nads.get_opt(&name).await;
        let found = found.tried(|| format!("get NetworkAttachmentDefinition '{namespace}/{name}'"))?;
        if found.is_none() {
            missing.push(format!("{namespace}/{name}"));
        }
    }
    if !missing.is_empty() {
        let message = "Destination network (NAD) not found.";
        let missing_nads =
            condition(condition_types::DESTINATION_NETWORK_NOT_VALID, CRITICAL, message).reason("NotFound");
        staging.set(missing_nads.items(missing));
    }
    if ambiguous {
        let message = "Destination network (NAD) namespace required.";
        staging.set(condition(condition_types::DESTINATION_NETWORK_NOT_VALID, CRITICAL, message).reason("Ambiguous"));
    }
    Ok(())
}

async fn storage_destinations(shared: &Shared, map: &StorageMap, pair: &Pair, staging: &mut Staging) -> Result<()> {
    let Some(client) = destination_client(shared, pair) else {
        return Ok(());
    };
    let classes: Api<StorageClass> = Api::all(client);
    let mut missing = Vec::new();
    for entry in &map.spec.map {
        let name = &entry.destination.storage_class;
        let found = classes.get_opt(name).await;
        if found.tried(|| format!("get StorageClass '{name}'"))?.is_none() {
            missing.push(name.clone());
        }
    }
    if !missing.is_empty() {
        let message = "Destination storage not valid.";
        let missing_classes =
            condition(condition_types::DESTINATION_STORAGE_NOT_VALID, CRITICAL, message).reason("NotFound");
        staging.set(missing_classes.items(missing));
    }
    Ok(())
}
