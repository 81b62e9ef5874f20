//! Collects the objects of a failed scenario and the events about them.

use std::{collections::BTreeSet, path::PathBuf};

use futures::future::join_all;
use k8s_openapi::api::{
    batch::v1::Job,
    core::v1::{Event, Pod},
};
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DynamicObject, ListParams},
};
use sim_clock::Instant;

use super::folder::EvidenceFolder;
use crate::{
    cluster::{Cluster, Clusters},
    journal::{ObjectSubject, Subject},
    run::{ClusterId, names},
    session::Scenario,
};

/// Kinds that every scenario leans on, though the run owns them.
const SHARED: &[&str] = &["Provider", "Namespace"];

/// Collected evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The folder; `None` if it could not be created.
    pub folder: Option<PathBuf>,
    /// Names of the files in it.
    pub files: Vec<String>,
    /// What could not be collected. Such a failure never replaces the failure of the scenario.
    pub problems: Vec<String>,
}

/// Collects the YAML of the scenario's objects, with their conditions, of the jobs and pods that MTV made for its plans, and
/// the events of their namespaces, within the time and the bytes that the settings allow. Values of Secrets are left out.
pub async fn collect(scenario: &Scenario) -> Evidence {
    let session = &scenario.session;
    let clusters = session.clusters().for_teardown();
    let path = session
        .folder
        .evidence()
        .join(names::last(&names::sanitise(&scenario.key.0.replace(['/', ' '], "-"))));
    let redactor = session.log.redactor().clone();
    let mut evidence = Evidence::default();
    let mut folder = match EvidenceFolder::create(path, redactor, session.settings.evidence.limit) {
        Ok(folder) => folder,
        Err(error) => {
            evidence.problems.push(format!("could not make the folder: {error}"));
            return evidence;
        }
    };
    evidence.folder = Some(folder.path().to_owned());
    let deadline = Instant::now() + session.settings.timeouts.evidence;
    let subjects = subjects(scenario);
    let namespaces: BTreeSet<(&ClusterId, &str)> = subjects
        .iter()
        .filter_map(|subject| Some((&subject.cluster, subject.namespace.as_deref()?)))
        .collect();
    let collected = sim_clock::timeout_at(deadline, async {
        let objects = join_all(subjects.iter().map(|subject| object(&clusters, subject)));
        let events = join_all(
            namespaces
                .iter()
                .map(|(id, namespace)| events(&clusters, id, namespace)),
        );
        let work = work(&clusters, &subjects);
        tokio::join!(objects, work, events)
    });
    let Ok((objects, work, events)) = collected.await else {
        evidence.problems.push("the API server took too long".to_owned());
        return evidence;
    };
    for collected in objects.into_iter().chain(work).chain(events) {
        let written = collected.and_then(|(name, text)| match folder.write(&name, &text) {
            Ok(()) => Ok(name),
            Err(error) => Err(format!("could not write {name}: {error}")),
        });
        match written {
            Ok(name) => evidence.files.push(name),
            Err(problem) => evidence.problems.push(problem),
        }
    }
    evidence
}

/// The scenario's own objects, and those of the run that it leans on.
fn subjects(scenario: &Scenario) -> Vec<ObjectSubject> {
    let entries = scenario.session.journal.open_entries().into_iter();
    entries
        .filter_map(|entry| match entry.subject {
            Subject::Object(object) => {
                let own = entry.scenario.as_ref() == Some(&scenario.key);
                let shared = entry.scenario.is_none() && SHARED.contains(&object.kind.as_str());
                (own || shared).then_some(object)
            }
            Subject::SourceVm { .. } | Subject::Snapshots { .. } | Subject::Setting(_) | Subject::NodeLabel(_) => None,
        })
        .collect()
}

type Collected = Result<(String, String), String>;

fn connected<'a>(clusters: &'a Clusters, id: &ClusterId) -> Result<&'a Cluster, String> {
    clusters
        .get(id)
        .ok_or_else(|| format!("the run is not connected to the cluster {id}"))
}

async fn object(clusters: &Clusters, subject: &ObjectSubject) -> Collected {
    let cluster = connected(clusters, &subject.cluster)?;
    let found = subject.api(cluster.client.clone()).get(&subject.name).await;
    let object = found.map_err(|error| format!("{subject}: {error}"))?;
    yaml(cluster, &subject.kind, object)
}

