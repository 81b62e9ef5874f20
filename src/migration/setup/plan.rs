//! A migration plan: from intention to a Plan that Forklift has judged.

use std::sync::Arc;

use forklift_api::forklift::{NetworkPair, ObjectRef, Plan, PlanMaps, PlanSpec, ProviderPair, StoragePair};
use kube::{Api, ResourceExt};

use super::abilities;
use super::existing_vms;
use super::injections::{Injection, inject};
use super::intent::{Intent, NetworkMapping, StorageMapping};
use super::options::{PlanKind, PlanOptions};
use super::plan_builder::PlanBuilder;
use super::prepare::{PreparedVm, prepare};
use super::reserved::reserve;
use super::setting_leases;
use crate::{
    migration::Error,
    session::{Destination, Scenario, SourceProvider},
};

/// Expected readiness of a new plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// The plan becomes ready; a blocking condition is a failure.
    Ready,
    /// A condition blocks it; becoming ready is a failure.
    Refused,
}

/// A plan of a scenario: the Plan on the cluster and all that was prepared for it.
pub struct MigrationPlan {
    pub(in crate::migration) scenario: Arc<Scenario>,
    pub(in crate::migration) source: Arc<SourceProvider>,
    /// The Plan as it was when it had been judged.
    pub(in crate::migration) plan: Plan,
    /// VMs of the plan.
    pub vms: Vec<PreparedVm>,
    /// Rows of its network map.
    pub networks: Vec<NetworkPair>,
    /// Rows of its storage map.
    pub storages: Vec<StoragePair>,
    /// Options of the plan.
    pub options: PlanOptions,
    /// Cold or warm.
    pub kind: PlanKind,
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
        let wishes = Wishes::from_intent(intent)?;
        abilities::suffice(source, kind, intent)?;
        if let Some(option) = options.takes_reserved().filter(|_| !intent.reserves_node) {
            return Err(Error::NotReserved { option });
        }
        // What is awaited here is large; on the heap it leaves room on the stacks of small threads.
        Box::pin(setting_leases::take(scenario, &intent.settings)).await?;
        let namespace = Box::pin(scenario.target_namespace(intent.namespace.as_ref())).await?;
        let networks_namespace = match &intent.networks_namespace {
            Some(wanted) => Box::pin(scenario.namespace(wanted)).await?,
            None => namespace.clone(),
        };
        let reserved = if intent.reserves_node {
            Some(Box::pin(reserve(scenario)).await?)
        } else {
            None
        };
        let (destination, vms) = tokio::join!(
            Box::pin(scenario.destination_provider()),
            Box::pin(prepare(scenario, source, kind, intent))
        );
        let (destination, vms) = (destination?, vms?);
        let providers = ProviderPair {
            source: ObjectRef::new(&source.namespace, &source.name),
            destination: ObjectRef::new(destination.namespace().unwrap_or_default(), destination.name_any()),
        };
        Box::pin(existing_vms::create(scenario, &namespace, &intent.existing_vms, &vms)).await?;
        let maker = PlanBuilder {
            scenario,
            source,
            namespace: &namespace,
            networks_namespace: &networks_namespace,
            reserved,
            affinity: intent.affinity.as_ref(),
            providers,
            expectation,
        };
        let inventory: Vec<_> = vms.iter().map(|vm| vm.inventory.clone()).collect();
        let networks = Box::pin(maker.network_pairs(wishes.networks, &inventory)).await?;
        let storages = Box::pin(maker.storage_pairs(wishes.storages, &inventory)).await?;
        let (network_map, storage_map) = tokio::try_join!(
            Box::pin(maker.network_map(networks.clone())),
            Box::pin(maker.storage_map(storages.clone()))
        )?;
        let hooks = Box::pin(maker.hooks(&intent.hooks)).await?;
        let part_blocked = network_map.blocked || storage_map.blocked || hooks.blocked;
        let maps = PlanMaps {
            network: network_map.reference,
            storage: storage_map.reference,
        };
        let plan = Box::pin(maker.plan(kind, &options, maps, &vms, &hooks.references)).await?;
        let plan = Box::pin(maker.judged(plan, part_blocked)).await?;
        Ok(Self {
            scenario: Arc::clone(scenario),
            source: Arc::clone(source),
            plan,
            vms,
            networks,
            storages,
            options,
            kind,
        })
    }

    /// Asks the simulated lab for this, for the plan's VMs.
    ///
    /// # Errors
    /// The lab does not take it.
    pub async fn inject(&self, injection: Injection) -> Result<(), Error> {
        inject(&self.scenario, &[injection], &self.source_names()).await
    }

    /// Name of the Plan.
    pub fn name(&self) -> String {
        self.plan.name_any()
    }

    /// Specification of the Plan.
    pub fn spec(&self) -> &PlanSpec {
        &self.plan.spec
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

    /// Where the VMs land.
    pub fn destination(&self) -> &Destination {
        self.scenario.destination()
    }

    /// The provider that the VMs come from.
    pub fn source(&self) -> &SourceProvider {
        &self.source
    }

    /// The Plan as it was when it had been judged.
    pub fn as_judged(&self) -> &Plan {
        &self.plan
    }

    pub(in crate::migration) fn api(&self) -> Api<Plan> {
        let namespace = self.plan.namespace().unwrap_or_default();
        Api::namespaced(self.scenario.session.hub().client.clone(), &namespace)
    }
}

/// Checks the requirements of a plan.
struct Wishes<'a> {
    networks: &'a NetworkMapping,
    storages: &'a StorageMapping,
}

impl<'a> Wishes<'a> {
    fn from_intent(intent: &'a Intent) -> Result<Self, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::setup::intent::{VmOptions, WantedVm};

    #[test]
    fn a_plan_needs_vms_and_both_maps() {
        let refused = |intent: &Intent| {
            Wishes::from_intent(intent)
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
