//! What has to stop before it can be removed, and what Forklift leaves behind: running migrations, archived plans,
//! the objects that carry a Plan's UID.

use std::collections::{BTreeMap, BTreeSet};

use forklift_api::forklift::{Conditions as _, Migration, Plan, Ref, condition_types, labels};
use futures::future::join_all;
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams},
};
use serde_json::json;

use super::{
    Leftover,
    deletion::Target,
    listing::{self, Listing},
};
use crate::{
    cluster::{
        Cluster, Clusters,
        blockers::blocked,
        condition::{ConditionState, is_true},
        retrying,
        wait::Wait,
    },
    journal::{Entry, ObjectSubject, Proof, Subject},
    run::{RunId, labels::RUN_LABEL},
    settings::Timeouts,
};

/// A Plan whose objects have to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlanTrace {
    uid: String,
    /// Namespaces of its objects: its own and its target namespace.
    namespaces: Vec<String>,
}

/// Kinds that carry the Plan's UID in the label `plan` (Forklift, `kubevirt.go`), with what the API needs to know.
const OF_A_PLAN: &[(&str, &str, &str)] = &[
    ("forklift.konveyor.io/v1beta1", "Conversion", "conversions"),
    ("v1", "Secret", "secrets"),
    ("v1", "ConfigMap", "configmaps"),
    ("kubevirt.io/v1", "VirtualMachine", "virtualmachines"),
    ("cdi.kubevirt.io/v1beta1", "DataVolume", "datavolumes"),
    ("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
    ("v1", "Pod", "pods"),
    ("batch/v1", "Job", "jobs"),
];

/// The kinds among them that outlive what they belong to.
pub(super) const KINDS: [&str; 5] = [
    "Conversion",
    "Secret",
    "VirtualMachine",
    "DataVolume",
    "PersistentVolumeClaim",
];

/// Cancels the migrations that run, then archives the plans. What fails here fails again, with its reason, when the
/// object is deleted. Returns the plans, with those that the entries of the `past` tell of.
pub(super) async fn stop(
    cluster: &Cluster,
    run: &RunId,
    entries: &[Entry],
    past: &[Entry],
    timeouts: &Timeouts,
) -> Vec<PlanTrace> {
    let of_kind = |kind: &str| -> Vec<&ObjectSubject> {
        entries
            .iter()
            .filter_map(|entry| match &entry.subject {
                Subject::Object(object) if object.kind == kind => Some(object),
                _ => None,
            })
            .collect()
    };
    let migrations = of_kind("Migration");
    join_all(migrations.iter().map(|migration| async move {
        if let Err(reason) = cancel(cluster, run, migration, timeouts).await {
            tracing::warn!(%migration, %reason, "it is deleted although it has not ended");
        }
    }))
    .await;
    let plans = of_kind("Plan");
    let traces = join_all(plans.iter().map(|plan| archive(cluster, run, plan, timeouts))).await;
    let mut traces: Vec<PlanTrace> = traces.into_iter().flatten().collect();
    traces.extend(announced(entries));
    traces.extend(announced(past));
    merge(traces)
}

/// UIDs of the Plans that the entries tell of.
pub(super) fn plan_uids(entries: &[Entry]) -> BTreeSet<String> {
    announced(entries).into_iter().map(|trace| trace.uid).collect()
}

async fn cancel(
    cluster: &Cluster,
    run: &RunId,
    subject: &ObjectSubject,
    timeouts: &Timeouts,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let namespace = subject.namespace.clone().unwrap_or_default();
    let migrations: Api<Migration> = Api::namespaced(cluster.client.clone(), &namespace);
    let found = retrying(|| migrations.get_opt(&subject.name)).await?;
    let Some(migration) = found.filter(|migration| is_of(migration, run)) else {
        return Ok(());
    };
    if migration.ended().is_some() {
        return Ok(());
    }
    let plans: Api<Plan> = Api::namespaced(
        cluster.client.clone(),
        migration.spec.plan.namespace.as_deref().unwrap_or(&namespace),
    );
    let name = migration.spec.plan.name.clone().unwrap_or_default();
    let Some(plan) = retrying(|| plans.get_opt(&name)).await? else {
        // Nobody runs it any more.
        return Ok(());
    };
    let uid = migration.uid().unwrap_or_default();
    if plan.ending_of(&uid).is_some() {
        return Ok(());
    }
    let vms: Vec<Ref> = plan
        .spec
        .vms
        .iter()
        .map(|vm| Ref {
            id: vm.id.clone(),
            name: vm.name.clone(),
            ..Ref::default()
        })
        .collect();
    let patch = Patch::Merge(json!({ "spec": { "cancel": vms } }));
    let params = PatchParams::default();
    retrying(|| migrations.patch(&subject.name, &params, &patch)).await?;
    if plan.run_of(&uid).is_none() {
        // It may never begin; its deletion ends it.
        return Ok(());
    }
    // The Plan is a reconcile ahead of the Migration, which never learns how it ended when the plan is blocked by then, as
    // by a snapshot that is left on the source VM (Forklift, `pkg/controller/migration/validation.go`).
    Wait::new(cluster, plans, &name)
        .for_(format!("the end of the cancelled migration {}", subject.name))
        .at_most(timeouts.cancel)
        .fails_when(|plan: &Plan| blocked(plan.status.conditions()))
        .until(|plan: Option<&Plan>| {
            let ended = plan.is_some_and(|plan| plan.ending_of(&uid).is_some());
            ConditionState::from_bool(ended, || "its end, according to its plan".to_owned())
        })
        .await?;
    Ok(())
}

async fn archive(cluster: &Cluster, run: &RunId, subject: &ObjectSubject, timeouts: &Timeouts) -> Option<PlanTrace> {
    let namespace = subject.namespace.clone().unwrap_or_default();
    let plans: Api<Plan> = Api::namespaced(cluster.client.clone(), &namespace);
    let plan = match retrying(|| plans.get_opt(&subject.name)).await {
        Ok(plan) => plan?,
        Err(reason) => {
            tracing::warn!(plan = %subject, %reason, "could not read it before its deletion");
            return None;
        }
    };
    if !is_of(&plan, run) {
        return None;
    }
    let trace = PlanTrace {
        uid: plan.uid()?,
        namespaces: vec![namespace, plan.spec.target_namespace.clone()],
    };
    let patch = Patch::Merge(json!({ "spec": { "archived": true } }));
    let params = PatchParams::default();
    let patched = retrying(|| plans.patch(&subject.name, &params, &patch)).await;
    if let Err(reason) = patched {
        tracing::warn!(plan = %subject, %reason, "could not archive it before its deletion");
        return Some(trace);
    }
    let archived = Wait::new(cluster, plans, &subject.name)
        .for_(format!("the plan {} to be archived", subject.name))
        .at_most(timeouts.archive)
        .until(is_true(condition_types::ARCHIVED))
        .await;
    if let Err(reason) = archived {
        tracing::warn!(plan = %subject, %reason, "it was not archived before its deletion");
    }
    Some(trace)
}

fn is_of<K: ResourceExt>(object: &K, run: &RunId) -> bool {
    object
        .labels()
        .get(RUN_LABEL)
        .is_some_and(|found| found == run.as_str())
}

/// Traces of plans, also of those that are gone: from the VMs that were announced for them and from their own UIDs.
fn announced(entries: &[Entry]) -> Vec<PlanTrace> {
    entries
        .iter()
        .filter_map(|entry| match &entry.subject {
            Subject::Object(ObjectSubject {
                namespace: Some(namespace),
                proof: Proof::Label { key, value },
                ..
            }) if key == labels::PLAN => Some(PlanTrace {
                uid: value.clone(),
                namespaces: vec![namespace.clone()],
            }),
            Subject::Object(ObjectSubject {
                namespace: Some(namespace),
                kind,
                ..
            }) if kind == "Plan" => Some(PlanTrace {
                uid: entry.uid.clone()?,
                namespaces: vec![namespace.clone()],
            }),
            _ => None,
        })
        .collect()
}

fn merge(traces: Vec<PlanTrace>) -> Vec<PlanTrace> {
    let mut merged: Vec<PlanTrace> = Vec::new();
    for trace in traces {
        match merged.iter_mut().find(|known| known.uid == trace.uid) {
            Some(known) => known.namespaces.extend(trace.namespaces),
            None => merged.push(trace),
        }
    }
    for trace in &mut merged {
        trace.namespaces.sort();
        trace.namespaces.dedup();
    }
    merged
}

/// Objects of plans that were found.
#[derive(Debug, Default)]
pub(super) struct Remains {
    pub targets: Vec<Target>,
    pub unseen: Vec<Unseen>,
}

/// Objects of a plan that could not be listed: some may be left.
#[derive(Debug)]
pub(super) struct Unseen {
    plan: String,
    /// With the cluster, unless it is the hub.
    namespace: String,
    kind: &'static str,
    reason: String,
}

/// The objects of these plans whose kind has this rank, as they are now.
pub(super) async fn left_by_plans(clusters: &Clusters, plans: &[PlanTrace], rank: u8) -> Remains {
    let kinds = OF_A_PLAN.iter().filter(|(_, kind, _)| super::rank(kind) == rank);
    let questions = kinds.flat_map(|kind| plans.iter().map(move |plan| (kind, plan)));
    let questions = questions.flat_map(|(kind, plan)| {
        let namespaces = plan.namespaces.iter();
        let places = namespaces.flat_map(|namespace| clusters.iter().map(move |cluster| (cluster, namespace)));
        places.map(move |(cluster, namespace)| (cluster, namespace, kind, plan))
    });
    let answers = questions.map(async |(cluster, namespace, &(api_version, kind, plural), plan)| {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural);
        let api: Api<DynamicObject> = Api::namespaced_with(cluster.client.clone(), namespace, &resource);
        let listing = listing::list(&api, &labels::of_plan(&plan.uid)).await;
        (cluster, namespace, kind, resource, plan, listing)
    });
    let mut remains = Remains::default();
    for (cluster, namespace, kind, resource, plan, listing) in join_all(answers).await {
        match listing {
            Listing::Found(objects) => remains.targets.extend(objects.into_iter().map(|object| Target {
                uid: object.uid(),
                subject: ObjectSubject {
                    cluster: cluster.id.clone(),
                    api_version: resource.api_version.clone(),
                    kind: resource.kind.clone(),
                    plural: resource.plural.clone(),
                    namespace: Some(namespace.clone()),
                    name: object.name_any(),
                    proof: Proof::of_plan(&plan.uid),
                },
            })),
            Listing::Refused(refusal) => tracing::warn!(
                kind, %namespace, plan = plan.uid, cluster = %cluster.id,
                "objects that a plan left behind were not looked for: {}", refusal.reason()
            ),
            Listing::Failed(reason) => remains.unseen.push(Unseen {
                plan: plan.uid.clone(),
                namespace: cluster.id.locate(namespace),
                kind,
                reason,
            }),
        }
    }
    remains
}

/// One leftover for each plan and namespace, with the first reason.
pub(super) fn unseen_leftovers(unseen: Vec<Unseen>) -> Vec<Leftover> {
    let mut by_place: BTreeMap<(String, String), Vec<Unseen>> = BTreeMap::new();
    for unseen in unseen {
        let place = (unseen.plan.clone(), unseen.namespace.clone());
        by_place.entry(place).or_default().push(unseen);
    }
    let leftover = |((plan, namespace), unseen): ((String, String), Vec<Unseen>)| {
        let kinds: Vec<&str> = unseen.iter().map(|unseen| unseen.kind).collect();
        Some(Leftover {
            subject: format!(
                "objects of the plan with UID {plan} in {namespace} ({})",
                kinds.join(", ")
            ),
            reason: unseen.into_iter().next()?.reason,
        })
    };
    by_place.into_iter().filter_map(leftover).collect()
}