fn yaml(cluster: &Cluster, kind: &str, mut object: DynamicObject) -> Collected {
    leave_out(&mut object);
    let name = object.name_any();
    let text = serde_saphyr::to_string(&object).map_err(|error| format!("{kind} {name}: {error}"))?;
    let file = cluster.id.file_name(&format!("{}-{name}.yaml", kind.to_lowercase()));
    Ok((file, text))
}

/// Jobs and pods that MTV made for the scenario's plans, on whatever cluster and in whatever namespace.
async fn work(clusters: &Clusters, subjects: &[ObjectSubject]) -> Vec<Collected> {
    let plans = subjects.iter().filter(|subject| subject.kind == "Plan");
    let plans = join_all(plans.map(|plan| async {
        let cluster = clusters.get(&plan.cluster)?;
        let plans = plan.api(cluster.client.clone());
        plans.get_metadata(&plan.name).await.ok()?.uid()
    }));
    let uids: Vec<String> = plans.await.into_iter().flatten().collect();
    if uids.is_empty() {
        return Vec::new();
    }
    join_all(clusters.iter().map(|cluster| work_on(cluster, &uids)))
        .await
        .concat()
}

/// Jobs and pods of the plans with these UIDs on one cluster.
async fn work_on(cluster: &Cluster, uids: &[String]) -> Vec<Collected> {
    let of_plans = format!("plan in ({})", uids.join(","));
    let jobs = all_of(cluster, ApiResource::erase::<Job>(&()), &of_plans).await;
    let names = jobs.iter().flatten().map(ResourceExt::name_any);
    // The pods of a job have the labels of the job alone.
    let of_jobs = format!("job-name in ({})", names.collect::<Vec<_>>().join(","));
    let pods = ApiResource::erase::<Pod>(&());
    let (own, of_jobs) = tokio::join!(all_of(cluster, pods.clone(), &of_plans), async {
        match jobs.as_deref() {
            Ok([_, ..]) => all_of(cluster, pods.clone(), &of_jobs).await,
            _ => Ok(Vec::new()),
        }
    });
    let lists = [("Job", jobs), ("Pod", own), ("Pod", of_jobs)];
    let collected = lists.into_iter().flat_map(|(kind, list)| match list {
        Ok(list) => list.into_iter().map(|object| yaml(cluster, kind, object)).collect(),
        Err(problem) => vec![Err(problem)],
    });
    collected.collect()
}

async fn all_of(cluster: &Cluster, resource: ApiResource, labels: &str) -> Result<Vec<DynamicObject>, String> {
    let api: Api<DynamicObject> = Api::all_with(cluster.client.clone(), &resource);
    let found = api.list(&ListParams::default().labels(labels)).await;
    let found = found.map_err(|error| format!("{} of the plans: {error}", resource.plural))?;
    Ok(found.items)
}

/// Takes out what nobody may see and what nobody reads.
fn leave_out(object: &mut DynamicObject) {
    object.metadata.managed_fields = None;
    let secret = object.types.as_ref().is_some_and(|types| types.kind == "Secret");
    if let (true, Some(fields)) = (secret, object.data.as_object_mut()) {
        fields.remove("data");
        fields.remove("stringData");
    }
}

async fn events(clusters: &Clusters, id: &ClusterId, namespace: &str) -> Collected {
    let cluster = connected(clusters, id)?;
    let events: Api<Event> = Api::namespaced(cluster.client.clone(), namespace);
    let listed = events.list(&ListParams::default().limit(1000)).await;
    let mut events = listed.map_err(|error| format!("events of {namespace}: {error}"))?.items;
    events.sort_by_key(when);
    let lines = events.iter().map(|event| {
        let about = &event.involved_object;
        format!(
            "{} {} {} {}/{}: {}\n",
            when(event),
            event.type_.as_deref().unwrap_or("-"),
            event.reason.as_deref().unwrap_or("-"),
            about.kind.as_deref().unwrap_or("-"),
            about.name.as_deref().unwrap_or("-"),
            event.message.as_deref().unwrap_or_default().trim(),
        )
    });
    Ok((id.file_name(&format!("events-{namespace}.txt")), lines.collect()))
}

fn when(event: &Event) -> String {
    let series = event.last_timestamp.as_ref().or(event.first_timestamp.as_ref());
    let micro = event.event_time.as_ref().map(|time| time.0.to_string());
    let when = series.map(|time| time.0.to_string()).or(micro);
    when.unwrap_or_else(|| "-".to_owned())
}
