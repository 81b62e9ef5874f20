//! Prepares the VMs of a plan: clones, power, and the inventory's agreement.

use futures::future::join_all;

use super::extras;
use super::injections::inject;
use super::intent::{Extras, Intent, VmOptions, WantedVm};
use super::options::PlanKind;
use crate::migration::Error;
use crate::{
    inventory::wait_for,
    journal::Subject,
    run::names,
    session::{Scenario, SourceProvider},
    source::{CloneRequest, InventoryVm, Power, Provisioning, SourceVm},
};

/// A VM that is ready to be migrated.
#[derive(Debug, Clone)]
pub struct PreparedVm {
    /// Options of the scenario for the VM.
    pub wanted: WantedVm,
    /// The VM as it is just before the migration.
    pub source: SourceVm,
    /// The same as Forklift sees it.
    pub inventory: InventoryVm,
}

impl PreparedVm {
    /// The name that the VM is going to have on the target.
    pub fn target_name(&self) -> String {
        match &self.wanted.options.target_name {
            Some(name) => name.clone(),
            None => target_name(&self.source.name),
        }
    }
}

/// Forklift keeps a name that is a DNS-1123 subdomain and changes any other one
/// (`changeVmNameDNS1123`, `pkg/controller/plan/kubevirt.go`).
fn target_name(source: &str) -> String {
    let label = |label: &str| {
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty() && label.chars().all(inside) && !label.starts_with('-') && !label.ends_with('-')
    };
    if source.split('.').all(label) && source.len() <= 253 {
        source.to_owned()
    } else {
        names::sanitise(source)
    }
}

/// Prepares all VMs side by side.
///
/// All of them are seen to their end also when one fails, or when the run is interrupted: a clone that is abandoned half
/// way would appear on the platform after the teardown has looked for it.
pub async fn prepare(
    scenario: &Scenario,
    source: &SourceProvider,
    kind: PlanKind,
    intent: &Intent,
) -> Result<Vec<PreparedVm>, Error> {
    let names: Vec<String> = intent.vms.iter().map(|vm| source_name(scenario, kind, vm)).collect();
    inject(scenario, &intent.injections, &names).await?;
    let vms = intent.vms.iter().zip(names);
    let extras = &intent.every_clone;
    let prepared = join_all(vms.map(|(vm, name)| prepare_one(scenario, source, kind, vm, name, extras))).await;
    prepared.into_iter().collect()
}

async fn prepare_one(
    scenario: &Scenario,
    source: &SourceProvider,
    kind: PlanKind,
    wanted: &WantedVm,
    name: String,
    every_clone: &Extras,
) -> Result<PreparedVm, Error> {
    // Named one by one, so that an option that nothing applies does not compile.
    let VmOptions {
        power: wanted_power,
        disk_type,
        // The name of the clone.
        name: _,
        keep_name_format: _,
        // Applied by the Plan.
        target_name: _,
        // Applied by the checks.
        guest_agent: _,
        guest_agent_timeout: _,
    } = &wanted.options;
    let vm = if wanted.clone {
        let vm = clone(scenario, source, kind, wanted, *disk_type, name).await?;
        extras::add(scenario, source, &vm, every_clone).await?;
        refresh(source, vm).await?
    } else {
        source.platform.find(&wanted.original).await?
    };
    let vm = power(scenario, source, *wanted_power, vm).await?;
    let title = format!("waiting for the inventory to show \"{}\" as it is", vm.name);
    let at_most = scenario.session.settings.timeouts.inventory;
    let agreement = wait_for(scenario.session.hub(), &source.inventory, &vm, at_most);
    let inventory = scenario.log.activity(title, agreement).await?;
    Ok(PreparedVm {
        wanted: wanted.clone(),
        source: vm,
        inventory,
    })
}

