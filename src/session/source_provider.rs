//! A source provider as Forklift knows it: Secret, Provider, inventory; and the open connection to its platform.

use std::{collections::BTreeMap, sync::Arc};

use forklift_api::{
    forklift::{ObjectRef, Provider, ProviderSpec, labels},
    openshift::Route,
};
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::{Api, ResourceExt, api::ObjectMeta};

use super::{Error, Session, forklift_provider, trust};
use crate::{
    cluster::{Cluster, retrying, tracked},
    events::explain,
    inventory::{Inventory, InventoryClient},
    journal::Scope,
    run::names,
    settings::{ProviderEntry, ProviderType, Settings},
    source::{Access, SourcePlatform},
};

/// Name of the inventory's Route, in MTV's namespace.
const INVENTORY_ROUTE: &str = "forklift-inventory";

/// How MTV verifies the certificate of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// Verified with the CA certificate in this key of the Secret.
    Against {
        /// `ca.crt`, or the older `cacert`.
        key: String,
    },
    /// Not verified.
    Skipped,
}

impl Verification {
    /// What the settings say, with the key that every supported MTV reads; `ca.crt` came later (Forklift, `pkg/lib/util`).
    pub fn from_settings(settings: &Settings) -> Self {
        if settings.source.insecure_skip_verify {
            Self::Skipped
        } else {
            Self::Against { key: "cacert".into() }
        }
    }

    /// Whether the certificate is verified.
    pub fn verifies(&self) -> bool {
        matches!(self, Self::Against { .. })
    }
}

/// A source provider that is ready to migrate from. The run creates it once, unless a scenario wants its own.
#[derive(Clone)]
pub struct SourceProvider {
    /// Key in the providers file.
    pub key: String,
    /// Name of the Provider.
    pub name: String,
    /// Namespace of the Provider.
    pub namespace: String,
    /// `<run>-source-<type>-<version>`: what the names of its Plans and Migrations begin with.
    pub base_name: String,
    /// The connection to the platform itself.
    pub platform: Arc<dyn SourcePlatform>,
    /// Forklift's inventory of the platform.
    pub inventory: Inventory,
    /// Entry of the providers file.
    pub entry: ProviderEntry,
    /// How MTV verifies the certificate.
    pub verification: Verification,
}

impl std::fmt::Debug for SourceProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceProvider")
            .field("key", &self.key)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Creates Secret and Provider for this scope, waits until the Provider is ready and opens its inventory.
pub(super) async fn create(
    session: &Arc<Session>,
    scope: &Scope,
    key: String,
    verification: Verification,
) -> Result<Arc<SourceProvider>, Error> {
    let entry = session.providers.get(&key)?.clone();
    let known = session.known_platforms;
    let Some(access) = known.access(&entry) else {
        return Err(Error::NotYet {
            key,
            platform: entry.platform(),
            usable: known.types(),
        });
    };
    let platform = session.platform(&key).await?;
    let namespace = session.namespace().await?;
    let type_ = platform.descriptor().provider_type();
    let base_name = names::base(&session.identity.run, type_, entry.version(), access.copy_offload());
    let name = names::unique(&base_name);
    let metadata = || ObjectMeta {
        name: Some(name.clone()),
        namespace: Some(namespace.clone()),
        ..ObjectMeta::default()
    };
    let work = async {
        let secret = secret(session, access.as_ref(), metadata(), type_, &verification).await?;
        tracked::create(session.hub(), scope, secret).await?;
        let secret = ObjectRef::new(&namespace, &name);
        let provider = provider(access.as_ref(), metadata(), type_, secret);
        tracked::create(session.hub(), scope, provider).await?;
        let provider = forklift_provider::ready(session, &namespace, &name).await?;
        inventory_client(session, &provider).await
    };
    let title = format!("creating the source provider {name}");
    let client = session.log.activity(scope.scenario.as_ref(), title, work).await?;
    Ok(Arc::new(SourceProvider {
        key,
        name,
        namespace,
        base_name,
        inventory: Inventory::new(client, platform.descriptor()),
        platform,
        entry,
        verification,
    }))
}

/// The Secret of the Provider: what the platform's descriptor says, and how the certificate is judged.
async fn secret(
    session: &Session,
    source: &(dyn Access + '_),
    metadata: ObjectMeta,
    type_: ProviderType,
    verification: &Verification,
) -> Result<Secret, Error> {
    let mut data = source.secret()?;
    let insecure = !verification.verifies();
    data.insert("insecureSkipVerify".to_owned(), insecure.to_string());
    if let Verification::Against { key } = verification {
        let limit = session.settings.timeouts.connect;
        data.insert(key.clone(), trust::certificates(source.url(), limit).await?);
    }
    let type_label = (labels::PROVIDER_TYPE.to_owned(), type_.to_string());
    Ok(Secret {
        metadata: ObjectMeta {
            labels: Some(BTreeMap::from([type_label])),
            ..metadata
        },
        string_data: Some(data),
        type_: Some("Opaque".to_owned()),
        ..Secret::default()
    })
}

fn provider(source: &dyn Access, metadata: ObjectMeta, type_: ProviderType, secret: ObjectRef) -> Provider {
    let settings = Some(source.settings()).filter(|settings| !settings.is_empty());
    Provider {
        metadata,
        spec: ProviderSpec {
            type_: type_.to_string(),
            url: Some(source.url().to_owned()),
            secret,
            settings,
        },
        status: None,
    }
}

async fn inventory_client(session: &Session, provider: &Provider) -> Result<InventoryClient, Error> {
    let address = inventory_address(session.hub(), &session.settings).await?;
    let address = address
        .parse()
        .map_err(|error| Error::InventoryAddress(format!("{address}: {error}")))?;
    let authorities = router_authorities(session.hub()).await;
    let uid = provider.uid().unwrap_or_default();
    let config = session.hub().config().clone();
    InventoryClient::new(config, &address, authorities, &provider.spec.type_, &uid)
        .map_err(|error| Error::InventoryAddress(format!("{address}: {error}")))
}

/// From the settings, else the Route.
pub(super) async fn inventory_address(cluster: &Cluster, settings: &Settings) -> Result<String, Error> {
    if let Some(address) = &settings.target.inventory_url {
        return Ok(address.clone());
    }
    let namespace = &settings.target.mtv_namespace;
    let routes: Api<Route> = Api::namespaced(cluster.client.clone(), namespace);
    let route = retrying(|| routes.get(INVENTORY_ROUTE)).await.map_err(|error| {
        Error::InventoryAddress(format!("Route {namespace}/{INVENTORY_ROUTE}: {}", explain(&error)))
    })?;
    let host = route.spec.host.filter(|host| !host.is_empty());
    host.map(|host| format!("https://{host}"))
        .ok_or_else(|| Error::InventoryAddress(format!("Route {namespace}/{INVENTORY_ROUTE} has no host")))
}

/// The authorities of OpenShift's router, which a kubeconfig need not name; any user may read them. None on other
/// clusters.
pub(super) async fn router_authorities(cluster: &Cluster) -> Vec<Vec<u8>> {
    let maps: Api<ConfigMap> = Api::namespaced(cluster.client.clone(), "openshift-config-managed");
    let Ok(Some(map)) = maps.get_opt("default-ingress-cert").await else {
        return Vec::new();
    };
    let bundles = map.data.unwrap_or_default().into_values();
    bundles
        .filter_map(|bundle| pem::parse_many(bundle).ok())
        .flatten()
        .map(pem::Pem::into_contents)
        .collect()
}
