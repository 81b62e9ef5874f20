//! A migration plan: from intention to a Plan that Forklift has judged.

use std::sync::Arc;

use forklift_api::forklift::{
    Condition, Conditions, NetworkMap, NetworkMapSpec, NetworkPair, ObjectRef, Plan, PlanMaps, PlanSpec, PlanVm,
    ProviderPair, StorageMap, StorageMapSpec, StoragePair,
};
use futures::FutureExt as _;
use k8s_openapi::NamespaceResourceScope;
use kube::{Api, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::conditions::{blockers, describe_all};
use super::intent::{Intent, NetworkMapping, StorageMapping};
use super::options::{PlanKind, PlanOptions};
use super::prepare::{PreparedVm, prepare};
use super::{Error, maps, networks};
use crate::cluster::condition::{ConditionExt, Verdict, is_true, observed};
use crate::cluster::tracked;
use crate::cluster::wait::Wait;
use crate::inventory::InventoryVm;
use crate::session::{Scenario, SourceProvider, names};

/// What is expected of a new plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// It becomes ready; a condition that blocks it is a failure.
    Ready,
    /// A condition blocks it; becoming ready is a failure.
    Refused,
}

/// A plan of a scenario: the Plan on the cluster and all that was prepared for it.
pub struct MigrationPlan {
    pub(super) scenario: Arc<Scenario>,
    pub(super) source: Arc<SourceProvider>,
    /// The Plan as it was when it had been judged.
    pub(super) plan: Plan,
    /// Its VMs.
    pub vms: Vec<PreparedVm>,
    /// Rows of its network map.
    pub networks: Vec<NetworkPair>,
    /// Rows of its storage map.
    pub storages: Vec<StoragePair>,
    /// Its options.
    pub options: PlanOptions,
}

impl MigrationPlan {
    /// Acts on the scenario's intention: prepares the VMs, creates networks, maps and the Plan, and waits until Forklift
    /// has judged it as expected.
    pub async fn prepare(
        scenario: &Arc<Scenario>,
        source: &Arc<SourceProvider>,
        intent: &Intent,
        kind: PlanKind,
        options: PlanOptions,
        expectation: Expectation,
    ) -> Result<Self, Error> {
        let wishes = Wishes::of(intent)?;
        let namespace = scenario.session.namespace().await?;
        let destination = scenario.session.destination().await?;
        let providers = ProviderPair {
            source: ObjectRef::new(&source.namespace, &source.name),
            destination: ObjectRef::new(destination.namespace().unwrap_or_default(), destination.name_any()),
        };
        let vms = prepare(scenario, source, &intent.vms).await?;
        let maker = Maker {
            scenario,
            source,
            namespace: &namespace,
            providers,
            expectation,
        };
        let inventory: Vec<_> = vms.iter().map(|vm| vm.inventory.clone()).collect();
        let networks = maker.network_pairs(wishes.networks, &inventory).await?;
        let storages = maker.storage_pairs(wishes.storages, &inventory).await?;
        let (network_map, storage_map) =
            tokio::try_join!(maker.network_map(networks.clone()), maker.storage_map(storages.clone()))?;
        let map_blocked = network_map.blocked || storage_map.blocked;
        let maps = PlanMaps {
            network: network_map.reference,
            storage: storage_map.reference,
        };
        let plan = maker.plan(kind, &options, maps, &vms).await?;
        let plan = maker.judged(plan, map_blocked).await?;
        Ok(Self {
            scenario: Arc::clone(scenario),
            source: Arc::clone(source),
            plan,
            vms,
            networks,
            storages,
            options,
        })
    }

    /// Name of the Plan.
    pub fn name(&self) -> String {
        self.plan.name_any()
    }

    /// The namespace that the VMs land in.
    pub fn target_namespace(&self) -> &str {
        &self.plan.spec.target_namespace
    }

    /// UID of the Plan, which labels everything that Forklift creates for it.
    pub fn uid(&self) -> String {
        self.plan.uid().unwrap_or_default()
    }

    /// Names of the VMs on the source.
    pub fn source_names(&self) -> Vec<String> {
        self.vms.iter().map(|vm| vm.source.name.clone()).collect()
    }

    /// The provider that the VMs come from.
    pub fn source(&self) -> &SourceProvider {
        &self.source
    }

