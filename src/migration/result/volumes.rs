//! Remaining volumes of a plan.

use std::fmt::Debug;

use forklift_api::cdi::DataVolume;
use forklift_api::forklift::labels;
use futures::future::join_all;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::api::ListParams;
use kube::{Api, Resource, ResourceExt};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error as ThisError;

use crate::{
    cleanup,
    cluster::{
        retrying,
        wait::{self, Wait},
    },
    events::explain,
    journal::ObjectSubject,
    migration::{Error, setup::MigrationPlan},
};

/// Volumes that should be gone.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("{number} of the plan's volumes remain in the namespace {namespace}\n  {list}", list = .volumes.join("\n  "), number = .volumes.len())]
pub struct RemainingVolumes {
    namespace: String,
    /// Each with the reason for its being there.
    volumes: Vec<String>,
}

impl MigrationPlan {
    /// Checks that no volume of the plan remains, nor a temporary one that populated another. VMs that MTV left on the target
    /// hold theirs, so they are deleted first.
    pub async fn no_volume_remains(&self) -> Result<(), Error> {
        self.delete_target_vms().await?;
        let claims = self.claims().await?;
        let volumes: Vec<DataVolume> = self.labelled(&self.target_api(), "DataVolumes").await?;
        let gone = async {
            let (claims, volumes) = tokio::join!(
                join_all(claims.iter().map(|claim| self.remains(claim))),
                join_all(volumes.iter().map(|volume| self.remains(volume))),
            );
            let mut remaining = Vec::new();
            for remains in claims.into_iter().chain(volumes) {
                remaining.extend(remains?);
            }
            if remaining.is_empty() {
                Ok(())
            } else {
                Err(Error::Volumes(RemainingVolumes {
                    namespace: self.target_namespace().to_owned(),
                    volumes: remaining,
                }))
            }
        };
        let title = format!("waiting for the volumes of the plan {} to go", self.name());
        self.scenario.log.activity(title, gone).await
    }

    async fn delete_target_vms(&self) -> Result<(), Error> {
        let target_vms = self.target_vms().await?;
        let (session, cluster) = (&self.scenario.session, &self.destination().cluster);
        for machine in target_vms.into_iter().filter_map(|migrated| migrated.target) {
            let name = machine.name_any();
            let subject = ObjectSubject::target_vm(cluster.id.clone(), self.target_namespace(), &name, &self.uid());
            let limit = session.settings.timeouts.deletion;
            let deleted = cleanup::remove(cluster, &session.identity.run, subject, machine.uid(), limit);
            let title = format!("deleting the VM \"{name}\" on the target");
            let deleted = self.scenario.log.activity(title, deleted).await;
            deleted.map_err(|source| Error::TargetVm { vm: name, source })?;
        }
        Ok(())
    }

    async fn claims(&self) -> Result<Vec<PersistentVolumeClaim>, Error> {
        let api = self.target_api();
        let claims = self.labelled(&api, "PersistentVolumeClaims").await?;
        let all = self
            .list(&api, &ListParams::default(), "PersistentVolumeClaims")
            .await?;
        Ok(with_primes(claims, all))
    }

    async fn labelled<K: Volume>(&self, api: &Api<K>, what: &'static str) -> Result<Vec<K>, Error> {
        let labelled = ListParams::default().labels(&labels::of_plan(&self.uid()));
        self.list(api, &labelled, what).await
    }

    async fn list<K: Volume>(&self, api: &Api<K>, which: &ListParams, what: &'static str) -> Result<Vec<K>, Error> {
        let found = retrying(|| api.list(which)).await.map_err(|source| Error::Observe {
            what,
            plan: self.name(),
            source: Box::new(source),
        })?;
        Ok(found.items)
    }

    fn target_api<K: Volume>(&self) -> Api<K> {
        Api::namespaced(self.destination().cluster.client.clone(), self.target_namespace())
    }

