//! MAC addresses that existing VMs of the destination use (`MacConflicts`).

use std::sync::Arc;

use forklift_api::forklift::condition_types;
use forklift_api::{forklift::Condition, kubevirt::VirtualMachine};
use kube::ResourceExt;

use super::shown;
use crate::controllers::forklift::{
    adapter::SourceVm,
    conditions::{CRITICAL, With, condition},
};

/// The condition for the conflicts of all VMs of the plan.
pub fn conflicts(sources: &[SourceVm], machines: &[Arc<VirtualMachine>]) -> Option<Condition> {
    let (mut items, mut sentences) = (Vec::new(), Vec::new());
    for source in sources {
        let conflicts = conflicts_of(source, machines);
        if !conflicts.is_empty() {
            let item = shown(source);
            sentences.push(format!("VM {item} has MAC address conflicts: {}", conflicts.join("; ")));
            items.push(item);
        }
    }
    if items.is_empty() {
        return None;
    }
    let found = condition(condition_types::MAC_CONFLICTS, CRITICAL, sentences.join("; "));
    Some(found.reason("NotValid").items(items))
}

fn conflicts_of(source: &SourceVm, machines: &[Arc<VirtualMachine>]) -> Vec<String> {
    let with = |machine: &Arc<VirtualMachine>| {
        let taken = mac_addresses(machine);
        let macs = source.nics.iter().map(|nic| nic.mac.to_lowercase());
        let conflicting: Vec<String> = macs.filter(|mac| taken.contains(mac)).collect();
        let place = format!("{}/{}", machine.namespace().unwrap_or_default(), machine.name_any());
        let told = format!("MACs {} conflict with destination VM {place}", conflicting.join(", "));
        (!conflicting.is_empty()).then_some(told)
    };
    machines.iter().filter_map(with).collect()
}

fn mac_addresses(machine: &VirtualMachine) -> Vec<String> {
    let instance = machine.spec.template.spec.as_ref();
    let interfaces = instance.and_then(|instance| instance.domain.devices.interfaces.as_ref());
    let macs = interfaces
        .into_iter()
        .flatten()
        .filter_map(|interface| interface.mac_address.as_ref());
    macs.map(|mac| mac.to_lowercase()).collect()
}