    pub(super) fn api(&self) -> Api<Plan> {
        let namespace = self.plan.namespace().unwrap_or_default();
        Api::namespaced(self.scenario.session.cluster.client.clone(), &namespace)
    }
}

/// What a plan cannot do without.
struct Wishes<'a> {
    networks: &'a NetworkMapping,
    storages: &'a StorageMapping,
}

impl<'a> Wishes<'a> {
    fn of(intent: &'a Intent) -> Result<Self, Error> {
        if intent.vms.is_empty() {
            return Err(Error::NoVms);
        }
        let missing = |what| Error::NotMapped { what };
        Ok(Self {
            networks: intent.networks.as_ref().ok_or_else(|| missing("networks are mapped"))?,
            storages: intent.storages.as_ref().ok_or_else(|| missing("storage is mapped"))?,
        })
    }
}

/// Makes the objects of one plan.
struct Maker<'a> {
    scenario: &'a Scenario,
    source: &'a SourceProvider,
    namespace: &'a str,
    providers: ProviderPair,
    expectation: Expectation,
}

impl Maker<'_> {
    async fn network_pairs(&self, mapping: &NetworkMapping, vms: &[InventoryVm]) -> Result<Vec<NetworkPair>, Error> {
        let known = match mapping {
            NetworkMapping::FromInventory { .. } => Vec::new(),
            NetworkMapping::AsFollows(_) => self.source.inventory.networks().await?,
        };
        let needed = maps::attachments_needed(mapping, vms)?;
        let attachments = networks::create(self.scenario, self.namespace, needed).await?;
        Ok(maps::network_pairs(mapping, vms, &known, &attachments)?)
    }

    async fn storage_pairs(&self, mapping: &StorageMapping, vms: &[InventoryVm]) -> Result<Vec<StoragePair>, Error> {
        let known = match mapping {
            StorageMapping::FromInventory | StorageMapping::Class(_) => Vec::new(),
            StorageMapping::AsFollows(_) => self.source.inventory.storages().await?,
        };
        let default = &self.scenario.session.storage_class;
        Ok(maps::storage_pairs(mapping, vms, &known, default)?)
    }

    async fn network_map(&self, map: Vec<NetworkPair>) -> Result<JudgedMap, Error> {
        let provider = self.providers.clone();
        let map = NetworkMap::new(&names::unique(&self.source.base_name), NetworkMapSpec { map, provider });
        self.map(map, "network map", |map| map.status.conditions()).await
    }

    async fn storage_map(&self, map: Vec<StoragePair>) -> Result<JudgedMap, Error> {
        let provider = self.providers.clone();
        let map = StorageMap::new(&names::unique(&self.source.base_name), StorageMapSpec { map, provider });
        self.map(map, "storage map", |map| map.status.conditions()).await
    }

    /// Creates a map and waits until Forklift has judged it: ready, or blocked when the plan is to be refused anyway.
    async fn map<K: Kind>(
        &self,
        mut map: K,
        what: &str,
        conditions: fn(&K) -> &[Condition],
    ) -> Result<JudgedMap, Error> {
        map.meta_mut().namespace = Some(self.source.namespace.clone());
        let name = map.name_any();
        let is_blocked = move |map: &K| blocked(conditions(map));
        let work = async {
            tracked::create(self.scenario.scope(), map).await?;
            let wait = self.wait::<K>(&name, what);
            let ready = observed().and(is_true("Ready"));
            let judged = match self.expectation {
                Expectation::Ready => wait.fails_when(is_blocked).until(ready).await?,
                Expectation::Refused => {
                    let refused = move |map: Option<&K>| {
                        Verdict::of(map.and_then(is_blocked).is_some(), || {
                            "a condition that blocks it".to_owned()
                        })
                    };
                    wait.until(ready.or(refused)).await?
                }
            };
            Ok::<_, Error>(JudgedMap {
                reference: ObjectRef::new(&self.source.namespace, &name),
                blocked: is_blocked(&judged).is_some(),
            })
        };
        self.scenario
            .log
            .activity(format!("creating the {what} {name}"), work)
            .await
    }

    async fn plan(
        &self,
        kind: PlanKind,
        options: &PlanOptions,
        map: PlanMaps,
        vms: &[PreparedVm],
    ) -> Result<Plan, Error> {
        let spec = PlanSpec {
            provider: self.providers.clone(),
            map,
            target_namespace: self.namespace.to_owned(),
            vms: vms.iter().map(plan_vm).collect(),
            ..options.spec(kind)
        };
        let mut object = Plan::new(&names::flavoured(&self.source.base_name, kind.flavour()), spec);
        object.metadata.namespace = Some(self.source.namespace.clone());
        let title = format!("creating the plan {}", object.name_any());
        let created = tracked::create(self.scenario.scope(), object);
        Ok(self.scenario.log.activity(title, created).await?)
    }

    /// Waits until Forklift has judged the plan. With a map that is blocked, that alone is what the plan is refused for.
    async fn judged(&self, plan: Plan, map_blocked: bool) -> Result<Plan, Error> {
        let name = plan.name_any();
        let wait = self.wait::<Plan>(&name, "plan");
        let (title, judged) = match self.expectation {
            Expectation::Ready => {
                let ready = wait
                    .fails_when(|plan| blocked(plan.status.conditions()))
                    .until(observed().and(is_true("Ready")));
                (format!("waiting for the plan {name} to be ready"), ready.left_future())
            }
            Expectation::Refused => {
                let refused = wait
                    .for_(format!("the plan {name} to be refused"))
                    .fails_when(accepted)
                    .until(move |plan: Option<&Plan>| refused(plan, map_blocked));
                (
                    format!("waiting for the plan {name} to be refused"),
                    refused.right_future(),
                )
            }
        };
        Ok(self.scenario.log.activity(title, judged).await?)
    }

    fn wait<K: Kind>(&self, name: &str, what: &str) -> Wait<'_, K> {
        let cluster = &self.scenario.session.cluster;
        let api: Api<K> = Api::namespaced(cluster.client.clone(), &self.source.namespace);
        Wait::new(cluster, api, name)
            .for_(format!("the {what} {name} to be ready"))
            .at_most(self.scenario.session.settings.timeouts.plan_ready)
    }
}

