//! Makes the objects of a plan: networks, maps, the Plan; and waits for Forklift's judgement of each.

use std::collections::BTreeMap;

use forklift_api::forklift::condition_types::READY;
use forklift_api::forklift::{
    Condition, Conditions, HookRef, NetworkMap, NetworkMapSpec, NetworkPair, ObjectRef, Plan, PlanMaps, PlanSpec,
    PlanVm, ProviderPair, StorageMap, StorageMapSpec, StoragePair,
};
use futures::FutureExt as _;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::Affinity;
use kube::{Api, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::intent::{NetworkMapping, StorageMapping};
use super::options::{PlanKind, PlanOptions};
use super::plan::Expectation;
use super::prepare::PreparedVm;
use super::{maps, networks};
use crate::{
    cluster::{
        blockers::blocked,
        condition::{ConditionExt, ConditionState, is_true, observed},
        tracked,
        wait::Wait,
    },
    migration::Error,
    run::names,
    session::{Scenario, SourceProvider},
    source::InventoryVm,
};

/// Makes the objects of one plan.
pub(in crate::migration) struct PlanBuilder<'a> {
    pub(in crate::migration) scenario: &'a Scenario,
    pub(in crate::migration) source: &'a SourceProvider,
    pub(in crate::migration) namespace: &'a str,
    /// Namespace of created networks.
    pub(in crate::migration) networks_namespace: &'a str,
    /// Labels of the reserved node.
    pub(in crate::migration) reserved: Option<BTreeMap<String, String>>,
    pub(in crate::migration) affinity: Option<&'a Affinity>,
    pub(in crate::migration) providers: ProviderPair,
    pub(in crate::migration) expectation: Expectation,
}

