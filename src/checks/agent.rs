//! Observes whether the guest agent of a target VM is connected; a powered-off VM is started for the observation.

use std::time::Duration;

use forklift_api::kubevirt::{VirtualMachine, VirtualMachineInstance};
use kube::api::{Patch, PatchParams};
use kube::{Api, ResourceExt};
use serde_json::json;

use super::checked_vm::Agent;
use super::target::{printable_status, run_strategy};
use crate::cluster::condition::{ConditionState, is_true};
use crate::cluster::retrying;
use crate::cluster::wait::{self, Wait};
use crate::migration::Error;
use crate::session::Scenario;

/// Condition of a connected agent (KubeVirt, `virt-handler`).
const CONNECTED: &str = "AgentConnected";

/// Waits for the agent of the VM at most so long.
pub(super) async fn observe(scenario: &Scenario, vm: &VirtualMachine, at_most: Duration) -> Result<Agent, Error> {
    let switch = |strategy| power(scenario, vm, strategy);
    while_on(&run_strategy(vm), switch, awaited(scenario, vm, at_most)).await
}

/// Observes a VM of this run strategy while it is running.
async fn while_on<T, S>(
    strategy: &str,
    switch: impl Fn(&'static str) -> S,
    look: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error>
where
    S: Future<Output = Result<(), Error>>,
{
    let starts = strategy == "Halted";
    if starts {
        switch("Always").await?;
    }
    let seen = look.await;
    if starts {
        switch("Halted").await?;
    }
    seen
}

async fn awaited(scenario: &Scenario, vm: &VirtualMachine, at_most: Duration) -> Result<Agent, Error> {
    let (cluster, name) = (&scenario.destination().cluster, vm.name_any());
    let namespace = vm.namespace().unwrap_or_default();
    let instances: Api<VirtualMachineInstance> = Api::namespaced(cluster.client.clone(), &namespace);
    let wait = Wait::new(cluster, instances, &name)
        .for_(format!("the guest agent of the target VM {name}"))
        .at_most(at_most)
        .until(is_true(CONNECTED));
    let title = format!("waiting for the guest agent of the target VM {name}");
    match scenario.log.activity(title, wait).await {
        Ok(_) => Ok(Agent::Connected),
        Err(wait::Error::TimedOut { deadline, .. }) => Ok(Agent::Silent(format!(
            "no condition {CONNECTED} of VirtualMachineInstance {namespace}/{name} after {deadline}"
        ))),
        Err(error) => Err(error.into()),
    }
}

/// Switches the VM and waits until it has got there; where that takes too long the checks go on with what they see.
async fn power(scenario: &Scenario, vm: &VirtualMachine, strategy: &str) -> Result<(), Error> {
    let cluster = &scenario.destination().cluster;
    let (name, namespace) = (vm.name_any(), vm.namespace().unwrap_or_default());
    let vms: Api<VirtualMachine> = Api::namespaced(cluster.client.clone(), &namespace);
    let change = json!({"spec": {"runStrategy": strategy}});
    let patch = Patch::Merge(&change);
    let params = PatchParams::default();
    let switched = retrying(|| vms.patch(&name, &params, &patch)).await;
    switched.map_err(|source| Error::Switch {
        vm: format!("{namespace}/{name}"),
        source: Box::new(source),
    })?;
    let goal = if strategy == "Halted" { "Stopped" } else { "Running" };
    let there = move |vm: Option<&VirtualMachine>| {
        let status = vm.map(printable_status).unwrap_or_default();
        ConditionState::from_bool(status == goal, || format!("status {goal} (it is \"{status}\")"))
    };
    let verb = if strategy == "Halted" { "stopping" } else { "starting" };
    let wait = Wait::new(cluster, vms, &name)
        .for_(format!("the target VM {name} to be {goal}"))
        .at_most(scenario.session.settings.timeouts.vm_running)
        .until(there);
    match scenario
        .log
        .activity(format!("{verb} the target VM {name} for its guest agent"), wait)
        .await
    {
        Ok(_) | Err(wait::Error::TimedOut { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[tokio::test]
    async fn a_vm_that_was_off_is_off_again_whatever_was_seen() {
        for (strategy, answers, expected) in [
            ("Halted", true, vec!["Always", "look", "Halted"]),
            ("Halted", false, vec!["Always", "look", "Halted"]),
            ("Always", true, vec!["look"]),
        ] {
            let story = RefCell::new(Vec::new());
            let tell = |what| story.borrow_mut().push(what);
            let look = async {
                tell("look");
                answers.then_some(()).ok_or(Error::NoVms)
            };
            let switch = async |strategy| {
                tell(strategy);
                Ok(())
            };
            let seen = while_on(strategy, switch, look).await;
            assert_eq!(seen.is_ok(), answers);
            assert_eq!(story.into_inner(), expected, "{strategy} {answers}");
        }
    }
}
