//! The doctor checks everything that a run needs, concurrently, and reports the result of each check.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures::future::join_all;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{
    super::{Error, provider_secrets, trust},
    Prerequisites, cluster, destination, hub,
    named::{all_there, have_attachments, have_storage_classes, there},
    permissions::{self, Permission},
};
use crate::{
    cluster as target,
    cluster::Cluster,
    events::explain,
    settings::{ProvidersFile, Redactor, Settings},
    source::{Platforms, SourcePlatform},
};

/// Input of the doctor.
#[derive(Debug)]
pub struct DoctorInput<'a> {
    /// Settings.
    pub settings: &'a Settings,
    /// The providers file.
    pub providers: ProvidersFile,
    /// Keys of the providers that are migrated from.
    pub selected: &'a [String],
    /// Permissions of the selected scenarios besides those of every run.
    pub permissions: BTreeSet<Permission>,
    /// Objects that the scenarios name, by provider.
    pub named: BTreeMap<String, Prerequisites>,
}

/// One check and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Name of the check.
    pub check: String,
    /// Result.
    pub result: Health,
    /// What was found, or the problem with its remedy, or why the check was skipped.
    pub message: String,
}

/// Result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Something else has to be right first.
    NotChecked,
}

impl Diagnosis {
    fn is_good(&self) -> bool {
        self.result == Health::Good
    }
}

/// Makes all checks. One that fails stops none but those that cannot be made without it. Secrets that the cluster keeps
/// are made known to the redactor.
pub async fn examine(mut input: DoctorInput<'_>, redactor: &Redactor) -> Vec<Diagnosis> {
    let settings = input.settings;
    let mut because = "the API server does not answer";
    let connect = async {
        let connected = Cluster::connect(settings, CancellationToken::new()).await;
        Ok(connected.inspect_err(|error| because = why_no_connection(error))?)
    };
    // The connection has its own deadline, whose message says more.
    let (api, cluster) = check("API server", settings.timeouts.connect * 2, connect, describe).await;
    let mut all = vec![api];
    if let Some(cluster) = &cluster {
        redactor.register(cluster.secrets());
        let read = provider_secrets::read(cluster, &mut input.providers, input.selected).await;
        redactor.register(input.providers.secrets());
        let told = async { read.map(|()| String::new()) };
        let (secrets, found) = check("secrets", settings.timeouts.connect, told, String::clone).await;
        if found.is_none() {
            all.push(secrets);
        }
    }
    let input = &input;
    let on_providers = join_all(input.selected.iter().map(|key| on_provider(input, key)));
    let (on_cluster, on_providers) = tokio::join!(on_cluster(input, cluster.as_ref().ok_or(because)), on_providers);
    all.extend(on_cluster);
    all.extend(on_providers.into_iter().flatten());
    all
}

/// One check, which may take so long.
async fn check<T>(
    name: impl Into<String>,
    limit: Duration,
    look: impl Future<Output = Result<T, Error>>,
    tell: impl FnOnce(&T) -> String,
) -> (Diagnosis, Option<T>) {
    let check = name.into();
    let (result, message, found) = match sim_clock::timeout(limit, look).await {
        Ok(Ok(found)) => (Health::Good, tell(&found), Some(found)),
        Ok(Err(error)) => (Health::Bad, explain(&error), None),
        Err(_) => {
            let limit = humantime::format_duration(limit);
            (
                Health::Bad,
                format!("no answer within {limit} (timeouts.connect)"),
                None,
            )
        }
    };
    (Diagnosis { check, result, message }, found)
}

/// The same for a check that says itself what it found.
async fn plain(name: &str, limit: Duration, look: impl Future<Output = Result<String, Error>>) -> Diagnosis {
    check(name, limit, look, String::clone).await.0
}

fn not_checked(check: impl Into<String>, because: &str) -> Diagnosis {
    Diagnosis {
        check: check.into(),
        result: Health::NotChecked,
        message: format!("not checked: {because}"),
    }
}

fn why_no_connection(error: &target::Error) -> &'static str {
    match error {
        target::Error::Unreachable { .. } | target::Error::LabGone { .. } | target::Error::Silent { .. } => {
            "the API server does not answer"
        }
        _ => "the API server was not asked",
    }
}

const ON_CLUSTER: [&str; 11] = [
    "log-in",
    "permissions",
    "KubeVirt",
    "CDI",
    "storage class",
    "named classes",
    "networks",
    "named networks",
    "MTV",
    "MTV's pods",
    "inventory",
];

