//! Reconciles a Provider.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use forklift_api::forklift::{Condition, Provider, ProviderStatus, condition_types};
use kube::ResourceExt;

use super::{
    credentials::{Credentials, TOKEN},
    tls,
};
use crate::{
    controllers::{
        controller::Next,
        forklift::{
            adapter::{Collector, LogInFailure, Platform, TYPES, for_provider, provider_type},
            conditions::{ADVISORY, CRITICAL, REQUIRED, Staging, WARN, With, condition},
            error::Result,
            inventory::{Content, Entry, openshift::Cluster},
            shared::{REQUEUE, Shared},
        },
    },
    injection::DefectName,
};

/// Interval of the connection test of a ready provider.
pub const RETEST: Duration = Duration::from_secs(30);

/// Credentials that were refused; they are not tried again until the Secret or the Provider changes.
#[derive(Default)]
pub struct Memory {
    refused: Mutex<HashMap<String, (Option<i64>, String)>>,
}

impl Memory {
    fn is_refused(&self, provider: &Provider, credentials: &Credentials) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (provider.metadata.generation, credentials.resource_version.clone());
        refused.get(&provider.uid().unwrap_or_default()) == Some(&key)
    }

    fn refuse(&self, provider: &Provider, credentials: &Credentials) {
        let key = (provider.metadata.generation, credentials.resource_version.clone());
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(provider.uid().unwrap_or_default(), key);
    }
}

/// Validates a Provider, tests its connection, starts its inventory, and writes its status.
pub async fn reconcile(shared: Arc<Shared>, memory: Arc<Memory>, provider: Arc<Provider>) -> Result<Next> {
    if provider.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let before = provider.status.clone();
    let mut status = before.clone().unwrap_or_default();
    let mut staging = Staging::begin(status.conditions.take());
    let connection = match provider.spec.type_.as_str() {
        "openshift" => openshift(&shared, &provider, &mut staging).await?,
        other => match for_provider(other) {
            Some(platform) => source(&shared, &memory, &provider, platform, &mut staging, &mut status).await?,
            None => {
                staging.set(unsupported(other));
                Connection::None
            }
        },
    };
    if matches!(connection, Connection::Waiting) {
        return Ok(Next::Change);
    }
    let next = conclude(&shared, &provider, connection, &mut staging, &mut status);
    status.observed_generation = provider.metadata.generation;
    let (conditions, changes) = staging.end();
    status.conditions = conditions;
    shared.events.record("provider", &*provider, &changes).await;
    shared.write_status(&*provider, before.as_ref(), &status).await?;
    let refreshed = Provider {
        status: Some(status),
        ..Arc::unwrap_or_clone(provider)
    };
    shared.inventory.refresh(&refreshed);
    Ok(next)
}

fn unsupported(kind: &str) -> Condition {
    let message = match provider_type(kind) {
        Some(_) => format!("mtv-lab does not simulate providers of type '{kind}'."),
        None => {
            let names: Vec<&str> = TYPES.iter().map(|known| known.name).collect();
            format!("The `type` must be: [{}]", names.join(" "))
        }
    };
    condition(condition_types::PROVIDER_TYPE_NOT_SUPPORTED, CRITICAL, message).reason("NotSupported")
}

fn secret_not_valid(missing: Vec<String>) -> Condition {
    let refused = condition(
        condition_types::SECRET_NOT_VALID,
        CRITICAL,
        "The `secret` is not valid.",
    )
    .reason("DataErr");
    refused.items(missing)
}

