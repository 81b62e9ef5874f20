//! Removes what a killed run left, from another process: what its journal has, and what carries its label besides.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error as StdError,
};

use futures::future::{join_all, try_join_all};

use super::{
    Endpoints, Leftover,
    deletion::{self, Stuck, Target},
    node_labels, rank, snapshots,
    sweep::{self, Sweep},
    teardown, workload,
};
use crate::{
    cluster::{Clusters, lease},
    events::{explain, words},
    journal::{NodeLabel, Proof, Scope, SettingLease, Subject},
    settings::Timeouts,
};

type Failure = Box<dyn StdError + Send + Sync>;

/// Something of a run that exists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trace {
    /// Object or VM: `Plan auto-ab12/auto-ab12-source-vsphere-8-0-3-x7kq-cold`.
    pub subject: String,
    /// Proof that it belongs to the run.
    pub proof: String,
}

/// Result of the removal of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rescued {
    /// Removed objects and VMs.
    pub removed: Vec<Trace>,
    /// What is still there, or could not be looked for.
    pub left: Vec<Leftover>,
    /// Kinds that this user cannot list, with the reason.
    pub unlisted: Vec<String>,
}

/// Existing objects and VMs of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Objects and VMs that exist.
    pub traces: Vec<Trace>,
    /// What could not be listed and can exist.
    pub unknown: Vec<Leftover>,
    /// Kinds that this user cannot list, with the reason.
    pub unlisted: Vec<String>,
}

/// Everything of the run that exists, and what could not be looked for. Nothing is touched.
pub async fn survey(scope: &Scope, platforms: &dyn Endpoints) -> Result<Survey, Failure> {
    let sweep = objects(&platforms.clusters(), scope).await?;
    survey_with(scope, platforms, &sweep).await
}

/// [`survey`], with the objects on the clusters.
async fn survey_with(scope: &Scope, platforms: &dyn Endpoints, sweep: &Sweep) -> Result<Survey, Failure> {
    let mut traces: Vec<Trace> = sweep.targets.iter().map(|target| trace(scope, target)).collect();
    for label in labels(&platforms.clusters(), scope).await? {
        traces.push(Trace {
            proof: format!("value {}", label.value),
            subject: Subject::NodeLabel(label).to_string(),
        });
    }
    let mut unknown = sweep.unknown.clone();
    for (provider, names) in clones(scope) {
        let found = async {
            platforms
                .platform(&provider)
                .await?
                .owned_by(scope.run.as_str())
                .await
                .map_err(Failure::from)
        };
        match found.await {
            Ok(found) => traces.extend(found.into_iter().filter(|vm| names.contains(&vm.name)).map(|vm| {
                Trace {
                    subject: Subject::SourceVm {
                        provider: provider.clone(),
                        name: vm.name,
                    }
                    .to_string(),
                    proof: format!("marked with the run, id {}", vm.id),
                }
            })),
            Err(error) => unknown.push(Leftover {
                subject: format!("the clones on {provider}"),
                reason: format!("could not look for them: {}", explain(error.as_ref())),
            }),
        }
    }
    for entry in scope.journal.open_entries() {
        let Subject::Snapshots { provider, vm } = &entry.subject else {
            continue;
        };
        match snapshots::count(platforms, provider, vm).await {
            Ok(0) => {}
            Ok(count) => traces.push(Trace {
                subject: entry.subject.to_string(),
                proof: format!("{} of that name", words::count(count, "snapshot")),
            }),
            Err(error) => unknown.push(Leftover {
                subject: entry.subject.to_string(),
                reason: format!("could not look for them: {}", explain(error.as_ref())),
            }),
        }
    }
    for lease in leases(scope) {
        match lease.is_open(&platforms.clusters().hub().client).await {
            Ok(true) => traces.push(Trace {
                subject: lease.to_string(),
                proof: format!("lease that names {}", lease.holder),
            }),
            Ok(false) => {}
            Err(error) => unknown.push(Leftover {
                subject: lease.to_string(),
                reason: explain(&error),
            }),
        }
    }
    Ok(Survey {
        traces,
        unknown,
        unlisted: sweep.refused.lines(),
    })
}

/// Removes everything of the run.
pub async fn rescue(scope: &Scope, platforms: &dyn Endpoints, timeouts: &Timeouts) -> Result<Rescued, Failure> {
    let before = objects(&platforms.clusters(), scope).await?;
    let traces = survey_with(scope, platforms, &before).await?.traces;
    let past = scope.journal.entries();
    let mut left = teardown::remove_all(scope, platforms, timeouts, timeouts.run_teardown, &past).await;
    let clusters = platforms.clusters().for_teardown();
    let now = objects(&clusters, scope).await?;
    // What was there and cannot be listed any more must not count as removed: each is looked at once more.
    let targets = once_each(before.targets.into_iter().chain(now.targets));
    left.extend(now.unknown);
    for stage in stages(targets) {
        let removals = stage.iter().map(|target| async {
            let removed = deletion::remove(&clusters, &scope.run, target, timeouts.deletion).await;
            let subject = target.subject.to_string();
            removed.err().map(|Stuck(reason)| Leftover { subject, reason })
        });
        left.extend(join_all(removals).await.into_iter().flatten());
    }
    left.sort_by(|a, b| a.subject.cmp(&b.subject));
    left.dedup_by(|a, b| a.subject == b.subject);
    let is_left = |trace: &Trace| left.iter().any(|leftover| leftover.subject == trace.subject);
    let removed = traces.into_iter().filter(|trace| !is_left(trace)).collect();
    Ok(Rescued {
        removed,
        left,
        unlisted: now.refused.lines(),
    })
}