    /// Waits until the volume is gone; if it stays, what it is and why.
    async fn remains<K: Volume>(&self, volume: &K) -> Result<Option<String>, Error> {
        let name = volume.name_any();
        let what = format!("{} {name}", K::kind(&()));
        let session = &self.scenario.session;
        let waited = Wait::new(&self.destination().cluster, self.target_api::<K>(), &name)
            .for_(format!("the end of the {what}"))
            .at_most(session.settings.timeouts.deletion)
            .of_uid(volume.uid().unwrap_or_default())
            .until_gone()
            .await;
        match waited {
            Ok(()) => Ok(None),
            Err(wait::Error::TimedOut { .. }) => {
                let why = self.why_it_stays::<K>(&name).await;
                Ok(why.map(|why| format!("{what}: {why}")))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Why a volume is still there; nothing when it has just gone.
    async fn why_it_stays<K: Volume>(&self, name: &str) -> Option<String> {
        let api = self.target_api::<K>();
        let found = match retrying(|| api.get_opt(name)).await {
            Ok(found) => found?,
            Err(error) => return Some(format!("it could not be looked at: {}", explain(&error))),
        };
        if found.meta().deletion_timestamp.is_none() {
            return Some("nobody has deleted it".to_owned());
        }
        let (pods, all): (Api<Pod>, _) = (self.target_api(), ListParams::default());
        let pods = retrying(|| pods.list(&all)).await;
        let users: Vec<String> = pods
            .into_iter()
            .flat_map(|list| list.items)
            .filter(|pod| uses(pod, name))
            .map(|pod| {
                let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
                format!("the pod {} ({})", pod.name_any(), phase.unwrap_or_default())
            })
            .collect();
        let finalizers = found.finalizers().join(", ");
        Some(if users.is_empty() {
            format!("it was deleted and waits for the finalizers {finalizers}")
        } else {
            format!("it was deleted, but {} still has it", users.join(", "))
        })
    }
}

/// The plan's claims, and those that CDI fills in their place: they have an owner instead of a label.
fn with_primes(mut claims: Vec<PersistentVolumeClaim>, all: Vec<PersistentVolumeClaim>) -> Vec<PersistentVolumeClaim> {
    let owners: Vec<Option<String>> = claims.iter().map(ResourceExt::uid).collect();
    let fills_one = |claim: &PersistentVolumeClaim| {
        let mut owned = claim.owner_references().iter();
        owned.any(|owner| owners.contains(&Some(owner.uid.clone())))
    };
    claims.extend(all.into_iter().filter(fills_one));
    claims
}

/// A kind of volume, and what uses volumes.
trait Volume:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + Debug
    + Serialize
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
}

impl Volume for DataVolume {}
impl Volume for PersistentVolumeClaim {}
impl Volume for Pod {}

fn uses(pod: &Pod, claim: &str) -> bool {
    let volumes = pod.spec.iter().flat_map(|spec| spec.volumes.iter().flatten());
    let mut claims = volumes.filter_map(|volume| volume.persistent_volume_claim.as_ref());
    claims.any(|used| used.claim_name == claim)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_that_fill_those_of_the_plan_belong_to_them() {
        let claim = |name: &str, owner: Option<&str>| -> PersistentVolumeClaim {
            let reference = |uid| json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": "x", "uid": uid});
            let owners: Vec<_> = owner.into_iter().map(reference).collect();
            let metadata = json!({"name": name, "uid": format!("uid of {name}"), "ownerReferences": owners});
            serde_json::from_value(json!({"metadata": metadata})).expect("a claim")
        };
        let ours = [claim("a", None), claim("b", None)];
        let others = [
            claim("prime of a", Some("uid of a")),
            claim("prime of b", Some("uid of b")),
            claim("prime of another", Some("uid of another")),
            claim("another", None),
        ];
        let all = ours.iter().cloned().chain(others).collect();
        let found = with_primes(ours.to_vec(), all);
        let names: Vec<String> = found.iter().map(ResourceExt::name_any).collect();
        assert_eq!(names, ["a", "b", "prime of a", "prime of b"]);
    }
}
