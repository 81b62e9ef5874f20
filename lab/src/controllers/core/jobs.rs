//! The job controller: creates the pods of a Job and counts succeeded and failed ones.

use std::{sync::Arc, time::Duration};

use k8s_openapi::{
    api::{
        batch::v1::{Job, JobCondition, JobStatus},
        core::v1::Pod,
    },
    apimachinery::pkg::apis::meta::v1::Time,
};
use kube::{
    ResourceExt,
    api::{DeleteParams, ObjectMeta},
};
use serde_json::json;

use crate::controllers::{
    controller::{Controller, Next},
    objects::{self, Error, Objects},
    reconcile::{Shared, drive},
};

/// `backoffLimit` of a Job that does not set it.
const DEFAULT_BACKOFF_LIMIT: i32 = 6;
/// Delay before the first retry; it doubles with each retry.
const BACKOFF: Duration = Duration::from_secs(10);
/// Maximum delay between retries.
const LONGEST_BACKOFF: Duration = Duration::from_secs(360);

/// Runs the job controller until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let controller = Controller::<Job>::on_change(&shared.context).owns::<Pod>();
    drive(controller, shared, reconcile).await;
}

#[derive(Default)]
struct Counts {
    active: i32,
    ready: i32,
    succeeded: i32,
    failed: i32,
}

async fn reconcile(job: Arc<Job>, shared: Arc<Shared>) -> Result<Next, Error> {
    if job.metadata.deletion_timestamp.is_some() || is_finished(&job) {
        return Ok(Next::Change);
    }
    let uid = job.uid().unwrap_or_default();
    let namespace = job.namespace().unwrap_or_default();
    let pods = shared.context.within::<Pod>(&namespace);
    let mine = pods.list(&format!("batch.kubernetes.io/controller-uid={uid}")).await;
    let mut counts = count(&mine);

    let spec = job.spec.clone().unwrap_or_default();
    let wanted = spec.completions.or(spec.parallelism).unwrap_or(1);
    let limit = spec.backoff_limit.unwrap_or(DEFAULT_BACKOFF_LIMIT);
    let exhausted = counts.failed > limit;
    let complete = counts.succeeded >= wanted;
    let mut next = Next::Change;
    if exhausted {
        for pod in mine.iter().filter(|pod| is_active(pod)) {
            pods.delete(&pod.name_any(), &DeleteParams::default()).await?;
        }
        counts.active = 0;
        counts.ready = 0;
    } else if !complete && spec.suspend != Some(true) {
        match pause(&uid, counts.failed, &shared) {
            Some(rest) => next = Next::In(rest),
            None => {
                let missing = (wanted - counts.succeeded).min(spec.parallelism.unwrap_or(1)) - counts.active;
                for _ in 0..missing {
                    let attempt = counts.succeeded + counts.failed + counts.active;
                    pods.create(&new_pod(&job, attempt)).await?;
                    counts.active += 1;
                }
            }
        }
    }
    let jobs = shared.context.within::<Job>(&namespace);
    write_status(&jobs, &job, status(&job, counts, complete, exhausted)).await?;
    Ok(next)
}

fn is_finished(job: &Job) -> bool {
    let conditions = job.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| {
        all.iter()
            .any(|one| matches!(one.type_.as_str(), "Complete" | "Failed"))
    })
}

fn phase(pod: &Pod) -> &str {
    pod.status
        .as_ref()
        .and_then(|status| status.phase.as_deref())
        .unwrap_or_default()
}

fn is_active(pod: &Pod) -> bool {
    !matches!(phase(pod), "Succeeded" | "Failed") && pod.metadata.deletion_timestamp.is_none()
}

fn count(pods: &[Arc<Pod>]) -> Counts {
    let mut counts = Counts::default();
    for pod in pods {
        match phase(pod) {
            "Succeeded" => counts.succeeded += 1,
            "Failed" => counts.failed += 1,
            _ if is_active(pod) => {
                counts.active += 1;
                counts.ready += i32::from(phase(pod) == "Running");
            }
            _ => {}
        }
    }
    counts
}

/// Remaining delay before the retry after a failure.
fn pause(uid: &str, failed: i32, shared: &Shared) -> Option<Duration> {
    let doublings = u32::try_from(failed).ok()?.checked_sub(1)?;
    let pause = BACKOFF
        .saturating_mul(2u32.saturating_pow(doublings))
        .min(LONGEST_BACKOFF);
    shared.remaining(format!("{uid}/{failed}"), pause)
}

fn new_pod(job: &Job, attempt: i32) -> Pod {
    let uid = job.uid().unwrap_or_default();
    let name = job.name_any();
    let template = job.spec.as_ref().map(|spec| spec.template.clone()).unwrap_or_default();
    let template_meta = template.metadata.unwrap_or_default();
    let mut labels = template_meta.labels.unwrap_or_default();
    for (key, value) in [
        ("batch.kubernetes.io/controller-uid", &uid),
        ("batch.kubernetes.io/job-name", &name),
        ("controller-uid", &uid),
        ("job-name", &name),
    ] {
        labels.insert(key.into(), value.clone());
    }
    Pod {
        metadata: ObjectMeta {
            name: Some(format!("{name}-{}", objects::suffix(&format!("{uid}/{attempt}")))),
            generate_name: Some(format!("{name}-")),
            namespace: job.namespace(),
            labels: Some(labels),
            annotations: template_meta.annotations,
            owner_references: Some(objects::controlled_by(job)),
            ..ObjectMeta::default()
        },
        spec: template.spec,
        status: None,
    }
}

fn status(job: &Job, counts: Counts, complete: bool, exhausted: bool) -> JobStatus {
    let now = Time(sim_clock::now());
    let old = job.status.clone().unwrap_or_default();
    let condition = |type_: &str, reason: &str, message: &str| JobCondition {
        type_: type_.into(),
        status: "True".into(),
        reason: Some(reason.into()),
        message: Some(message.into()),
        last_probe_time: Some(now.clone()),
        last_transition_time: Some(now.clone()),
    };
    let conditions = if complete {
        let (reason, message) = ("CompletionsReached", "Reached expected number of succeeded pods");
        Some(
            ["SuccessCriteriaMet", "Complete"]
                .map(|type_| condition(type_, reason, message))
                .into(),
        )
    } else if exhausted {
        let (reason, message) = ("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        Some(
            ["FailureTarget", "Failed"]
                .map(|type_| condition(type_, reason, message))
                .into(),
        )
    } else {
        old.conditions
    };
    let number = |count: i32| (count > 0).then_some(count);
    JobStatus {
        active: number(counts.active),
        ready: Some(counts.ready),
        succeeded: number(counts.succeeded),
        failed: number(counts.failed),
        terminating: Some(0),
        start_time: old.start_time.or(Some(now.clone())),
        completion_time: complete.then_some(now.clone()),
        conditions,
        ..JobStatus::default()
    }
}

async fn write_status(jobs: &Objects<Job>, job: &Job, status: JobStatus) -> Result<(), Error> {
    if job.status.as_ref() == Some(&status) {
        return Ok(());
    }
    // A merge patch removes only fields that are set to null: `active` is null when no pod is active.
    let mut change = json!(status);
    if status.active.is_none() {
        change["active"] = serde_json::Value::Null;
    }
    jobs.patch_status(&job.name_any(), change).await.map(drop)
}