/// A map that Forklift has judged.
struct JudgedMap {
    reference: ObjectRef,
    blocked: bool,
}

/// A kind of object that can be created and waited for.
trait Kind:
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
fn plan_vm(vm: &PreparedVm) -> PlanVm {
    PlanVm {
        id: Some(vm.inventory.id.0.clone()),
        name: Some(vm.inventory.name.clone()),
        target_name: vm.wanted.options.target_name.clone(),
        ..PlanVm::default()
    }
}

/// What blocks an object and will not pass.
fn blocked(conditions: &[Condition]) -> Option<String> {
    let blockers = blockers(conditions);
    (!blockers.is_empty()).then(|| describe_all(blockers))
}

fn accepted(plan: &Plan) -> Option<String> {
    plan.status
        .is_true("Ready")
        .then(|| "Forklift accepts it: it is ready".to_owned())
}

fn refused(plan: Option<&Plan>, map_blocked: bool) -> Verdict {
    let conditions = plan.map(|plan| plan.status.conditions()).unwrap_or_default();
    let by_a_map = map_blocked && conditions.iter().any(Condition::is_blocker);
    Verdict::of(by_a_map || blocked(conditions).is_some(), || {
        "a condition that blocks it (it has none)".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::super::intent::{VmOptions, WantedVm};
    use super::*;

    #[test]
    fn a_plan_needs_vms_and_both_maps() {
        let refused = |intent: &Intent| {
            Wishes::of(intent)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        };
        let mut intent = Intent::default();
        insta::assert_snapshot!(refused(&intent), @r#"the plan has no VMs; name them before the plan, with `a clone of the VM "..."` for instance"#);
        intent.vms.push(WantedVm {
            original: "a".into(),
            clone: true,
            options: VmOptions::default(),
        });
        insta::assert_snapshot!(refused(&intent), @"it is not said how networks are mapped; add `storage and networks are mapped from the inventory` before the plan");
        intent.networks = Some(NetworkMapping::FromInventory { per_nic: false });
        insta::assert_snapshot!(refused(&intent), @"it is not said how storage is mapped; add `storage and networks are mapped from the inventory` before the plan");
        intent.storages = Some(StorageMapping::FromInventory);
        assert_eq!(refused(&intent), "");
    }
}
