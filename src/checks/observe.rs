//! Observes migrated VMs: the current source VM, and the target VM in its final state.

use std::collections::BTreeSet;

use forklift_api::forklift::{Plan, TargetPowerState, labels};
use forklift_api::kubevirt::VirtualMachine;
use futures::future::join_all;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::api::ListParams;
use kube::{Api, ResourceExt};

use super::Need;
use super::checked_vm::{Agent, CheckedVm, TlsSetting, WantedPower};
use super::planned::{Placement, Planned};
use super::remnants::Search;
use super::target::{TargetVm, printable_status, run_strategy};
use super::{agent, tls};
use crate::cluster::condition::ConditionState;
use crate::cluster::retrying;
use crate::cluster::wait::{self, Wait};
use crate::migration::{Error, MigratedVm, MigrationPlan, PreparedVm};
use crate::session::Scenario;
use crate::source::Power;

/// A migrated VM, or the name of one that has not arrived.
pub enum Observation {
    /// The target VM exists.
    Arrived(Box<CheckedVm>),
    /// There is no target VM for the VM of this name.
    Missing(String),
}

/// What is looked at besides the VMs before their migration, the target VMs and the plan.
#[derive(Debug, Clone)]
pub struct Extent {
    /// What the checks need.
    pub needs: BTreeSet<Need>,
    /// Which guest agents are awaited where a check needs them.
    pub agents: Agents,
}

impl Extent {
    fn has(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }
}

/// Which guest agents are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agents {
    /// Agents of VMs with the option `guest agent`.
    Wanted,
    /// All.
    All,
}

/// All VMs of the plan.
pub async fn observe(scenario: &Scenario, plan: &MigrationPlan, extent: Extent) -> Result<Vec<Observation>, Error> {
    let target_vms = plan.target_vms().await?;
    let settled = join_all(target_vms.iter().map(|migrated| settled(scenario, plan, migrated))).await;
    let hub = &scenario.session.hub().client;
    let tls = if extent.has(Need::TlsSetting) {
        let tls = tls::read(hub, plan.source()).await;
        Some(tls.map_err(|error| plan.unreadable("provider", error))?)
    } else {
        None
    };
    let claims = if extent.has(Need::Claims) || extent.has(Need::Leftovers) {
        claims(plan).await?
    } else {
        Vec::new()
    };
    let now = if extent.has(Need::Leftovers) {
        plan.read_again().await?
    } else {
        None
    };
    let around = Surroundings {
        scenario,
        plan,
        extent,
        now,
        claims,
        tls,
    };
    let observations = target_vms.iter().zip(settled).map(|(migrated, target)| {
        let around = &around;
        async move {
            Ok(match target? {
                Some(target) => Observation::Arrived(Box::new(around.subject(migrated.vm, &target).await?)),
                None => Observation::Missing(migrated.vm.source.name.clone()),
            })
        }
    });
    join_all(observations).await.into_iter().collect()
}

/// Facts shared by the VMs of a plan.
struct Surroundings<'a> {
    scenario: &'a Scenario,
    plan: &'a MigrationPlan,
    extent: Extent,
    /// The Plan where leftovers are looked for, unless it has been deleted.
    now: Option<Plan>,
    claims: Vec<PersistentVolumeClaim>,
    tls: Option<TlsSetting>,
}

impl Surroundings<'_> {
    async fn subject(&self, vm: &PreparedVm, target: &VirtualMachine) -> Result<CheckedVm, Error> {
        let (session, plan) = (&self.scenario.session, self.plan);
        let source_now = if self.extent.has(Need::SourceNow) || self.extent.has(Need::Leftovers) {
            plan.source().platform.describe(&vm.source.id).await?
        } else {
            None
        };
        let leftovers = match &self.now {
            _ if !self.extent.has(Need::Leftovers) => Err("no check asks for it".to_owned()),
            now => {
                let search = Search {
                    hub: session.hub(),
                    destination: &plan.destination().cluster,
                    at_most: session.settings.timeouts.deletion,
                    plan: now.as_ref().unwrap_or(plan.as_judged()),
                    is_deleted: now.is_none(),
                    namespace: plan.target_namespace(),
                };
                let now = source_now.iter();
                let snapshots = now.flat_map(|now| plan.snapshots_of_mtv(now, &vm.source));
                search.of(&vm.inventory.id.0, snapshots, &self.claims).await?
            }
        };
        let planned = Planned::new(plan, vm);
        let placement = if self.extent.has(Need::Placement) {
            Placement::observe(self.scenario, &planned, target).await
        } else {
            Ok(Placement::default())
        };
        Ok(CheckedVm {
            platform: plan.source().platform.descriptor(),
            source: vm.source.clone(),
            source_now,
            target: TargetVm::new(target, &self.claims),
            wanted_power: wanted_power(
                plan.options.target_power_state,
                vm.source.power,
                vm.wanted.options.power,
            ),
            networks: plan.networks.clone(),
            storages: plan.storages.clone(),
            planned,
            placement: placement.map_err(|error| plan.unreadable("target VMs and nodes", error))?,
            openshift: plan.destination().versions().openshift.clone(),
            tls: self.tls.clone(),
            agent: self.agent(vm, target).await?,
            leftovers,
        })
    }

    async fn agent(&self, vm: &PreparedVm, target: &VirtualMachine) -> Result<Agent, Error> {
        let options = &vm.wanted.options;
        let asked = match self.extent.agents {
            Agents::Wanted => options.guest_agent == Some(true),
            Agents::All => options.guest_agent != Some(false),
        };
        if !asked || !self.extent.has(Need::GuestAgent) {
            return Ok(Agent::NotAsked);
        }
        let usual = self.scenario.session.settings.timeouts.guest_agent;
        agent::observe(self.scenario, target, options.guest_agent_timeout.unwrap_or(usual)).await
    }
}

