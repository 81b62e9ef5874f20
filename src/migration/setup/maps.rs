//! Rows of network and storage maps, computed from the inventory and the mapping of the scenario.
//!
//! Sources are named by id. Some of Forklift's code looks at `spec.map[].source.id` alone and misses rows that only
//! carry a name: two interfaces on the pod network, for instance, pass validation unnoticed
//! (`pkg/controller/plan/adapter/vsphere/validator.go`). Names are resolved by Forklift and shown in the map's status.

use forklift_api::forklift::{
    NetworkDestination, NetworkDestinationType, NetworkPair, NetworkSource, Ref, StorageDestination, StoragePair,
};
use thiserror::Error;

use super::intent::{NetworkMapping, NetworkRow, NetworkTarget, StorageMapping, StorageRow};
use crate::{
    settings::nearest::nearest,
    source::{InventoryVm, Item},
};

/// No map can be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// No VM has a network interface.
    #[error(
        "no network to map: none of the VMs {vms} has a network interface in the inventory; give one of them an interface, or choose another VM"
    )]
    NoNetworks {
        /// The VMs, quoted.
        vms: String,
    },
    /// No VM has a disk.
    #[error("no storage to map: none of the VMs {vms} has a disk in the inventory; choose a VM that has one")]
    NoStorages {
        /// The VMs, quoted.
        vms: String,
    },
    /// The table names something that the source does not have.
    #[error("the source has no {what} named \"{name}\"; {hint}")]
    Unknown {
        /// `network` or `storage`.
        what: &'static str,
        /// The name.
        name: String,
        /// Names that look alike, or all.
        hint: String,
    },
}

/// A NetworkAttachmentDefinition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Namespace of the NetworkAttachmentDefinition.
    pub namespace: String,
    /// Name of the NetworkAttachmentDefinition.
    pub name: String,
}

/// Number of NetworkAttachmentDefinitions that a mapping needs: one per source network except the first, which is mapped to
/// the pod network.
pub fn attachments_needed(mapping: &NetworkMapping, vms: &[InventoryVm]) -> Result<usize, Error> {
    match mapping {
        NetworkMapping::FromInventory { per_nic } => Ok(source_networks(vms, *per_nic)?.len().saturating_sub(1)),
        NetworkMapping::AsFollows(_) => Ok(0),
    }
}

/// The rows of the network map. `attachments` are as many as [`attachments_needed`] says.
pub fn network_pairs(
    mapping: &NetworkMapping,
    vms: &[InventoryVm],
    networks: &[Item],
    attachments: &[Attachment],
) -> Result<Vec<NetworkPair>, Error> {
    match mapping {
        NetworkMapping::FromInventory { per_nic } => {
            let destinations = std::iter::once(pod()).chain(attachments.iter().map(multus));
            let sources = source_networks(vms, *per_nic)?;
            Ok(sources
                .into_iter()
                .zip(destinations)
                .map(|(id, to)| network_pair(id, to))
                .collect())
        }
        NetworkMapping::AsFollows(rows) => rows.iter().map(|row| named_network(row, networks)).collect(),
    }
}

/// The rows of the storage map; `default` is the storage class of the settings.
pub fn storage_pairs(
    mapping: &StorageMapping,
    vms: &[InventoryVm],
    storages: &[Item],
    default: &str,
) -> Result<Vec<StoragePair>, Error> {
    let all_to = |class: &str| -> Result<Vec<StoragePair>, Error> {
        let sources = source_storages(vms)?;
        Ok(sources.into_iter().map(|id| storage_pair(id, class)).collect())
    };
    match mapping {
        StorageMapping::FromInventory => all_to(default),
        StorageMapping::Class(class) => all_to(class),
        StorageMapping::AsFollows(rows) => rows.iter().map(|row| named_storage(row, storages)).collect(),
    }
}

/// Ids of the networks of the VMs, in the order of VMs and interfaces, each one once unless every interface counts.
fn source_networks(vms: &[InventoryVm], per_nic: bool) -> Result<Vec<&str>, Error> {
    let all = vms.iter().flat_map(|vm| &vm.nics).map(|nic| nic.network_id.as_str());
    let ids = if per_nic { all.collect() } else { distinct(all) };
    if ids.is_empty() {
        return Err(Error::NoNetworks { vms: names(vms) });
    }
    Ok(ids)
}

