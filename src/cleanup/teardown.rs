//! Removes what a scenario or a run created, in reverse dependency order, and says what is left.

use std::{collections::BTreeSet, time::Duration};

use futures::future::join_all;
use sim_clock::Instant;

use super::{
    Endpoints,
    deletion::{self, Stuck, Target},
    node_labels::node_labels,
    rank,
    settings::settings,
    snapshots::snapshots,
    source_vms::source_vms,
    workload,
};
use crate::{
    cluster::Clusters,
    journal::{Entry, EntryId, Scope, Subject},
    run::ClusterId,
    settings::Timeouts,
};

/// Minimum time for each deletion attempt, even after the deadline.
const AT_LEAST: Duration = Duration::from_secs(5);

/// Something that could not be removed, or could not be looked for and may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Object or VM: `Provider auto-ab12/auto-ab12-source-vsphere-8-0-3-x7kq`.
    pub subject: String,
    /// Why it is still there, and what holds it.
    pub reason: String,
}

/// An object to remove, and the journal entry that announced it, if any.
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
    endpoints: &dyn Endpoints,
    timeouts: &Timeouts,
    budget: Duration,
) -> Vec<Leftover> {
    remove_all(scope, endpoints, timeouts, budget, &[]).await
}

/// [`teardown`], which also removes what the Plans among the entries of the `past` left, though they are gone.
pub(super) async fn remove_all(
    scope: &Scope,
    endpoints: &dyn Endpoints,
    timeouts: &Timeouts,
    budget: Duration,
    past: &[Entry],
) -> Vec<Leftover> {
    let clusters = endpoints.clusters().for_teardown();
    let deadline = Instant::now() + budget;
    let limit = || {
        let left = deadline.saturating_duration_since(Instant::now());
        timeouts.deletion.min(left).max(AT_LEAST)
    };
    let limit_on = |cluster: &ClusterId, silent: &BTreeSet<ClusterId>| {
        if silent.contains(cluster) { AT_LEAST } else { limit() }
    };
    let mut silent = BTreeSet::new();
    let entries = open_entries(scope);
    let plans = workload::stop(clusters.hub(), &scope.run, &entries, past, timeouts).await;

    let mut leftovers = Vec::new();
    let mut unseen = Vec::new();
    let mut stages = rank::stages(&entries);
    for kind in workload::KINDS {
        stages.entry(rank(kind)).or_default();
    }
    for (rank, stage) in stages {
        let mut items = announced(&stage);
        let known: BTreeSet<Option<String>> = items.iter().map(|item| item.target.uid.clone()).collect();
        let remains = workload::left_by_plans(&clusters, &plans, rank).await;
        unseen.extend(remains.unseen);
        items.extend(
            remains
                .targets
                .into_iter()
                .filter(|target| !known.contains(&target.uid))
                .map(|target| Item { entry: None, target }),
        );
        let removals = items.iter().map(async |item| {
            let cluster = &item.target.subject.cluster;
            let stuck = remove(scope, &clusters, item, limit_on(cluster, &silent)).await?;
            Some((cluster.clone(), stuck))
        });
        let stuck: Vec<(ClusterId, Leftover)> = join_all(removals).await.into_iter().flatten().collect();
        // Once a server is known to be gone, each further object on it is tried for a short time only.
        silent = silent_among(&clusters, stuck.iter().map(|(cluster, _)| cluster)).await;
        leftovers.extend(stuck.into_iter().map(|(_, stuck)| stuck));
    }
    leftovers.extend(workload::unseen_leftovers(unseen));
    leftovers.extend(node_labels(scope, &clusters, &entries, |cluster| limit_on(cluster, &silent)).await);
    leftovers.extend(source_vms(scope, endpoints, &entries, limit(), timeouts.clone).await);
    leftovers.extend(snapshots(scope, &clusters, endpoints, &entries, limit()).await);
    leftovers.extend(settings(scope, clusters.hub(), &entries, limit()).await);
    leftovers.dedup();
    leftovers
}

/// Those of the clusters whose API server does not answer.
async fn silent_among<'a>(clusters: &Clusters, asked: impl Iterator<Item = &'a ClusterId>) -> BTreeSet<ClusterId> {
    let asked: BTreeSet<&ClusterId> = asked.collect();
    let asked = asked.into_iter().filter_map(|id| clusters.get(id));
    let answers = asked.map(async |cluster| (!cluster.answers(AT_LEAST).await).then(|| cluster.id.clone()));
    join_all(answers).await.into_iter().flatten().collect()
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
            Subject::SourceVm { .. } | Subject::Snapshots { .. } | Subject::Setting(_) | Subject::NodeLabel(_) => None,
        })
        .collect()
}

async fn remove(scope: &Scope, clusters: &Clusters, item: &Item, limit: Duration) -> Option<Leftover> {
    let removed = deletion::remove(clusters, &scope.run, &item.target, limit).await;
    note(scope, item.entry, item.target.subject.to_string(), removed).await
}

/// Writes the end of an entry into the journal, or makes a leftover of it.
pub(super) async fn note(
    scope: &Scope,
    entry: Option<EntryId>,
    subject: String,
    removed: Result<(), Stuck>,
) -> Option<Leftover> {
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