async fn on_cluster(input: &DoctorInput<'_>, cluster: Result<&Cluster, &str>) -> Vec<Diagnosis> {
    let settings = input.settings;
    let limit = settings.timeouts.connect;
    let cluster = match cluster {
        Ok(cluster) => cluster,
        Err(because) => return ON_CLUSTER.iter().map(|name| not_checked(*name, because)).collect(),
    };
    let needed = permissions::needed(&input.permissions);
    let [log_in, permissions, .., mtv, pods, inventory] = ON_CLUSTER;
    let mtv_part = async {
        let mtv = plain(mtv, limit, hub::mtv(cluster)).await;
        if !mtv.is_good() {
            let because = "MTV is not there";
            return [mtv, not_checked(pods, because), not_checked(inventory, because)];
        }
        let (pods, inventory) = tokio::join!(
            plain(pods, limit, hub::deployments(cluster, settings)),
            plain(inventory, limit, hub::inventory(cluster, settings)),
        );
        [mtv, pods, inventory]
    };
    let (log_in, permissions, on_destination, mtv_part) = tokio::join!(
        plain(log_in, limit, cluster::user(cluster)),
        plain(permissions, limit, permissions::allowed(cluster, &needed)),
        on_destination(input, cluster),
        mtv_part,
    );
    let mut all = vec![log_in, permissions];
    all.extend(on_destination);
    all.extend(mtv_part);
    all
}

/// What VMs land on.
async fn on_destination(input: &DoctorInput<'_>, cluster: &Cluster) -> [Diagnosis; 6] {
    let settings = input.settings;
    let limit = settings.timeouts.connect;
    let all_named = || input.named.values();
    let classes = all_named().flat_map(|named| named.storage_classes.clone()).collect();
    let attachments = all_named().flat_map(|named| named.attachments.clone()).collect();
    let [
        _,
        _,
        kubevirt,
        cdi,
        storage,
        named_classes,
        networks,
        named_networks,
        ..,
    ] = ON_CLUSTER;
    let storage = check(
        storage,
        limit,
        destination::storage_class(cluster, settings),
        destination::describe,
    );
    let (kubevirt, cdi, (storage, _), named_classes, networks, named_networks) = tokio::join!(
        plain(kubevirt, limit, destination::operator(cluster, &destination::KUBEVIRT)),
        plain(cdi, limit, destination::operator(cluster, &destination::CDI)),
        storage,
        plain(named_classes, limit, have_storage_classes(cluster, &classes)),
        plain(
            networks,
            limit,
            destination::api(cluster, "Multus", destination::NETWORKS_API)
        ),
        plain(named_networks, limit, have_attachments(cluster, &attachments)),
    );
    [kubevirt, cdi, storage, named_classes, networks, named_networks]
}

fn describe(cluster: &Cluster) -> String {
    let versions = &cluster.versions;
    let known = [("Kubernetes", &versions.kubernetes), ("OpenShift", &versions.openshift)];
    let known = known
        .iter()
        .filter_map(|(name, version)| Some(format!("{name} {}", version.as_ref()?)));
    let known: Vec<String> = known.collect();
    format!("{} ({})", cluster.server(), known.join(", "))
}

async fn on_provider(input: &DoctorInput<'_>, key: &str) -> Vec<Diagnosis> {
    let limit = input.settings.timeouts.connect;
    let [address, log_in] = ["address", "log-in"].map(|what| format!("{key}: {what}"));
    let in_it = ["VMs", "networks", "storages"].map(|what| format!("{key}: {what}"));
    let named = input.named.get(key).cloned().unwrap_or_default();
    let unseen = |because| in_it.clone().map(|check| not_checked(check, because));
    let rest = |because| std::iter::once(not_checked(log_in.clone(), because)).chain(unseen(because));
    let entry = match input.providers.get(key) {
        Ok(entry) => entry,
        Err(error) => {
            let (wrong, _) = check(address, limit, async { Err::<String, _>(error.into()) }, String::clone).await;
            return std::iter::once(wrong)
                .chain(rest("it is not in the providers file"))
                .collect();
        }
    };
    let certificates = trust::certificates(entry.api_url(), limit);
    let answers = |_: &String| format!("{} answers and shows its certificates", entry.api_url());
    let (address, found) = check(address, limit * 2, certificates, answers).await;
    if found.is_none() {
        return std::iter::once(address).chain(rest("it does not answer")).collect();
    }
    let connect = async { Ok(Platforms::default().connect(entry, key).await?) };
    let product = |platform: &Arc<dyn SourcePlatform>| platform.product().to_owned();
    let (logged_in, platform) = check(log_in.clone(), limit, connect, product).await;
    let Some(platform) = platform else {
        return [address, logged_in]
            .into_iter()
            .chain(unseen("the log-in failed"))
            .collect();
    };
    let [vms, networks, storages] = &in_it;
    let (vms, networks, storages) = tokio::join!(
        plain(vms, limit, find_all(&platform, named.vms)),
        plain(networks, limit, async {
            all_there(key, "network", &named.networks, &platform.networks().await?)
        }),
        plain(storages, limit, async {
            all_there(key, "storage", &named.storages, &platform.storages().await?)
        }),
    );
    platform.disconnect().await;
    vec![address, logged_in, vms, networks, storages]
}

/// The VMs that the scenarios name have to exist.
async fn find_all(platform: &Arc<dyn SourcePlatform>, named: BTreeSet<String>) -> Result<String, Error> {
    let found = join_all(named.iter().map(|name| platform.find(name))).await;
    let mut missing: Vec<Error> = found.into_iter().filter_map(Result::err).map(Error::from).collect();
    match missing.len() {
        0 => Ok(there(&named)),
        1 => Err(missing.remove(0)),
        _ => Err(Error::Several(missing)),
    }
}