fn source_storages(vms: &[InventoryVm]) -> Result<Vec<&str>, Error> {
    let ids = distinct(vms.iter().flat_map(|vm| &vm.storages).map(String::as_str));
    if ids.is_empty() {
        return Err(Error::NoStorages { vms: names(vms) });
    }
    Ok(ids)
}

fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for id in ids {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    seen
}

fn names(vms: &[InventoryVm]) -> String {
    vms.iter()
        .map(|vm| format!("\"{}\"", vm.name))
        .collect::<Vec<_>>()
        .join(", ")
}

fn network_pair(id: &str, destination: NetworkDestination) -> NetworkPair {
    NetworkPair {
        source: NetworkSource {
            id: Some(id.to_owned()),
            ..NetworkSource::default()
        },
        destination,
    }
}

fn pod() -> NetworkDestination {
    NetworkDestination::default()
}

fn multus(attachment: &Attachment) -> NetworkDestination {
    NetworkDestination {
        type_: NetworkDestinationType::Multus,
        namespace: Some(attachment.namespace.clone()),
        name: Some(attachment.name.clone()),
    }
}

fn named_network(row: &NetworkRow, networks: &[Item]) -> Result<NetworkPair, Error> {
    let destination = match &row.destination {
        NetworkTarget::Pod => pod(),
        NetworkTarget::Ignored => NetworkDestination {
            type_: NetworkDestinationType::Ignored,
            ..NetworkDestination::default()
        },
        NetworkTarget::Attachment { namespace, name } => multus(&Attachment {
            namespace: namespace.clone(),
            name: name.clone(),
        }),
    };
    Ok(network_pair(find("network", &row.source, networks)?, destination))
}

fn storage_pair(id: &str, class: &str) -> StoragePair {
    StoragePair {
        source: Ref::by_id(id),
        destination: StorageDestination {
            storage_class: class.to_owned(),
            ..StorageDestination::default()
        },
        ..StoragePair::default()
    }
}

fn named_storage(row: &StorageRow, storages: &[Item]) -> Result<StoragePair, Error> {
    let mut pair = storage_pair(find("storage", &row.source, storages)?, &row.class);
    pair.destination.access_mode = row.access_mode;
    pair.destination.volume_mode = row.volume_mode;
    Ok(pair)
}

