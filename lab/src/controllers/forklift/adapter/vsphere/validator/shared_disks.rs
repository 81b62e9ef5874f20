//! Disks that several VMs of the source share (`SharedDisks` of `pkg/controller/plan/adapter/vsphere/validator.go`).

use forklift_api::forklift::{Plan, PlanType, condition_types};

use crate::controllers::forklift::{
    adapter::{
        base::{SharedDisks, SourceVm},
        vsphere::inventory::{Tables, Vm},
    },
    conditions::{CRITICAL, WARN},
};

/// Why a VM cannot just take its shared disks along.
pub fn judge(plan: &Plan, tables: &Tables, planned: &[SourceVm], vm: &SourceVm) -> Option<SharedDisks> {
    let found = |type_, category, message| {
        Some(SharedDisks {
            type_,
            category,
            message,
        })
    };
    let source = tables.vms.get(&vm.id)?;
    let files = shared_files(source);
    if files.is_empty() {
        return None;
    }
    if plan.spec.kind() == PlanType::Warm {
        // It has no category, so it does not block.
        let message = "The shared disks cannot be used with warm migration";
        return found(condition_types::SHARED_DISKS, "", message.to_owned());
    }
    let running = running_with(tables, &files);
    if !running.is_empty() {
        let message = format!(
            "Virtual Machines {} are running with attached shared disk, please power them off",
            running.join(",")
        );
        return found(condition_types::SHARED_DISKS, CRITICAL, message);
    }
    let mut message = String::new();
    let mut copied_often = 0;
    for file in files {
        let sources = planned.iter().filter_map(|vm| tables.vms.get(&vm.id));
        let times = sources.filter(|vm| shared_files(vm).contains(&file)).count();
        if times > 1 {
            message = format!("the shared disk '{file}' will be coppied {times}x, {message}");
            copied_often += 1;
        }
    }
    let disks = if copied_often == 1 { "disk" } else { "disks" };
    if copied_often == 0 {
        return None;
    }
    let advice = format!(
        "{message} please detach the {disks} from all but one of the VMs, or remove the VMs from the plan to avoid \
         duplicating the {disks}"
    );
    found(condition_types::SHARED_WARN_DISKS, WARN, advice)
}

fn shared_files(vm: &Vm) -> Vec<&str> {
    let shared = vm.disks.iter().filter(|disk| disk.shared);
    shared.map(|disk| disk.file.as_str()).collect()
}

/// Names of the VMs that are on and have one of the disks, in quotes.
fn running_with(tables: &Tables, files: &[&str]) -> Vec<String> {
    let running = tables.vms.values().filter(|vm| vm.power_state != "poweredOff");
    let sharing = running.filter(|vm| shared_files(vm).iter().any(|file| files.contains(file)));
    sharing.map(|vm| format!("\"{}\"", vm.base.name)).collect()
}
