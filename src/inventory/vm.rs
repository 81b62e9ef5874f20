//! A VM as Forklift's inventory shows it, and whether that agrees with the platform.

use crate::source::{Power, SourceVm, VmId};

/// A network or a storage of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id on the platform.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A network interface in the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryNic {
    /// MAC address, lower case.
    pub mac: String,
    /// Id of its network.
    pub network_id: String,
}

/// A VM in the inventory, as far as maps and plans need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryVm {
    /// Id on the platform.
    pub id: VmId,
    /// Name.
    pub name: String,
    /// Network interfaces in the inventory's order.
    pub nics: Vec<InventoryNic>,
    /// Whether the tools in its guest run.
    pub guest_tools: bool,
    /// Ids of the storages of its disks, in the inventory's order, one per disk.
    pub storages: Vec<String>,
    /// Files of its disks, where the inventory shows them.
    pub files: Vec<String>,
}

impl InventoryVm {
    /// What this says otherwise than the platform does; empty when they agree.
    ///
    /// Right after a clone the inventory may still show the original's MAC addresses and datastores (MTV-6066,
    /// MTV-6072); a plan made from that would migrate to the wrong networks.
    pub fn disagreements(&self, source: &SourceVm) -> Vec<String> {
        let mut said = Vec::new();
        let mut compare = |what: &str, mut inventory: Vec<&str>, mut platform: Vec<String>| {
            inventory.sort_unstable();
            platform.sort_unstable();
            if inventory != platform {
                said.push(format!(
                    "{what} {} instead of {}",
                    list(&inventory),
                    list(&platform.iter().map(String::as_str).collect::<Vec<_>>())
                ));
            }
        };
        if self.id != source.id {
            compare("id", vec![&self.id.0], vec![source.id.0.clone()]);
        }
        compare(
            "MAC addresses",
            self.nics.iter().map(|nic| nic.mac.as_str()).collect(),
            source.nics.iter().map(|nic| nic.mac.to_lowercase()).collect(),
        );
        compare(
            "disks on",
            self.storages.iter().map(String::as_str).collect(),
            source.disks.iter().map(|disk| disk.storage_id.clone()).collect(),
        );
        // A snapshot or a new disk changes the files; a plan that is made in between waits for volumes of files that are
        // not there.
        if !self.files.is_empty() {
            compare(
                "files of disks",
                self.files.iter().map(String::as_str).collect(),
                source.disks.iter().map(|disk| disk.file.clone()).collect(),
            );
        }
        // Forklift refuses a running VM whose tools it does not see run (`GuestToolsIssue`).
        if source.power == Power::On && self.guest_tools != source.guest_tools {
            let runs = |runs: bool| {
                if runs {
                    "guest tools that run"
                } else {
                    "no guest tools that run"
                }
            };
            said.push(format!(
                "{} instead of {}",
                runs(self.guest_tools),
                runs(source.guest_tools)
            ));
        }
        said
    }
}

fn list(items: &[&str]) -> String {
    match items {
        [] => "none".to_owned(),
        _ => items.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Cpu, Disk, Firmware, Nic, Power, Slot};

    fn source() -> SourceVm {
        SourceVm {
            id: VmId("vm-431".into()),
            name: "clone".into(),
            power: Power::Off,
            cpu: Cpu {
                sockets: 1,
                cores_per_socket: 4,
            },
            memory_mib: 2048,
            nics: vec![Nic {
                name: "Network adapter 1".into(),
                mac: "00:50:56:AA:BB:01".into(),
                network_id: "network-7".into(),
                network: "VM Network".into(),
                connected: true,
            }],
            disks: vec![Disk {
                name: "Hard disk 1".into(),
                bytes: 16 << 30,
                storage_id: "datastore-11".into(),
                storage: "LocalDS_0".into(),
                file: "[LocalDS_0] clone/clone.vmdk".into(),
                mode: "persistent".into(),
                slot: Slot::default(),
            }],
            firmware: Firmware::Bios,
            uuid: "u".into(),
            guest_os: "rhel8_64Guest".into(),
            guest_tools: false,
            tpm: false,
            annotation: String::new(),
            snapshots: Vec::new(),
        }
    }

    fn shown(mac: &str, storage: &str) -> InventoryVm {
        InventoryVm {
            id: VmId("vm-431".into()),
            name: "clone".into(),
            nics: vec![InventoryNic {
                mac: mac.into(),
                network_id: "network-7".into(),
            }],
            guest_tools: false,
            storages: vec![storage.into()],
            files: vec!["[LocalDS_0] clone/clone.vmdk".into()],
        }
    }

    #[test]
    fn a_snapshot_that_the_inventory_has_not_seen_is_told() {
        let mut source = source();
        source.disks[0].file = "[LocalDS_0] clone/clone-000001.vmdk".into();
        let said = shown("00:50:56:aa:bb:01", "datastore-11").disagreements(&source);
        insta::assert_snapshot!(said.join("\n"), @"files of disks [LocalDS_0] clone/clone.vmdk instead of [LocalDS_0] clone/clone-000001.vmdk");
    }

    #[test]
    fn macs_agree_whatever_their_case() {
        assert!(
            shown("00:50:56:aa:bb:01", "datastore-11")
                .disagreements(&source())
                .is_empty()
        );
    }

    #[test]
    fn the_tools_of_a_running_guest_must_be_seen_to_run() {
        let mut running = source();
        (running.power, running.guest_tools) = (Power::On, true);
        let said = shown("00:50:56:aa:bb:01", "datastore-11").disagreements(&running);
        assert_eq!(said, ["no guest tools that run instead of guest tools that run"]);
    }

    #[test]
    fn stale_macs_and_datastores_are_told() {
        let said = shown("00:50:56:aa:bb:99", "datastore-12").disagreements(&source());
        insta::assert_snapshot!(said.join("\n"), @r"
        MAC addresses 00:50:56:aa:bb:99 instead of 00:50:56:aa:bb:01
        disks on datastore-12 instead of datastore-11
        ");
    }
}
