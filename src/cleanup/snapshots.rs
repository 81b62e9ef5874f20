//! Removes what warm migrations left on VMs that are not ours. MTV removes the snapshot of a migration that is cancelled, but
//! not one whose making it had not seen the end of (Forklift, `pkg/controller/plan/migration.go`: `removeLastWarmSnapshot`).

use std::time::Duration;

use forklift_api::forklift::{Plan, PlanVm};
use futures::future::join_all;
use kube::{Api, api::ListParams};
use sim_clock::timeout;

use super::{Endpoints, Leftover, deletion::Stuck, teardown::note};
use crate::{
    cluster::{Cluster, Clusters, retrying},
    events::explain,
    journal::{Entry, Scope, Subject},
    source::{self, Snapshot, SourceVm},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Removes the snapshots that the entries tell of. `limit` is for one VM.
pub(super) async fn snapshots(
    scope: &Scope,
    clusters: &Clusters,
    platforms: &dyn Endpoints,
    entries: &[Entry],
    limit: Duration,
) -> Vec<Leftover> {
    let announced = entries.iter().filter_map(|entry| match &entry.subject {
        Subject::Snapshots { provider, vm } => Some((entry, provider, vm)),
        Subject::Object(_) | Subject::SourceVm { .. } | Subject::Setting(_) | Subject::NodeLabel(_) => None,
    });
    let removals = announced.map(|(entry, provider, vm)| async move {
        let removed = match timeout(limit, remove(clusters, platforms, provider, vm)).await {
            Ok(removed) => removed.map_err(|error| Stuck(format!("removing them failed: {}", explain(error.as_ref())))),
            Err(_) => Err(Stuck("removing them took too long".to_owned())),
        };
        note(scope, Some(entry.id), entry.subject.to_string(), removed).await
    });
    join_all(removals).await.into_iter().flatten().collect()
}

async fn remove(clusters: &Clusters, platforms: &dyn Endpoints, provider: &str, vm: &str) -> Result<(), Failure> {
    let platform = platforms.platform(provider).await?;
    match platform.find(vm).await {
        // By now our own plans are gone.
        Ok(vm) if is_migrating(clusters.hub(), &vm).await? => Ok(()),
        Ok(vm) => match platform.descriptor().precopy_snapshot() {
            Some(name) => Ok(platform.remove_snapshots(&vm.id, name).await?),
            None => Ok(()),
        },
        Err(source::Error::NoSuchVm { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether a running plan copies this VM, and therefore needs its snapshots.
async fn is_migrating(hub: &Cluster, vm: &SourceVm) -> Result<bool, kube::Error> {
    let plans: Api<Plan> = Api::all(hub.client.clone());
    let all = ListParams::default();
    let plans = retrying(|| plans.list(&all)).await?;
    let names = |wanted: &PlanVm| wanted.id.as_deref() == Some(&vm.id.0) || wanted.name.as_deref() == Some(&vm.name);
    let mut running = plans.iter().filter(|plan| plan.is_executing());
    Ok(running.any(|plan| plan.spec.vms.iter().any(names)))
}

/// Number of snapshots of MTV on the VM.
pub(super) async fn count(platforms: &dyn Endpoints, provider: &str, vm: &str) -> Result<usize, Failure> {
    let platform = platforms.platform(provider).await?;
    let name = platform.descriptor().precopy_snapshot();
    match platform.find(vm).await {
        Ok(vm) => {
            let of_mtv = |snapshot: &&Snapshot| Some(snapshot.name.as_str()) == name;
            Ok(vm.snapshots.iter().filter(of_mtv).count())
        }
        Err(source::Error::NoSuchVm { .. }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}