/// Announces in a fresh journal everything that carries the run's mark, for a run whose own journal is lost. Returns what
/// could not be looked for.
pub async fn reconstruct(
    scope: &Scope,
    platforms: &dyn Endpoints,
    providers: &[String],
) -> Result<Vec<Leftover>, Failure> {
    let sweep = objects(&platforms.clusters(), scope).await?;
    let mut found: Vec<(Subject, Option<String>)> = sweep
        .targets
        .into_iter()
        .map(|target| (Subject::Object(target.subject), target.uid))
        .collect();
    let labels = labels(&platforms.clusters(), scope).await?;
    found.extend(labels.into_iter().map(|label| (Subject::NodeLabel(label), None)));
    for provider in providers {
        let owned = platforms.platform(provider).await?.owned_by(scope.run.as_str()).await?;
        found.extend(owned.into_iter().map(|vm| {
            let (provider, name) = (provider.clone(), vm.name);
            (Subject::SourceVm { provider, name }, Some(vm.id.to_string()))
        }));
    }
    let leases = lease::setting_leases_of(&platforms.clusters().hub().client, scope.run.as_str()).await?;
    found.extend(leases.into_iter().map(|lease| (Subject::Setting(lease), None)));
    for (subject, uid) in found {
        let entry = scope.intend(subject).await?;
        if let Some(uid) = uid {
            scope.journal.confirm(entry, uid).await?;
        }
    }
    Ok(sweep.unknown)
}

/// The run's labels on the nodes of all clusters.
async fn labels(clusters: &Clusters, scope: &Scope) -> Result<Vec<NodeLabel>, kube::Error> {
    let found = clusters.iter().map(|cluster| node_labels::of_run(cluster, &scope.run));
    Ok(try_join_all(found).await?.into_iter().flatten().collect())
}

/// The run's objects on all clusters, and those of its Plans.
async fn objects(clusters: &Clusters, scope: &Scope) -> Result<Sweep, Failure> {
    let plans = workload::plan_uids(&scope.journal.entries());
    let proofs: Vec<Proof> = std::iter::once(Proof::RunLabel)
        .chain(plans.iter().map(|uid| Proof::of_plan(uid)))
        .collect();
    let found = clusters.iter().map(|cluster| sweep::find(cluster, &scope.run, &proofs));
    let mut all = Sweep::default();
    for sweep in try_join_all(found).await? {
        all.extend(sweep);
    }
    all.targets = once_each(all.targets);
    Ok(all)
}

/// Without those that were seen before, in the order of removal.
fn once_each(targets: impl IntoIterator<Item = Target>) -> Vec<Target> {
    let mut seen = BTreeSet::new();
    let mut targets: Vec<Target> = targets
        .into_iter()
        .filter(|target| seen.insert((target.subject.cluster.clone(), target.uid.clone())))
        .collect();
    targets.sort_by_key(|target| rank(&target.subject.kind));
    targets
}

/// In the order of removal.
fn stages(targets: Vec<Target>) -> Vec<Vec<Target>> {
    let mut stages: BTreeMap<u8, Vec<Target>> = BTreeMap::new();
    for target in targets {
        stages.entry(rank(&target.subject.kind)).or_default().push(target);
    }
    stages.into_values().collect()
}

fn trace(scope: &Scope, target: &Target) -> Trace {
    let (key, value) = target.subject.proof.label(&scope.run);
    let uid = target.uid.as_deref().unwrap_or("unknown");
    Trace {
        subject: target.subject.to_string(),
        proof: format!("label {key}={value}, uid {uid}"),
    }
}

/// Settings that may be changed.
fn leases(scope: &Scope) -> Vec<SettingLease> {
    let open = scope.journal.open_entries().into_iter();
    open.filter_map(|entry| match entry.subject {
        Subject::Setting(lease) => Some(lease),
        Subject::Object(_) | Subject::SourceVm { .. } | Subject::Snapshots { .. } | Subject::NodeLabel(_) => None,
    })
    .collect()
}

/// Names of the clones that may exist, by provider.
fn clones(scope: &Scope) -> BTreeMap<String, BTreeSet<String>> {
    let mut clones: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in scope.journal.open_entries() {
        if let Subject::SourceVm { provider, name } = entry.subject {
            clones.entry(provider).or_default().insert(name);
        }
    }
    clones
}
