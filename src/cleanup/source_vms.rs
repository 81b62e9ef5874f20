//! Removes the clones on the source platforms.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::future::join_all;
use sim_clock::timeout;

use super::{Endpoints, Leftover, deletion::Stuck, teardown::note};
use crate::{
    cluster::Retry,
    events::explain,
    journal::{Entry, EntryId, Scope, Subject},
    source::{self, SourcePlatform, SourceVm},
};

/// Deletions in all: a VM that is just being switched on or off can refuse the first.
const ATTEMPTS: usize = 4;
const RETRY: Retry = Retry::up_to(ATTEMPTS, Duration::from_millis(500));

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A clone that was announced.
struct Clone<'a> {
    entry: EntryId,
    name: &'a str,
    /// Whether the clone task is known to have created the VM.
    confirmed: bool,
}

/// Removes the clones among the entries, those of all platforms side by side. `limit` is for one operation, `cloning`
/// for a clone that is being made just now.
pub(super) async fn source_vms(
    scope: &Scope,
    platforms: &dyn Endpoints,
    entries: &[Entry],
    limit: Duration,
    cloning: Duration,
) -> Vec<Leftover> {
    let announced = |wanted: &str| -> Vec<Clone<'_>> {
        entries
            .iter()
            .filter_map(|entry| match &entry.subject {
                Subject::SourceVm { provider, name } if provider == wanted => Some(Clone {
                    entry: entry.id,
                    name,
                    confirmed: entry.uid.is_some(),
                }),
                _ => None,
            })
            .collect()
    };
    let providers: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| match &entry.subject {
            Subject::SourceVm { provider, .. } => Some(provider.as_str()),
            Subject::Object(_) | Subject::Snapshots { .. } | Subject::Setting(_) | Subject::NodeLabel(_) => None,
        })
        .collect();
    let removals = providers
        .into_iter()
        .map(|provider| of_provider(scope, platforms, provider, announced(provider), limit, cloning));
    join_all(removals).await.into_iter().flatten().collect()
}

async fn of_provider(
    scope: &Scope,
    platforms: &dyn Endpoints,
    provider: &str,
    clones: Vec<Clone<'_>>,
    limit: Duration,
    cloning: Duration,
) -> Vec<Leftover> {
    let subject = |name: &str| format!("VM \"{name}\" on {provider}");
    let (platform, owned) = match find_clones(scope, platforms, provider, &clones, limit, cloning).await {
        Ok(found) => found,
        Err(error) => {
            let reason = format!("could not look for it: {}", explain(&*error));
            let left = clones.iter().map(|clone| Leftover {
                subject: subject(clone.name),
                reason: reason.clone(),
            });
            return left.collect();
        }
    };
    let removals = clones.iter().map(|clone| {
        let (platform, owned) = (&platform, &owned);
        async move {
            // Names are only names: the run's mark on the VM says whether it is ours.
            let mut removed = Ok(());
            for vm in owned.iter().filter(|vm| vm.name == clone.name) {
                removed = delete(&**platform, vm, limit).await.and(removed);
            }
            note(scope, Some(clone.entry), subject(clone.name), removed).await
        }
    });
    join_all(removals).await.into_iter().flatten().collect()
}

/// The platform, and the VMs on it that carry the run's mark. A clone that was asked for and is not there yet may
/// still be in the making.
async fn find_clones(
    scope: &Scope,
    platforms: &dyn Endpoints,
    provider: &str,
    clones: &[Clone<'_>],
    limit: Duration,
    cloning: Duration,
) -> Result<(Arc<dyn SourcePlatform>, Vec<SourceVm>), Failure> {
    let run = scope.run.as_str();
    let late = |_| "the platform did not answer in time";
    let platform = timeout(limit, platforms.platform(provider)).await.map_err(late)??;
    let owned = timeout(limit, platform.owned_by(run)).await.map_err(late)??;
    let there = |clone: &Clone<'_>| owned.iter().any(|vm| vm.name == clone.name);
    if clones.iter().all(|clone| clone.confirmed || there(clone)) {
        return Ok((platform, owned));
    }
    timeout(cloning, platform.wait_for_clones())
        .await
        .map_err(|_| "a clone is still being made; try again when it has ended")??;
    let owned = timeout(limit, platform.owned_by(run)).await.map_err(late)??;
    Ok((platform, owned))
}

async fn delete(platform: &dyn SourcePlatform, vm: &SourceVm, limit: Duration) -> Result<(), Stuck> {
    let attempt = || async {
        match timeout(limit, platform.delete(&vm.id)).await {
            Ok(answer) => answer.map_err(Refusal::Platform),
            Err(_) => Err(Refusal::Late),
        }
    };
    let passes = |refusal: &Refusal| matches!(refusal, Refusal::Platform(_));
    RETRY.run(passes, attempt).await.map_err(|refusal| {
        Stuck(match refusal {
            Refusal::Late => refusal.to_string(),
            Refusal::Platform(error) => format!("deleting it failed ({ATTEMPTS} attempts): {}", explain(&error)),
        })
    })
}

/// Why a VM was not deleted.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("deleting it took too long")]
    Late,
    #[error(transparent)]
    Platform(source::Error),
}