fn find<'a>(what: &'static str, name: &str, items: &'a [Item]) -> Result<&'a str, Error> {
    if let Some(item) = items.iter().find(|item| item.name == name) {
        return Ok(&item.id);
    }
    let all = || items.iter().map(|item| item.name.as_str());
    let alike = nearest(name, all());
    let (lead, shown) = match alike.len() {
        0 => ("it has", all().collect()),
        1 => ("the nearest is", alike),
        _ => ("the nearest are", alike),
    };
    Err(Error::Unknown {
        what,
        name: name.to_owned(),
        hint: format!("{lead} \"{}\"", shown.join("\", \"")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{InventoryNic, VmId};

    fn vm(name: &str, networks: &[&str], storages: &[&str]) -> InventoryVm {
        let nic = |network: &&str| InventoryNic {
            mac: "00:50:56:aa:bb:01".into(),
            network_id: (*network).into(),
        };
        InventoryVm {
            id: VmId(format!("vm-{name}")),
            name: name.into(),
            nics: networks.iter().map(nic).collect(),
            guest_tools: false,
            storages: storages.iter().map(|id| (*id).to_owned()).collect(),
            disks: Vec::new(),
        }
    }

    fn attachment(number: usize) -> Attachment {
        Attachment {
            namespace: "auto-ab12".into(),
            name: format!("cb-a1b2c3-{number}"),
        }
    }

    fn shown(pairs: &[NetworkPair]) -> Vec<String> {
        let show = |pair: &NetworkPair| {
            let source = pair.source.id.clone().unwrap_or_default();
            match pair.destination.type_ {
                NetworkDestinationType::Pod => format!("{source} -> pod"),
                NetworkDestinationType::Ignored => format!("{source} -> ignored"),
                NetworkDestinationType::Multus => format!(
                    "{source} -> {}/{}",
                    pair.destination.namespace.clone().unwrap_or_default(),
                    pair.destination.name.clone().unwrap_or_default()
                ),
            }
        };
        pairs.iter().map(show).collect()
    }

    const FROM_INVENTORY: NetworkMapping = NetworkMapping::FromInventory { per_nic: false };

    #[test]
    fn the_first_network_becomes_the_pod_network_each_further_one_its_own() {
        let vms = [vm("a", &["A", "B", "C"], &[])];
        assert_eq!(attachments_needed(&FROM_INVENTORY, &vms), Ok(2));
        let pairs = network_pairs(&FROM_INVENTORY, &vms, &[], &[attachment(1), attachment(2)]).expect("pairs");
        assert_eq!(
            shown(&pairs),
            ["A -> pod", "B -> auto-ab12/cb-a1b2c3-1", "C -> auto-ab12/cb-a1b2c3-2"]
        );
    }

    #[test]
    fn one_network_needs_no_attachment_and_none_is_an_error() {
        assert_eq!(attachments_needed(&FROM_INVENTORY, &[vm("a", &["A"], &[])]), Ok(0));
        let none = attachments_needed(&FROM_INVENTORY, &[vm("a", &[], &[]), vm("b", &[], &[])]);
        insta::assert_snapshot!(
            none.expect_err("no networks"),
            @r#"no network to map: none of the VMs "a", "b" has a network interface in the inventory; give one of them an interface, or choose another VM"#
        );
    }

    #[test]
    fn networks_of_several_vms_are_united_in_their_order() {
        let vms = [vm("a", &["B", "A"], &[]), vm("b", &["A", "C"], &[])];
        let pairs = network_pairs(&FROM_INVENTORY, &vms, &[], &[attachment(1), attachment(2)]).expect("pairs");
        assert_eq!(
            shown(&pairs),
            ["B -> pod", "A -> auto-ab12/cb-a1b2c3-1", "C -> auto-ab12/cb-a1b2c3-2"]
        );
    }

    #[test]
    fn one_entry_per_nic_keeps_duplicates() {
        let per_nic = NetworkMapping::FromInventory { per_nic: true };
        let vms = [vm("a", &["A", "A"], &[])];
        assert_eq!(attachments_needed(&FROM_INVENTORY, &vms), Ok(0));
        assert_eq!(attachments_needed(&per_nic, &vms), Ok(1));
        let pairs = network_pairs(&per_nic, &vms, &[], &[attachment(1)]).expect("pairs");
        assert_eq!(shown(&pairs), ["A -> pod", "A -> auto-ab12/cb-a1b2c3-1"]);
    }

    #[test]
    fn named_networks_are_found_by_name() {
        let networks = [item("network-7", "VM Network"), item("dvportgroup-8", "cnv-test")];
        let row = |source: &str, destination| NetworkRow {
            source: source.into(),
            destination,
        };
        let mapping = NetworkMapping::AsFollows(vec![
            row("cnv-test", NetworkTarget::Ignored),
            row("VM Network", NetworkTarget::Pod),
        ]);
        let pairs = network_pairs(&mapping, &[], &networks, &[]).expect("pairs");
        assert_eq!(shown(&pairs), ["dvportgroup-8 -> ignored", "network-7 -> pod"]);

        let misspelt = NetworkMapping::AsFollows(vec![row("VM Netwrk", NetworkTarget::Pod)]);
        insta::assert_snapshot!(
            network_pairs(&misspelt, &[], &networks, &[]).expect_err("unknown"),
            @r#"the source has no network named "VM Netwrk"; the nearest is "VM Network""#
        );
    }

    #[test]
    fn each_storage_is_mapped_once() {
        let vms = [vm("a", &[], &["ds-1", "ds-2", "ds-1"])];
        let pairs = storage_pairs(&StorageMapping::FromInventory, &vms, &[], "lab-block").expect("pairs");
        let shown: Vec<_> = pairs
            .iter()
            .map(|pair| {
                (
                    pair.source.id.as_deref().unwrap_or_default(),
                    pair.destination.storage_class.as_str(),
                )
            })
            .collect();
        assert_eq!(shown, [("ds-1", "lab-block"), ("ds-2", "lab-block")]);
        let named = storage_pairs(&StorageMapping::Class("lab-file".into()), &vms, &[], "lab-block").expect("pairs");
        assert!(named.iter().all(|pair| pair.destination.storage_class == "lab-file"));
    }

    fn item(id: &str, name: &str) -> Item {
        Item {
            id: id.into(),
            name: name.into(),
        }
    }
}
