//! A migration plan: from intention to a Plan that Forklift has judged.

use std::sync::Arc;

use forklift_api::forklift::{
    Conditions, NetworkMap, NetworkMapSpec, NetworkPair, ObjectRef, Plan, PlanMaps, PlanSpec, PlanVm, ProviderPair,
    StorageMap, StorageMapSpec, StoragePair,
};
use kube::{Api, ResourceExt};

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
        };
        let inventory: Vec<_> = vms.iter().map(|vm| vm.inventory.clone()).collect();
        let networks = maker.network_pairs(wishes.networks, &inventory).await?;
        let storages = maker.storage_pairs(wishes.storages, &inventory).await?;
        let (network_map, storage_map) =
            tokio::try_join!(maker.network_map(networks.clone()), maker.storage_map(storages.clone()))?;
        let maps = PlanMaps {
            network: network_map,
            storage: storage_map,
        };
        let plan = maker.plan(kind, &options, maps, &vms).await?;
        let plan = maker.judged(plan, expectation).await?;
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

    async fn network_map(&self, map: Vec<NetworkPair>) -> Result<ObjectRef, Error> {
        let provider = self.providers.clone();
        let mut object = NetworkMap::new(&names::unique(&self.source.base_name), NetworkMapSpec { map, provider });
        object.metadata.namespace = Some(self.source.namespace.clone());
        let name = object.name_any();
        let work = async {
            tracked::create(self.scenario.scope(), object).await?;
            self.wait::<NetworkMap>(&name, "network map")
                .fails_when(|map| blocked(map.status.conditions()))
                .until(observed().and(is_true("Ready")))
                .await?;
            Ok::<_, Error>(ObjectRef::new(&self.source.namespace, &name))
        };
        self.scenario
            .log
            .activity(format!("creating the network map {name}"), work)
            .await
    }

    async fn storage_map(&self, map: Vec<StoragePair>) -> Result<ObjectRef, Error> {
        let provider = self.providers.clone();
        let mut object = StorageMap::new(&names::unique(&self.source.base_name), StorageMapSpec { map, provider });
        object.metadata.namespace = Some(self.source.namespace.clone());
        let name = object.name_any();
        let work = async {
            tracked::create(self.scenario.scope(), object).await?;
            self.wait::<StorageMap>(&name, "storage map")
                .fails_when(|map| blocked(map.status.conditions()))
                .until(observed().and(is_true("Ready")))
                .await?;
            Ok::<_, Error>(ObjectRef::new(&self.source.namespace, &name))
        };
        self.scenario
            .log
            .activity(format!("creating the storage map {name}"), work)
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

    async fn judged(&self, plan: Plan, expectation: Expectation) -> Result<Plan, Error> {
        let name = plan.name_any();
        let title = match expectation {
            Expectation::Ready => format!("waiting for the plan {name} to be ready"),
            Expectation::Refused => format!("waiting for the plan {name} to be refused"),
        };
        let work = async {
            match expectation {
                Expectation::Ready => {
                    self.wait::<Plan>(&name, "plan")
                        .fails_when(|plan| blocked(plan.status.conditions()))
                        .until(observed().and(is_true("Ready")))
                        .await
                }
                Expectation::Refused => {
                    self.wait::<Plan>(&name, "plan")
                        .for_(format!("the plan {name} to be refused"))
                        .fails_when(accepted)
                        .until(refused)
                        .await
                }
            }
        };
        Ok(self.scenario.log.activity(title, work).await?)
    }

    fn wait<K>(&self, name: &str, what: &str) -> Wait<'_, K>
    where
        K: kube::Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope>
            + Clone
            + std::fmt::Debug
            + serde::Serialize
            + serde::de::DeserializeOwned
            + Send
            + Sync
            + 'static,
    {
        let cluster = &self.scenario.session.cluster;
        let api: Api<K> = Api::namespaced(cluster.client.clone(), &self.source.namespace);
        Wait::new(cluster, api, name)
            .for_(format!("the {what} {name} to be ready"))
            .at_most(self.scenario.session.settings.timeouts.plan_ready)
    }
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
fn blocked(conditions: &[forklift_api::forklift::Condition]) -> Option<String> {
    let blockers = blockers(conditions);
    (!blockers.is_empty()).then(|| describe_all(blockers))
}

fn accepted(plan: &Plan) -> Option<String> {
    plan.status
        .is_true("Ready")
        .then(|| "Forklift accepts it: it is ready".to_owned())
}

fn refused(plan: Option<&Plan>) -> Verdict {
    let blocked = plan.is_some_and(|plan| !blockers(plan.status.conditions()).is_empty());
    Verdict::of(blocked, || "a condition that blocks it (it has none)".to_owned())
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
