//! Waits until the inventory shows a VM as it is on its platform.

use std::time::Duration;

use super::{Error, Inventory};
use crate::{
    cluster::Cluster,
    source::{InventoryVm, Power, SourceVm, Words},
};

/// Between two looks, as stated: Forklift's collector learns of changes by events, so a look costs more than it brings
/// when it comes too often.
const PAUSE: Duration = Duration::from_secs(2);

/// The inventory's view of `source`, as soon as MAC addresses and disks agree with the platform.
pub async fn wait_for(
    cluster: &Cluster,
    inventory: &Inventory,
    source: &SourceVm,
    at_most: Duration,
) -> Result<InventoryVm, Error> {
    let deadline = sim_clock::Instant::now() + cluster.clock.deadline(at_most);
    loop {
        let state = match inventory.vm(&source.name).await {
            Ok(Some(vm)) => match disagreements(&vm, source, inventory.words()).as_slice() {
                [] => return Ok(vm),
                disagreements => format!("it shows {}", disagreements.join(", and ")),
            },
            Ok(None) => "it does not show the VM".to_owned(),
            Err(error) if error.is_passing() => error.to_string(),
            Err(error) => return Err(error),
        };
        let pause = sim_clock::Instant::now() + cluster.clock.stated(PAUSE);
        tokio::select! {
            biased;
            () = cluster.cancel.cancelled() => return Err(Error::Cancelled { vm: source.name.clone() }),
            () = sim_clock::sleep_until(pause.min(deadline)) => {}
        }
        if sim_clock::Instant::now() >= deadline {
            return Err(Error::Disagrees {
                vm: source.name.clone(),
                deadline: cluster.clock.describe(at_most),
                state,
            });
        }
    }
}

/// Differences between a VM in the inventory and on the platform; empty when they agree.
///
/// Right after a clone the inventory may still show the original's MAC addresses and storages (MTV-6066,
/// MTV-6072); a plan made from that would migrate to the wrong networks.
fn disagreements(shown: &InventoryVm, source: &SourceVm, words: Words) -> Vec<String> {
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
    if shown.id != source.id {
        compare("id", vec![&shown.id.0], vec![source.id.0.clone()]);
    }
    compare(
        "MAC addresses",
        shown.nics.iter().map(|nic| nic.mac.as_str()).collect(),
        source.nics.iter().map(|nic| nic.mac.to_lowercase()).collect(),
    );
    compare(
        "disks on",
        shown.storages.iter().map(String::as_str).collect(),
        source.disks.iter().map(|disk| disk.storage_id.clone()).collect(),
    );
    // A snapshot or a new disk can change the ids; a plan that is made in between waits for volumes of disks that are
    // not there.
    if !shown.disks.is_empty() {
        compare(
            words.disk_ids,
            shown.disks.iter().map(String::as_str).collect(),
            source.disks.iter().map(|disk| disk.id.clone()).collect(),
        );
    }
    // Forklift refuses a running VM whose tools it does not see run (`GuestToolsIssue`).
    if source.power == Power::On && shown.guest_tools != source.guest_tools {
        let runs = |runs: bool| {
            if runs {
                "guest tools that run"
            } else {
                "no guest tools that run"
            }
        };
        said.push(format!(
            "{} instead of {}",
            runs(shown.guest_tools),
            runs(source.guest_tools)
        ));
    }
    said
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
    use crate::source::{Cpu, Disk, Firmware, InventoryNic, Nic, VmId};

    const WORDS: Words = Words {
        disk_ids: "files of disks",
    };

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
                id: "[LocalDS_0] clone/clone.vmdk".into(),
                mode: "persistent".into(),
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
            disks: vec!["[LocalDS_0] clone/clone.vmdk".into()],
        }
    }

    #[test]
    fn a_snapshot_that_the_inventory_has_not_seen_is_told() {
        let mut source = source();
        source.disks[0].id = "[LocalDS_0] clone/clone-000001.vmdk".into();
        let said = disagreements(&shown("00:50:56:aa:bb:01", "datastore-11"), &source, WORDS);
        insta::assert_snapshot!(said.join("\n"), @"files of disks [LocalDS_0] clone/clone.vmdk instead of [LocalDS_0] clone/clone-000001.vmdk");
    }

    #[test]
    fn macs_agree_whatever_their_case() {
        assert!(disagreements(&shown("00:50:56:aa:bb:01", "datastore-11"), &source(), WORDS).is_empty());
    }

    #[test]
    fn the_tools_of_a_running_guest_must_be_seen_to_run() {
        let mut running = source();
        (running.power, running.guest_tools) = (Power::On, true);
        let said = disagreements(&shown("00:50:56:aa:bb:01", "datastore-11"), &running, WORDS);
        assert_eq!(said, ["no guest tools that run instead of guest tools that run"]);
    }

    #[test]
    fn stale_macs_and_datastores_are_told() {
        let said = disagreements(&shown("00:50:56:aa:bb:99", "datastore-12"), &source(), WORDS);
        insta::assert_snapshot!(said.join("\n"), @r"
        MAC addresses 00:50:56:aa:bb:99 instead of 00:50:56:aa:bb:01
        disks on datastore-12 instead of datastore-11
        ");
    }
}
