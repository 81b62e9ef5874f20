//! Removes one object, if it is proved to be ours, and waits until it is gone.

use std::time::Duration;

use kube::{
    Api, ResourceExt,
    api::{DeleteParams, DynamicObject, Preconditions},
};
use sim_clock::{Instant, timeout_at};

use crate::{
    cluster::{Cluster, Clusters, Retry, is_conflict, is_not_found, is_retryable, wait},
    events::explain,
    journal::{ObjectSubject, Proof},
    run::{ClusterId, RunId},
};

/// An object to be removed.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub subject: ObjectSubject,
    /// UID of the object of the run, if known.
    pub uid: Option<String>,
}

/// Why an object is still there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Stuck(pub String);

impl Stuck {
    /// The object is on a cluster that the run is not connected to.
    pub(super) fn on_unknown(cluster: &ClusterId) -> Self {
        Self(format!(
            "this run is not connected to the cluster \"{cluster}\"; delete it there"
        ))
    }
}

/// Result of one deletion attempt.
enum Attempt {
    /// The object of the run does not exist: there is none, or one of that name that is not of the run.
    Gone,
    /// The API server is removing it.
    Deleting { uid: String },
    /// The UID matches, but the label that proves ownership is missing.
    Unproved(String),
}

/// Removes our object of this UID while the run goes on; one that is not ours is left alone and counts as gone.
pub async fn remove_object(
    cluster: &Cluster,
    run: &RunId,
    subject: ObjectSubject,
    uid: Option<String>,
    limit: Duration,
) -> Result<(), Stuck> {
    remove_from(cluster, run, &Target { subject, uid }, limit).await
}

/// Removes our object; one that is not ours is left alone and counts as gone.
pub(super) async fn remove(clusters: &Clusters, run: &RunId, target: &Target, limit: Duration) -> Result<(), Stuck> {
    let id = &target.subject.cluster;
    match clusters.get(id) {
        Some(cluster) => remove_from(cluster, run, target, limit).await,
        None => Err(Stuck::on_unknown(id)),
    }
}

async fn remove_from(cluster: &Cluster, run: &RunId, target: &Target, limit: Duration) -> Result<(), Stuck> {
    let api = target.subject.api(cluster.client.clone());
    let deadline = Instant::now() + limit;
    let mut attempts = 0;
    let counted = || {
        attempts += 1;
        attempt(&api, run, target)
    };
    let worth_it = |failure: &kube::Error| is_retryable(failure) || is_conflict(failure);
    let attempted = timeout_at(deadline, Retry::until(deadline).run(worth_it, counted)).await;
    let Ok(attempted) = attempted else {
        return Err(Stuck(format!("{} ({attempts} attempts)", silent(cluster))));
    };
    match attempted {
        Ok(Attempt::Gone) => Ok(()),
        Ok(Attempt::Unproved(reason)) => Err(Stuck(reason)),
        Ok(Attempt::Deleting { uid }) => until_gone(cluster, api, target, uid, deadline).await,
        Err(failure) => {
            let what = match &failure {
                failure if is_retryable(failure) && !matches!(failure, kube::Error::Api(_)) => silent(cluster),
                _ => "deleting it failed".to_owned(),
            };
            Err(Stuck(format!("{what} ({attempts} attempts): {}", explain(&failure))))
        }
    }
}

fn silent(cluster: &Cluster) -> String {
    format!("the API server {} does not answer", cluster.server())
}

async fn attempt(api: &Api<DynamicObject>, run: &RunId, target: &Target) -> Result<Attempt, kube::Error> {
    let Some(found) = api.get_opt(&target.subject.name).await? else {
        return Ok(Attempt::Gone);
    };
    let uid = found.uid().unwrap_or_default();
    let same = target.uid.as_ref().map(|ours| *ours == uid);
    let proved = is_proved(&found, &target.subject.proof, run);
    match (same, proved) {
        // Another object has taken the name, or ours never came into being.
        (Some(false), _) | (None, false) => return Ok(Attempt::Gone),
        (Some(true), false) => {
            let reason = "its label of the run was removed, so it is not proved to be of this run; delete it yourself if it is not needed";
            return Ok(Attempt::Unproved(reason.to_owned()));
        }
        (_, true) => {}
    }
    if found.metadata.deletion_timestamp.is_some() {
        return Ok(Attempt::Deleting { uid });
    }
    let precondition = Preconditions {
        uid: Some(uid.clone()),
        resource_version: None,
    };
    let params = DeleteParams::background().preconditions(precondition);
    match api.delete(&target.subject.name, &params).await {
        Ok(_) => Ok(Attempt::Deleting { uid }),
        Err(error) if is_not_found(&error) => Ok(Attempt::Gone),
        Err(error) => Err(error),
    }
}

fn is_proved(object: &DynamicObject, proof: &Proof, run: &RunId) -> bool {
    let (key, value) = proof.label(run);
    object.labels().get(key).is_some_and(|found| found == value)
}

async fn until_gone(
    cluster: &Cluster,
    api: Api<DynamicObject>,
    target: &Target,
    uid: String,
    deadline: Instant,
) -> Result<(), Stuck> {
    let waited = wait::Wait::new(cluster, api.clone(), &target.subject.name)
        .for_(format!("the end of {}", target.subject))
        .of_uid(uid)
        .at_most(deadline.saturating_duration_since(Instant::now()))
        .until_gone()
        .await;
    match waited {
        Ok(()) => Ok(()),
        Err(wait::Error::TimedOut { last, .. }) => Err(Stuck(held_by(*last, api.get_opt(&target.subject.name).await))),
        Err(error) => Err(Stuck(format!("it was deleted, but {error}"))),
    }
}

/// What blocks the removal of a deleted object: finalizers, conditions, owner.
fn held_by(last: wait::LastSeen, now: Result<Option<DynamicObject>, kube::Error>) -> String {
    let mut facts = last.state.unwrap_or_default();
    let owners = now.ok().flatten().map(|object| object.owner_references().to_vec());
    facts.extend(
        owners
            .into_iter()
            .flatten()
            .map(|owner| format!("owned by {} {}", owner.kind, owner.name)),
    );
    facts.extend(last.trouble);
    if facts.is_empty() {
        "it was deleted and does not go".to_owned()
    } else {
        format!("it was deleted and does not go: {}", facts.join("; "))
    }
}