async fn clone(
    scenario: &Scenario,
    source: &SourceProvider,
    kind: PlanKind,
    wanted: &WantedVm,
    disk_type: Option<Provisioning>,
    name: String,
) -> Result<SourceVm, Error> {
    let session = &scenario.session;
    let subject = Subject::SourceVm {
        provider: source.key.clone(),
        name: name.clone(),
    };
    let journal = |error| Error::Journal {
        what: format!("the clone \"{name}\""),
        source: error,
    };
    let entry = scenario.scope().intend(subject).await.map_err(journal)?;
    let request = CloneRequest {
        name: name.clone(),
        run: session.identity.run.to_string(),
        disk_type,
        change_tracking: kind == PlanKind::Warm,
    };
    let title = format!("cloning the VM \"{}\" as \"{name}\"", wanted.original);
    let vm = scenario
        .log
        .activity(title, source.platform.clone_vm(&wanted.original, &request))
        .await?;
    session
        .journal
        .confirm(entry, vm.id.to_string())
        .await
        .map_err(journal)?;
    Ok(vm)
}

/// The name of the VM that is migrated: of a clone, a new one.
fn source_name(scenario: &Scenario, kind: PlanKind, wanted: &WantedVm) -> String {
    if !wanted.clone {
        return wanted.original.clone();
    }
    let session = &scenario.session;
    let run = &session.identity.run;
    let named = if wanted.options.keep_name_format {
        names::clone_as_written
    } else {
        names::clone
    };
    match &wanted.options.name {
        Some(name) => named(run, name, ""),
        None => {
            let stated = session.settings.naming.ocp_version.as_deref();
            let destination = scenario.destination();
            let version = stated
                .or(destination.versions().openshift.as_deref())
                .unwrap_or_default();
            let suffix = names::vm_suffix(&destination.storage_class, version, kind.flavour());
            named(run, &wanted.original, &suffix)
        }
    }
}

/// Brings the VM into the power state that is wanted of it and looks at it again.
async fn power(
    scenario: &Scenario,
    source: &SourceProvider,
    wanted: Option<Power>,
    vm: SourceVm,
) -> Result<SourceVm, Error> {
    let Some(power) = wanted.filter(|power| *power != vm.power) else {
        return Ok(vm);
    };
    switch(scenario, source, &vm, power).await?;
    refresh(source, vm).await
}

/// Switches the VM; one that is switched on has its guest's tools awaited.
pub(in crate::migration) async fn switch(
    scenario: &Scenario,
    source: &SourceProvider,
    vm: &SourceVm,
    power: Power,
) -> Result<(), Error> {
    let title = format!("switching \"{}\" {power}", vm.name);
    let switched = source.platform.set_power(&vm.id, power);
    scenario.log.activity(title, switched).await?;
    if power == Power::On {
        let title = format!("waiting for the tools in the guest of \"{}\"", vm.name);
        scenario.log.activity(title, guest_tools(scenario, source, vm)).await?;
    }
    Ok(())
}

/// The VM as it is now.
async fn refresh(source: &SourceProvider, vm: SourceVm) -> Result<SourceVm, Error> {
    source.platform.describe(&vm.id).await?.ok_or_else(|| Error::Gone {
        vm: vm.name,
        provider: source.key.clone(),
    })
}

/// Waits until the tools in the guest run. That they do not is for the plan to say, not for this wait.
async fn guest_tools(scenario: &Scenario, source: &SourceProvider, vm: &SourceVm) -> Result<(), Error> {
    let session = &scenario.session;
    let deadline = session.clock.deadline(session.settings.timeouts.guest_tools);
    tokio::select! {
        biased;
        waited = source.platform.wait_for_guest(&vm.id) => Ok(waited?),
        () = session.cancel.cancelled() => Ok(()),
        () = sim_clock::sleep(deadline) => {
            tracing::warn!(vm = vm.name, "the tools in the guest do not run");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::target_name;

    #[test]
    fn forklift_keeps_dns_names_and_changes_others() {
        for (source, target) in [
            ("mtv-tests-rhel8", "mtv-tests-rhel8"),
            ("web.example", "web.example"),
            ("XCopy_Test_VM_CAPS", "xcopy-test-vm-caps"),
            ("-odd-", "odd"),
        ] {
            assert_eq!(target_name(source), target);
        }
    }
}
