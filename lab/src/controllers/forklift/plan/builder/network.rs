//! Maps a VM's network interfaces to the target (`pkg/controller/plan/adapter/base/network.go`).

use forklift_api::forklift::{NetworkDestination, NetworkDestinationType, PlanVm};
use serde_json::{Value, json};

use crate::controllers::forklift::{
    adapter::{Nic, SourceVm},
    name_templates,
    plan::execution::Execution,
    resolve::Resolved,
};

/// Interfaces and networks of the target VM, without those on ignored or unmapped networks. If the map has several
/// pairs for a network, each interface uses the next one; a single pair applies to all interfaces.
pub fn interfaces(execution: &Execution<'_>, vm: &PlanVm, source: &SourceVm, nics: &[Nic]) -> (Vec<Value>, Vec<Value>) {
    let (mut interfaces, mut networks) = (Vec::new(), Vec::new());
    let mut taken: Vec<usize> = Vec::new();
    let model = if execution.is_compatible() { "e1000e" } else { "virtio" };
    for nic in nics {
        let Some(destination) = destination(execution, nic, &mut taken) else {
            tracing::debug!(vm = %source.name, mac = %nic.mac, "interface is left out");
            continue;
        };
        let name = name_templates::network_name(&execution.plan.spec, vm, &destination, interfaces.len());
        let mut interface = json!({"name": name, "macAddress": nic.mac, "model": model});
        if !nic.pci_address.is_empty() {
            interface["pciAddress"] = nic.pci_address.clone().into();
        }
        if !nic.start_connected {
            interface["state"] = "down".into();
        }
        if destination.type_ == NetworkDestinationType::Pod {
            interface["masquerade"] = json!({});
            networks.push(json!({"name": name, "pod": {}}));
        } else {
            let nad_namespace = destination.namespace.unwrap_or_default();
            let nad = format!("{nad_namespace}/{}", destination.name.unwrap_or_default());
            interface["bridge"] = json!({});
            networks.push(json!({"name": name, "multus": {"networkName": nad}}));
        }
        interfaces.push(interface);
    }
    (interfaces, networks)
}

fn destination(execution: &Execution<'_>, nic: &Nic, taken: &mut Vec<usize>) -> Option<NetworkDestination> {
    let rows: Vec<(usize, &NetworkDestination)> = execution
        .network_map
        .spec
        .map
        .iter()
        .enumerate()
        .filter(|(_, row)| {
            let (id, name) = (row.source.id.as_deref(), row.source.name.as_deref());
            let resolved = execution.inventory().network(id, name);
            matches!(resolved, Resolved::One(network) if network.id == nic.network)
        })
        .map(|(index, row)| (index, &row.destination))
        .collect();
    let is_multus = |destination: &NetworkDestination| destination.type_ == NetworkDestinationType::Multus;
    let row = match rows.as_slice() {
        [(_, only)] => Some(*only),
        rows => {
            let plain = rows.iter().find(|(_, row)| !is_multus(row));
            let free = || rows.iter().find(|(index, _)| !taken.contains(index));
            let (index, row) = plain.or_else(free)?;
            taken.push(*index);
            Some(*row)
        }
    };
    row.filter(|row| row.type_ != NetworkDestinationType::Ignored).cloned()
}
