//! Removes what a scenario or a run created, in reverse dependency order, and says what is left.

use std::{collections::BTreeSet, time::Duration};

use futures::future::join_all;
use tokio::time::Instant;

use super::{
    Platforms, Subject,
    deletion::{self, Stuck, Target},
    journal::{Entry, EntryId},
    rank, workload,
};
use crate::{session::Scope, settings::Timeouts};

/// However late it is, nothing goes without an attempt of this length.
const AT_LEAST: Duration = Duration::from_secs(5);

/// Something that could not be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// What it is: `Provider auto-ab12/auto-ab12-source-vsphere-8-0-3-x7kq`.
    pub subject: String,
    /// Why it is still there, and what holds it.
    pub reason: String,
}

/// One thing to remove, and the entry that announced it, if it was announced.
struct Item {
    entry: Option<EntryId>,
    target: Target,
}

/// Removes what the journal has of this scope: a scenario's things, or, for the scope of the run, everything that is
/// still there.
///
/// Only what is proved ours is touched. Things of one rank go side by side, one that does not go holds up nobody, and
/// no cancellation of the run ends this; `budget` is real time.
pub async fn teardown(
    scope: &Scope,
    platforms: &dyn Platforms,
    timeouts: &Timeouts,
    budget: Duration,
) -> Vec<Leftover> {
    let scope = scope.for_teardown();
    let deadline = Instant::now() + budget;
    let limit = || {
        let left = deadline.saturating_duration_since(Instant::now());
        timeouts.deletion.min(left).max(AT_LEAST)
    };
    let entries = open_entries(&scope);
    let plans = workload::stop(&scope.cluster, &scope.run, &entries, timeouts).await;

    let mut leftovers = Vec::new();
    let mut stages = rank::stages(&entries);
    for kind in workload::KINDS {
        stages.entry(rank(kind)).or_default();
    }
    for (rank, stage) in stages {
        let mut items = announced(&stage);
        let known: BTreeSet<Option<String>> = items.iter().map(|item| item.target.uid.clone()).collect();
        let found = workload::left_by_plans(&scope.cluster, &plans, rank).await;
        items.extend(
            found
                .into_iter()
                .filter(|target| !known.contains(&target.uid))
                .map(|target| Item { entry: None, target }),
        );
        let removals = items.iter().map(|item| remove(&scope, item, limit()));
        leftovers.extend(join_all(removals).await.into_iter().flatten());
    }
    leftovers.extend(source_vms(&scope, platforms, &entries, limit()).await);
    leftovers.dedup();
    leftovers
}

fn open_entries(scope: &Scope) -> Vec<Entry> {
    let mut entries = scope.journal.open_entries();
    if scope.scenario.is_some() {
        entries.retain(|entry| entry.scenario == scope.scenario);
    }
    entries
}

fn announced(entries: &[&Entry]) -> Vec<Item> {
    entries
        .iter()
        .filter_map(|entry| match &entry.subject {
            Subject::Object(subject) => Some(Item {
                entry: Some(entry.id),
                target: Target {
                    subject: subject.clone(),
                    uid: entry.uid.clone(),
                },
            }),
            Subject::SourceVm { .. } => None,
        })
        .collect()
}

async fn remove(scope: &Scope, item: &Item, limit: Duration) -> Option<Leftover> {
    let removed = deletion::remove(&scope.cluster, &scope.run, &item.target, limit).await;
    note(scope, item.entry, item.target.subject.to_string(), removed).await
}

/// Writes the end of an entry into the journal, or makes a leftover of it.
async fn note(scope: &Scope, entry: Option<EntryId>, subject: String, removed: Result<(), Stuck>) -> Option<Leftover> {
    match removed {
        Err(Stuck(reason)) => Some(Leftover { subject, reason }),
        Ok(()) => {
            if let Some(entry) = entry
                && let Err(error) = scope.journal.gone(entry).await
            {
                // It is gone; a later cleanup looks for it once more and finds nothing.
                tracing::warn!(%subject, %error, "its removal could not be written down");
            }
            None
        }
    }
}

/// Removes the clones on the source platforms.
async fn source_vms(scope: &Scope, platforms: &dyn Platforms, entries: &[Entry], limit: Duration) -> Vec<Leftover> {
    let clones: Vec<(EntryId, &str, &str)> = entries
        .iter()
        .filter_map(|entry| match &entry.subject {
            Subject::SourceVm { provider, name } => Some((entry.id, provider.as_str(), name.as_str())),
            Subject::Object(_) => None,
        })
        .collect();
    let providers: BTreeSet<&str> = clones.iter().map(|(_, provider, _)| *provider).collect();
    let removals = providers.into_iter().map(|provider| {
        let of_provider = clones.iter().filter(move |(_, of, _)| *of == provider);
        let named: Vec<(EntryId, &str)> = of_provider.map(|(entry, _, name)| (*entry, *name)).collect();
        clones_of(scope, platforms, provider, named, limit)
    });
    join_all(removals).await.into_iter().flatten().collect()
}

async fn clones_of(
    scope: &Scope,
    platforms: &dyn Platforms,
    provider: &str,
    clones: Vec<(EntryId, &str)>,
    limit: Duration,
) -> Vec<Leftover> {
    let left = |name: &str, reason: String| Leftover {
        subject: format!("VM \"{name}\" on {provider}"),
        reason,
    };
    let owned = async {
        let platform = platforms.platform(provider).await?;
        let owned = platform.owned_by(scope.run.as_str()).await?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((platform, owned))
    };
    let (platform, owned) = match tokio::time::timeout(limit, owned).await {
        Ok(Ok(found)) => found,
        failed => {
            let reason = match failed {
                Ok(Err(error)) => format!("could not look for it: {}", chain(&*error)),
                _ => "the platform did not answer in time".to_owned(),
            };
            return clones.iter().map(|(_, name)| left(name, reason.clone())).collect();
        }
    };
    let removals = clones.into_iter().map(|(entry, name)| {
        let (platform, owned) = (&platform, &owned);
        async move {
            // Names are only names: the run's mark on the VM says whether it is ours.
            let ours: Vec<_> = owned.iter().filter(|vm| vm.name == name).collect();
            let mut removed = Ok(());
            for vm in ours {
                removed = match tokio::time::timeout(limit, platform.delete(&vm.id)).await {
                    Ok(Ok(())) => removed,
                    Ok(Err(error)) => Err(Stuck(format!("deleting it failed: {}", chain(&error)))),
                    Err(_) => Err(Stuck("deleting it took too long".to_owned())),
                };
            }
            note(scope, Some(entry), left(name, String::new()).subject, removed).await
        }
    });
    join_all(removals).await.into_iter().flatten().collect()
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
