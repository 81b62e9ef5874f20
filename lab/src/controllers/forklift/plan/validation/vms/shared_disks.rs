//! Disks that several VMs of the source share (`SharedDisks` of `pkg/controller/plan/adapter/vsphere/validator.go`).

use forklift_api::forklift::{Condition, Plan, PlanType};

use super::shown;
use crate::controllers::forklift::{
    conditions::{CRITICAL, WARN, With, condition},
    inventory::vsphere::{Inventory, Vm},
};

/// A condition for each VM that cannot just take its shared disks along.
pub fn conditions(plan: &Plan, inventory: &Inventory, sources: &[Vm]) -> Vec<Condition> {
    let found = sources.iter().filter_map(|source| {
        let (type_, category, message) = judge(plan, inventory, sources, source)?;
        let type_ = format!("{type_}-{}", source.base.id);
        Some(condition(&type_, category, message).items(vec![shown(source)]))
    });
    found.collect()
}

fn judge(
    plan: &Plan,
    inventory: &Inventory,
    sources: &[Vm],
    source: &Vm,
) -> Option<(&'static str, &'static str, String)> {
    let files = shared_files(source);
    if files.is_empty() {
        return None;
    }
    if plan.spec.kind() == PlanType::Warm {
        // It has no category, so it does not block.
        let message = "The shared disks cannot be used with warm migration";
        return Some(("SharedDisks", "", message.to_owned()));
    }
    let running = running_with(inventory, &files);
    if !running.is_empty() {
        let message = format!(
            "Virtual Machines {} are running with attached shared disk, please power them off",
            running.join(",")
        );
        return Some(("SharedDisks", CRITICAL, message));
    }
    let mut message = String::new();
    let mut copied_often = 0;
    for file in files {
        let times = sources.iter().filter(|vm| shared_files(vm).contains(&file)).count();
        if times > 1 {
            message = format!("the shared disk '{file}' will be coppied {times}x, {message}");
            copied_often += 1;
        }
    }
    let disks = if copied_often == 1 { "disk" } else { "disks" };
    (copied_often > 0).then(|| {
        let advice = format!(
            "{message} please detach the {disks} from all but one of the VMs, or remove the VMs from the plan to avoid \
             duplicating the {disks}"
        );
        ("SharedWarnDisks", WARN, advice)
    })
}

fn shared_files(vm: &Vm) -> Vec<&str> {
    let shared = vm.disks.iter().filter(|disk| disk.shared);
    shared.map(|disk| disk.file.as_str()).collect()
}

/// Names of the VMs that are on and have one of the disks, in quotes.
fn running_with(inventory: &Inventory, files: &[&str]) -> Vec<String> {
    let tables = inventory.tables();
    let running = tables.vms.values().filter(|vm| vm.power_state != "poweredOff");
    let sharing = running.filter(|vm| shared_files(vm).iter().any(|file| files.contains(file)));
    sharing.map(|vm| format!("\"{}\"", vm.base.name)).collect()
}