impl PlanBuilder<'_> {
    /// The rows of the network map; creates the networks that they lead to.
    pub(in crate::migration) async fn network_pairs(
        &self,
        mapping: &NetworkMapping,
        vms: &[InventoryVm],
    ) -> Result<Vec<NetworkPair>, Error> {
        let known = match mapping {
            NetworkMapping::FromInventory { .. } => Vec::new(),
            NetworkMapping::AsFollows(_) => self.source.inventory.networks().await?,
        };
        let needed = maps::attachments_needed(mapping, vms)?;
        let attachments = networks::create(self.scenario, self.networks_namespace, needed).await?;
        Ok(maps::network_pairs(mapping, vms, &known, &attachments)?)
    }

    /// The rows of the storage map.
    pub(in crate::migration) async fn storage_pairs(
        &self,
        mapping: &StorageMapping,
        vms: &[InventoryVm],
    ) -> Result<Vec<StoragePair>, Error> {
        let known = match mapping {
            StorageMapping::FromInventory | StorageMapping::Class(_) => Vec::new(),
            StorageMapping::AsFollows(_) => self.source.inventory.storages().await?,
        };
        let destination = self.scenario.destination();
        if self.expectation == Expectation::Ready {
            destination.have_storage_classes(&mapping.classes()).await?;
        }
        Ok(maps::storage_pairs(mapping, vms, &known, &destination.storage_class)?)
    }

    /// Creates the network map.
    pub(in crate::migration) async fn network_map(&self, map: Vec<NetworkPair>) -> Result<Judged, Error> {
        let provider = self.providers.clone();
        let map = NetworkMap::new(&names::unique(&self.source.base_name), NetworkMapSpec { map, provider });
        self.judge(map, "network map", |map| map.status.conditions()).await
    }

    /// Creates the storage map.
    pub(in crate::migration) async fn storage_map(&self, map: Vec<StoragePair>) -> Result<Judged, Error> {
        let provider = self.providers.clone();
        let map = StorageMap::new(&names::unique(&self.source.base_name), StorageMapSpec { map, provider });
        self.judge(map, "storage map", |map| map.status.conditions()).await
    }

    /// Creates a map or a hook and waits until Forklift has judged it: ready, or blocked when the plan is to be refused
    /// anyway.
    pub(in crate::migration) async fn judge<K: Kind>(
        &self,
        mut object: K,
        what: &str,
        conditions: fn(&K) -> &[Condition],
    ) -> Result<Judged, Error> {
        object.meta_mut().namespace = Some(self.source.namespace.clone());
        let name = object.name_any();
        let is_blocked = move |object: &K| blocked(conditions(object));
        let work = async {
            tracked::create(self.scenario.session.hub(), self.scenario.scope(), object).await?;
            let wait = self.wait::<K>(&name, what);
            let ready = observed().and(is_true(READY));
            let judged = match self.expectation {
                Expectation::Ready => wait.fails_when(is_blocked).until(ready).await?,
                Expectation::Refused => {
                    let refused = move |object: Option<&K>| {
                        ConditionState::from_bool(object.and_then(is_blocked).is_some(), || {
                            "a condition that blocks it".to_owned()
                        })
                    };
                    wait.until(ready.or(refused)).await?
                }
            };
            Ok::<_, Error>(Judged {
                reference: ObjectRef::new(&self.source.namespace, &name),
                blocked: is_blocked(&judged).is_some(),
            })
        };
        self.scenario
            .log
            .activity(format!("creating the {what} {name}"), work)
            .await
    }

    /// Creates the Plan.
    pub(in crate::migration) async fn plan(
        &self,
        kind: PlanKind,
        options: &PlanOptions,
        map: PlanMaps,
        vms: &[PreparedVm],
        hooks: &[HookRef],
    ) -> Result<Plan, Error> {
        let spec = PlanSpec {
            provider: self.providers.clone(),
            map,
            target_namespace: self.namespace.to_owned(),
            vms: vms.iter().map(|vm| plan_vm(vm, hooks)).collect(),
            target_affinity: self.affinity.cloned(),
            ..options.spec(kind, self.reserved.as_ref())
        };
        let mut object = Plan::new(&names::flavoured(&self.source.base_name, kind.flavour()), spec);
        object.metadata.namespace = Some(self.source.namespace.clone());
        let title = format!("creating the plan {}", object.name_any());
        let created = tracked::create(self.scenario.session.hub(), self.scenario.scope(), object);
        Ok(self.scenario.log.activity(title, created).await?)
    }

    /// Waits until Forklift has judged the plan. With a map or hook that is blocked, that alone is what the plan is refused for.
    pub(in crate::migration) async fn judged(&self, plan: Plan, part_blocked: bool) -> Result<Plan, Error> {
        let name = plan.name_any();
        let wait = self.wait::<Plan>(&name, "plan");
        let (title, judged) = match self.expectation {
            Expectation::Ready => {
                let ready = wait
                    .fails_when(|plan: &Plan| blocked(plan.status.conditions()))
                    .until(observed().and(is_true(READY)));
                (format!("waiting for the plan {name} to be ready"), ready.left_future())
            }
            Expectation::Refused => {
                let refused = wait
                    .for_(format!("the plan {name} to be refused"))
                    .fails_when(accepted)
                    .until(move |plan: Option<&Plan>| refused(plan, part_blocked));
                (
                    format!("waiting for the plan {name} to be refused"),
                    refused.right_future(),
                )
            }
        };
        Ok(self.scenario.log.activity(title, judged).await?)
    }

    fn wait<K: Kind>(&self, name: &str, what: &str) -> Wait<'_, K> {
        let cluster = self.scenario.session.hub();
        let api: Api<K> = Api::namespaced(cluster.client.clone(), &self.source.namespace);
        Wait::new(cluster, api, name)
            .for_(format!("the {what} {name} to be ready"))
            .at_most(self.scenario.session.settings.timeouts.plan_ready)
            .advice(
                "see the log of the Deployment forklift-controller; where the cluster is merely slow, raise \
                 timeouts.plan_ready",
            )
    }
}

/// A map or a hook that Forklift has judged.
pub(in crate::migration) struct Judged {
    pub(in crate::migration) reference: ObjectRef,
    /// Whether a blocking condition is expected.
    pub(in crate::migration) blocked: bool,
}

/// A kind of object that can be created and waited for.
pub(in crate::migration) trait Kind:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + std::fmt::Debug
    + Serialize
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
}

impl<K> Kind for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + std::fmt::Debug
        + Serialize
        + DeserializeOwned
        + Send
        + Sync
        + 'static
{
}

/// The VM as the Plan names it: the id decides, the name is for people.
fn plan_vm(vm: &PreparedVm, hooks: &[HookRef]) -> PlanVm {
    PlanVm {
        id: Some(vm.inventory.id.0.clone()),
        name: Some(vm.inventory.name.clone()),
        target_name: vm.wanted.options.target_name.clone(),
        hooks: (!hooks.is_empty()).then(|| hooks.to_vec()),
        ..PlanVm::default()
    }
}

fn accepted(plan: &Plan) -> Option<String> {
    plan.status
        .is_true(READY)
        .then(|| "Forklift accepts it: it is ready".to_owned())
}

fn refused(plan: Option<&Plan>, part_blocked: bool) -> ConditionState {
    let conditions = plan.map(|plan| plan.status.conditions()).unwrap_or_default();
    let by_a_part = part_blocked && conditions.iter().any(Condition::is_blocker);
    ConditionState::from_bool(by_a_part || blocked(conditions).is_some(), || {
        "a condition that blocks it (it has none)".to_owned()
    })
}