/// The power state that the plan requests, or else the option of the clone.
fn wanted_power(plan: Option<TargetPowerState>, source: Power, clone: Option<Power>) -> Option<WantedPower> {
    let said = |power, option| Some(WantedPower { power, option });
    match plan {
        Some(TargetPowerState::On) => said(Power::On, "target power state"),
        Some(TargetPowerState::Off) => said(Power::Off, "target power state"),
        // As the source was before the migration.
        Some(TargetPowerState::Auto) => said(source, "target power state"),
        None => clone.and_then(|power| said(power, "power")),
    }
}

/// The target VM once it is where its run strategy leads to, or as it is when the deadline has passed: what is wrong then
/// is for the checks to say.
async fn settled(
    scenario: &Scenario,
    plan: &MigrationPlan,
    migrated: &MigratedVm<'_>,
) -> Result<Option<VirtualMachine>, Error> {
    let Some(target) = &migrated.target else {
        return Ok(None);
    };
    if settles(Some(target)).holds() {
        return Ok(Some(target.clone()));
    }
    let name = target.name_any();
    let vms: Api<VirtualMachine> = target_api(plan);
    let wait = Wait::new(&plan.destination().cluster, vms.clone(), &name)
        .for_(format!("the target VM {name} to settle"))
        .at_most(scenario.session.settings.timeouts.vm_running)
        .until(settles);
    let title = format!("waiting for the target VM {name} to settle");
    match scenario.log.activity(title, wait).await {
        Ok(settled) => Ok(Some(settled)),
        Err(wait::Error::TimedOut { .. }) => {
            let now = retrying(|| vms.get_opt(&name)).await;
            now.map_err(|error| plan.unreadable("target VMs", error))
        }
        Err(error) => Err(error.into()),
    }
}

fn settles(vm: Option<&VirtualMachine>) -> ConditionState {
    let Some(vm) = vm else {
        return ConditionState::Not(vec!["the VM".to_owned()]);
    };
    let (strategy, status) = (run_strategy(vm), printable_status(vm));
    let goal = match strategy.as_str() {
        "Halted" => "Stopped",
        "Always" | "RerunOnFailure" | "Once" => "Running",
        // Manual: the state that a user left.
        _ => return ConditionState::Holds,
    };
    ConditionState::from_bool(status == goal, || {
        format!("status {goal} (it is \"{status}\"), which is where the run strategy {strategy} leads to")
    })
}

/// The claims that Forklift made for the plan; they carry its label.
async fn claims(plan: &MigrationPlan) -> Result<Vec<PersistentVolumeClaim>, Error> {
    let claims: Api<PersistentVolumeClaim> = target_api(plan);
    let labelled = ListParams::default().labels(&labels::of_plan(&plan.uid()));
    let found = retrying(|| claims.list(&labelled)).await;
    found
        .map(|list| list.items)
        .map_err(|error| plan.unreadable("claims", error))
}

fn target_api<K>(plan: &MigrationPlan) -> Api<K>
where
    K: kube::Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope>,
{
    Api::namespaced(plan.destination().cluster.client.clone(), plan.target_namespace())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_plan_says_how_a_vm_is_powered_before_its_clone_does() {
        use TargetPowerState as Plan;
        for (plan, source, clone, expected) in [
            (Some(Plan::On), Power::Off, Some(Power::Off), Some(Power::On)),
            (Some(Plan::Off), Power::On, Some(Power::On), Some(Power::Off)),
            (Some(Plan::Auto), Power::On, None, Some(Power::On)),
            (Some(Plan::Auto), Power::Off, None, Some(Power::Off)),
            (None, Power::On, Some(Power::Off), Some(Power::Off)),
            (None, Power::On, None, None),
        ] {
            let wanted = wanted_power(plan, source, clone).map(|wanted| wanted.power);
            assert_eq!(wanted, expected, "{plan:?} {source:?} {clone:?}");
        }
    }

    #[test]
    fn a_vm_settles_where_its_run_strategy_leads_to() {
        let cases = [
            ("Always", "Running", true),
            ("Always", "Stopped", false),
            ("Always", "Starting", false),
            ("Halted", "Stopped", true),
            ("Halted", "Stopping", false),
            ("Manual", "Stopped", true),
        ];
        for (strategy, status, expected) in cases {
            let vm = json!({
                "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "metadata": {"name": "a"},
                "spec": {"runStrategy": strategy, "template": {}}, "status": {"printableStatus": status},
            });
            let vm: VirtualMachine = serde_json::from_value(vm).expect("a VM");
            assert_eq!(settles(Some(&vm)).holds(), expected, "{strategy} {status}");
        }
    }
}