/// Result of the connection test.
enum Connection {
    /// Not connected.
    None,
    /// The credentials were refused before and are not tried again.
    Waiting,
    /// Connected to a source: its platform and credentials.
    Source(&'static dyn Platform, Box<Credentials>),
    /// Connected to a cluster: with the version of the Secret.
    Cluster(Cluster, Option<String>),
}

async fn source(
    shared: &Shared,
    memory: &Memory,
    provider: &Provider,
    platform: &'static dyn Platform,
    staging: &mut Staging,
    status: &mut ProviderStatus,
) -> Result<Connection> {
    if provider.spec.url.as_deref().unwrap_or_default().is_empty() {
        staging.set(condition(condition_types::URL_NOT_VALID, CRITICAL, "The `url` is not valid.").reason("NotSet"));
    }
    let credentials = Credentials::for_provider(shared, provider).await?;
    if memory.is_refused(provider, &credentials) {
        return Ok(Connection::Waiting);
    }
    let injections = &shared.context.injections;
    let is_verified = !credentials.insecure && !injections.defect_beside(DefectName::UnverifiedCertificate, provider);
    if !is_verified {
        let message = "TLS is susceptible to machine-in-the-middle attacks when certificate verification is skipped.";
        staging.set(condition(condition_types::CONNECTION_INSECURE, WARN, message).reason("SkipTLSVerification"));
    }
    let ca = credentials.ca.as_deref().filter(|_| is_verified);
    let shaken = tls::handshake(&credentials.url, ca).await;
    status.fingerprint = shaken.fingerprint.or(status.fingerprint.take());
    if let Some(refusal) = shaken.refusal {
        staging.set(condition(condition_types::CONNECTION_TEST_FAILED, CRITICAL, refusal).reason("Tested"));
        return Ok(Connection::None);
    }
    let missing = platform.missing_keys(&credentials);
    if !missing.is_empty() {
        staging.set(secret_not_valid(missing));
        return Ok(Connection::None);
    }
    match platform.log_in(&credentials).await {
        Ok(()) => {
            staging.set(
                condition(
                    condition_types::CONNECTION_TEST_SUCCEEDED,
                    REQUIRED,
                    "Connection test, succeeded.",
                )
                .reason("Tested"),
            );
            return Ok(Connection::Source(platform, Box::new(credentials)));
        }
        Err(LogInFailure::Credentials(text)) => {
            memory.refuse(provider, &credentials);
            let message = format!("Connection auth failed, error: {text}");
            staging.set(condition(condition_types::CONNECTION_AUTH_FAILED, CRITICAL, message).reason("Tested"));
        }
        Err(LogInFailure::Other(text)) => {
            let message = format!("Connection test, failed: {text}");
            staging.set(condition(condition_types::CONNECTION_TEST_FAILED, CRITICAL, message).reason("Tested"));
        }
    }
    Ok(Connection::None)
}

async fn openshift(shared: &Shared, provider: &Provider, staging: &mut Staging) -> Result<Connection> {
    let is_host = provider.spec.url.as_deref().unwrap_or_default().is_empty();
    let (client, version) = if is_host {
        (shared.client(), None)
    } else {
        let credentials = Credentials::for_provider(shared, provider).await?;
        let missing = credentials.missing(&[TOKEN]);
        if !missing.is_empty() {
            staging.set(secret_not_valid(missing));
            return Ok(Connection::None);
        }
        (credentials.cluster()?, Some(credentials.resource_version))
    };
    let cluster = Cluster { client };
    match cluster.test().await {
        Ok(()) => {
            staging.set(
                condition(
                    condition_types::CONNECTION_TEST_SUCCEEDED,
                    REQUIRED,
                    "Connection test, succeeded.",
                )
                .reason("Tested"),
            );
            Ok(Connection::Cluster(cluster, version))
        }
        Err(kube::Error::Api(refused)) if matches!(refused.code, 401 | 403) => {
            let message = format!("Connection auth failed, error: {}", refused.message);
            staging.set(condition(condition_types::CONNECTION_AUTH_FAILED, CRITICAL, message).reason("Tested"));
            Ok(Connection::None)
        }
        Err(error) => {
            let message = format!("Connection test, failed: {error}");
            staging.set(condition(condition_types::CONNECTION_TEST_FAILED, CRITICAL, message).reason("Tested"));
            Ok(Connection::None)
        }
    }
}

/// Starts the inventory, and sets readiness and phase.
fn conclude(
    shared: &Shared,
    provider: &Provider,
    connection: Connection,
    staging: &mut Staging,
    status: &mut ProviderStatus,
) -> Next {
    let uid = provider.uid().unwrap_or_default();
    if !staging.is_blocked() {
        staging
            .set(condition(condition_types::VALIDATED, ADVISORY, "Validation has been completed.").reason("Completed"));
    }
    let collected = shared.inventory.get(&uid);
    match &collected {
        Some(entry) if entry.content.has_parity() => {
            staging.set(
                condition(
                    condition_types::INVENTORY_CREATED,
                    REQUIRED,
                    "The inventory has been loaded.",
                )
                .reason("Completed"),
            );
        }
        Some(_) => staging
            .set(condition(condition_types::LOAD_INVENTORY, ADVISORY, "Loading the inventory.").reason("Started")),
        None => {}
    }
    let version = match &connection {
        Connection::Source(_, credentials) => Some(credentials.resource_version.clone()),
        Connection::Cluster(_, version) => version.clone(),
        Connection::None | Connection::Waiting => None,
    };
    let is_reconciled = status.observed_generation == provider.metadata.generation
        && (version.is_none() || status.secret_resource_version == version);
    if !staging.is_blocked() && (collected.is_none() || !is_reconciled) {
        collect(shared, provider, connection);
    }
    if version.is_some() && !staging.is_blocked() {
        status.secret_resource_version = version;
    }
    let is_ready = staging.has(condition_types::CONNECTION_TEST_SUCCEEDED)
        && staging.has(condition_types::INVENTORY_CREATED)
        && !staging.is_blocked();
    if is_ready {
        staging.set(condition(condition_types::READY, REQUIRED, "The provider is ready."));
    }
    let phase = if staging.has_any(&[
        condition_types::CONNECTION_TEST_FAILED,
        condition_types::CONNECTION_AUTH_FAILED,
    ]) {
        "ConnectionFailed"
    } else if staging.is_blocked() {
        "ValidationFailed"
    } else if is_ready {
        "Ready"
    } else {
        "Staging"
    };
    status.phase = Some(phase.into());
    match () {
        () if is_ready => Next::Poll(RETEST),
        () if staging.has(condition_types::CONNECTION_AUTH_FAILED) => Next::Change,
        () => Next::Poll(REQUEUE),
    }
}

/// Starts the collection of the inventory.
fn collect(shared: &Shared, provider: &Provider, connection: Connection) {
    let stop = shared.context.stop.child_token();
    let content = match connection {
        Connection::Source(platform, credentials) => {
            let (store, uid) = (shared.inventory.clone(), provider.uid().unwrap_or_default());
            let collector = Collector {
                clock: shared.context.clock,
                stop: stop.clone(),
                vm_changed: Box::new(move |change| store.vm_changed(&uid, change)),
            };
            Content::Source(platform.connect(&credentials, collector))
        }
        Connection::Cluster(cluster, _) => Content::Cluster(cluster),
        Connection::None | Connection::Waiting => return,
    };
    shared.inventory.put(Entry {
        provider: Arc::new(provider.clone()),
        content,
        stop,
    });
}
