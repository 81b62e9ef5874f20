//! A source provider as Forklift knows it: Secret, Provider, inventory; and the open connection to its platform.

use std::{collections::BTreeMap, sync::Arc};

use forklift_api::{
    forklift::{ObjectRef, Provider, ProviderSpec, labels},
    openshift::Route,
};
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::{Api, ResourceExt, api::ObjectMeta};
use secrecy::ExposeSecret;

use super::{Error, Session, destination, trust};
use crate::{
    cluster::{Cluster, retrying, tracked},
    events::explain,
    inventory::{Inventory, InventoryClient, VsphereInventory},
    journal::Scope,
    run::names,
    settings::{ProviderEntry, ProviderType, Settings, providers::Vsphere},
    source::SourcePlatform,
};

/// Name of the inventory's Route, in MTV's namespace.
const INVENTORY_ROUTE: &str = "forklift-inventory";

/// What MTV is told about the certificate of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// It is verified; this key of the Secret has the authority.
    Against {
        /// `ca.crt`, or the older `cacert`.
        key: String,
    },
    /// It is not verified.
    Skipped,
}

impl Verification {
    /// What the settings say, with the key that every supported MTV reads; `ca.crt` came later (Forklift, `pkg/lib/util`).
    pub fn of(settings: &Settings) -> Self {
        match settings.source.insecure_skip_verify {
            true => Self::Skipped,
            false => Self::Against { key: "cacert".into() },
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
    /// Its namespace.
    pub namespace: String,
    /// `<run>-source-<type>-<version>`: what the names of its Plans and Migrations begin with.
    pub base_name: String,
    /// The connection to the platform itself.
    pub platform: Arc<dyn SourcePlatform>,
    /// What Forklift knows about the platform.
    pub inventory: Arc<dyn Inventory>,
    /// Its entry in the providers file.
    pub entry: ProviderEntry,
    /// What MTV was told about its certificate.
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
    let ProviderEntry::Vsphere(vsphere) = &entry else {
        let platform = entry.platform();
        return Err(Error::NotYet { key, platform });
    };
    let platform = session.platform(&key).await?;
    let namespace = session.namespace().await?;
    let copy_offload = vsphere.copyoffload.is_some();
    let base_name = names::base(&session.identity.run, entry.platform(), entry.version(), copy_offload);
    let name = names::unique(&base_name);
    let work = async {
        let secret = vsphere_secret(session, vsphere, &namespace, &name, &verification).await?;
        tracked::create(session.hub(), scope, secret).await?;
        tracked::create(session.hub(), scope, vsphere_provider(vsphere, &namespace, &name)).await?;
        let provider = destination::ready(session, &namespace, &name).await?;
        inventory_client(session, &provider).await
    };
    let title = format!("creating the source provider {name}");
    let client = session.log.activity(scope.scenario.as_ref(), title, work).await?;
    Ok(Arc::new(SourceProvider {
        key,
        name,
        namespace,
        base_name,
        platform,
        inventory: Arc::new(VsphereInventory::new(client)),
        entry,
        verification,
    }))
}

async fn vsphere_secret(
    session: &Session,
    entry: &Vsphere,
    namespace: &str,
    name: &str,
    verification: &Verification,
) -> Result<Secret, Error> {
    let insecure = !verification.verifies();
    let mut data = BTreeMap::from([
        ("url".to_owned(), entry.api_url.clone()),
        ("user".to_owned(), entry.username.clone()),
        (
            "password".to_owned(),
            entry.password.value()?.expose_secret().to_owned(),
        ),
        ("insecureSkipVerify".to_owned(), insecure.to_string()),
    ]);
    if let Verification::Against { key } = verification {
        let limit = session.settings.timeouts.connect;
        data.insert(key.clone(), trust::certificates(&entry.api_url, limit).await?);
    }
    Ok(Secret {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(namespace.to_owned()),
            labels: Some(BTreeMap::from([(
                labels::PROVIDER_TYPE.to_owned(),
                ProviderType::Vsphere.to_string(),
            )])),
            ..ObjectMeta::default()
        },
        string_data: Some(data),
        type_: Some("Opaque".to_owned()),
        ..Secret::default()
    })
}

fn vsphere_provider(entry: &Vsphere, namespace: &str, name: &str) -> Provider {
    let vddk = entry
        .vddk_init_image
        .clone()
        .map(|image| ("vddkInitImage".to_owned(), image));
    let endpoint = ("sdkEndpoint".to_owned(), entry.endpoint_type.as_str().to_owned());
    Provider {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(namespace.to_owned()),
            ..ObjectMeta::default()
        },
        spec: ProviderSpec {
            type_: ProviderType::Vsphere.to_string(),
            url: Some(entry.api_url.clone()),
            secret: ObjectRef::new(namespace, name),
            settings: Some([endpoint].into_iter().chain(vddk).collect()),
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
