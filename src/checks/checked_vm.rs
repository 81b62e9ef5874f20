//! Input of a check: the source VM before and after its migration, and the target VM.

use forklift_api::forklift::{NetworkPair, StoragePair};

use super::planned::{Placement, Planned};
use super::target::{TargetDisk, TargetVm};
use crate::source::{Descriptor, Disk, Power, SourceVm};

/// A migrated VM, from all sides.
#[derive(Debug, Clone)]
pub struct CheckedVm {
    /// The platform that it comes from.
    pub platform: &'static dyn Descriptor,
    /// The source VM as it was just before the migration.
    pub source: SourceVm,
    /// The source VM now; `None` when it is gone, or no check asks for it.
    pub source_now: Option<SourceVm>,
    /// The target VM.
    pub target: TargetVm,
    /// The power state that the scenario asked for, if it did.
    pub wanted_power: Option<WantedPower>,
    /// Rows of the network map.
    pub networks: Vec<NetworkPair>,
    /// Rows of the storage map.
    pub storages: Vec<StoragePair>,
    /// Properties that the plan requests.
    pub planned: Planned,
    /// Allowed nodes of the target VM and its actual node.
    pub placement: Placement,
    /// Version of OpenShift that it arrived on; `None` where there is none or it cannot be read.
    pub openshift: Option<String>,
    /// How MTV verifies the certificate of the source; `None` when no check asks for it.
    pub tls: Option<TlsSetting>,
    /// State of the guest agent.
    pub agent: Agent,
    /// Temporary objects of MTV that still exist, or why they were not listed.
    pub leftovers: Result<Vec<Remnant>, String>,
}

/// How MTV verifies the certificate of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSetting {
    /// Whether the settings request verification.
    pub verify: bool,
    /// `insecureSkipVerify` of the Provider's Secret, if it has one.
    pub skip_verify: Option<String>,
    /// Whether MTV warns about missing verification.
    pub warned: bool,
    /// The Provider.
    pub provider: String,
}

/// State of the guest agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agent {
    /// Not observed, because no check needs it.
    NotAsked,
    /// Connected.
    Connected,
    /// Not connected; the reason.
    Silent(String),
}

/// Something that MTV made on the way and left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remnant {
    /// Purpose: `a Secret with the source's credentials`.
    pub what: String,
    /// Kind and name: `Secret auto-ab12/plan-vm-431-x7kq`.
    pub place: String,
}

/// A power state and where the scenario says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedPower {
    /// On or off.
    pub power: Power,
    /// Name of the option that says so.
    pub option: &'static str,
}

impl CheckedVm {
    /// Whether CPU and memory can be compared; otherwise the reason for skipping them.
    pub fn hardware_is_its_own(&self) -> Result<(), String> {
        match &self.target.instance_type {
            None => Ok(()),
            Some(name) => Err(format!("CPU and memory come from the instance type \"{name}\"")),
        }
    }

    /// Each source disk with the disk that it became, in the order in which Forklift numbers them.
    ///
    /// Forklift notes on every claim which disk it was filled from; where it does so on none, order has to do.
    pub fn disk_pairs(&self) -> Vec<(&Disk, Option<&TargetDisk>)> {
        let arrived = &self.target.disks;
        let noted = arrived.iter().any(|disk| disk.source.is_some());
        let became = |position, disk: &Disk| {
            if noted {
                arrived.iter().find(|arrived| self.is_from(arrived, disk))
            } else {
                arrived.get(position)
            }
        };
        let disks = self.source.disks.iter().enumerate();
        disks.map(|(position, disk)| (disk, became(position, disk))).collect()
    }

    /// Whether Forklift's annotation names this disk as the source of the target's disk.
    pub(super) fn is_from(&self, arrived: &TargetDisk, disk: &Disk) -> bool {
        let key = |id| self.platform.disk_key(id);
        arrived
            .source
            .as_deref()
            .is_some_and(|noted| key(noted) == key(&disk.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_notes_disks_are_paired_in_the_order_in_which_forklift_numbers_them() {
        let mut without_notes = sample::subject();
        for arrived in &mut without_notes.target.disks {
            arrived.source = None;
        }
        let pairs = without_notes.disk_pairs().into_iter();
        let pairs: Vec<_> = pairs
            .map(|(disk, arrived)| (disk.name.as_str(), arrived.map(|arrived| arrived.claim.as_str())))
            .collect();
        assert_eq!(
            pairs,
            [
                ("Hard disk 1", Some("plan-rhel-disk-0-x7kq2")),
                ("Hard disk 2", Some("plan-rhel-disk-1-x7kq2"))
            ]
        );
    }
}

#[cfg(test)]
pub(super) mod sample {
    //! A VM with two disks and two interfaces that arrived as it should; tests spoil one thing each.

    use forklift_api::forklift::{NetworkDestination, NetworkDestinationType, NetworkSource, Ref, StorageDestination};

    use super::*;
    use crate::checks::Need;
    use crate::checks::planned::sample::{placement, planned};
    use crate::checks::target::{Attached, TargetNic};
    use crate::source::{Cpu, Firmware, Nic, Snapshot, VmId, vsphere};

    fn disk(number: u64, storage: &str) -> Disk {
        Disk {
            name: format!("Hard disk {number}"),
            bytes: number << 30,
            storage_id: format!("datastore-{storage}"),
            storage: storage.into(),
            id: format!("[{storage}] rhel/disk{number}.vmdk"),
            mode: "persistent".into(),
        }
    }

    fn arrived(number: u64, storage: &str) -> TargetDisk {
        TargetDisk {
            claim: format!("plan-rhel-disk-{}-x7kq2", number - 1),
            source: Some(disk(number, storage).id),
            storage_class: Some("lab-block".into()),
            phase: Some("Bound".into()),
            filesystem: false,
            requested: Some(number << 30),
            capacity: Some(number << 30),
        }
    }

    fn nic(number: usize, network: &str) -> Nic {
        Nic {
            name: format!("Network adapter {number}"),
            mac: format!("00:50:56:aa:bb:0{number}"),
            network_id: network.into(),
            network: format!("name of {network}"),
            connected: true,
        }
    }

    fn network(id: &str, type_: NetworkDestinationType, name: Option<&str>) -> NetworkPair {
        NetworkPair {
            source: NetworkSource {
                id: Some(id.into()),
                ..NetworkSource::default()
            },
            destination: NetworkDestination {
                type_,
                namespace: name.map(|_| "auto-ab12".into()),
                name: name.map(str::to_owned),
            },
        }
    }

    fn storage(name: &str) -> StoragePair {
        StoragePair {
            source: Ref::by_id(format!("datastore-{name}")),
            destination: StorageDestination {
                storage_class: "lab-block".into(),
                ..StorageDestination::default()
            },
            ..StoragePair::default()
        }
    }

    pub(in crate::checks) fn subject() -> CheckedVm {
        let source = SourceVm {
            id: VmId("vm-431".into()),
            name: "rhel".into(),
            power: Power::Off,
            cpu: Cpu {
                sockets: 2,
                cores_per_socket: 2,
            },
            memory_mib: 2048,
            nics: vec![nic(1, "network-7"), nic(2, "dvportgroup-8")],
            disks: vec![disk(1, "LocalDS_0"), disk(2, "LocalDS_1")],
            firmware: Firmware::Bios,
            uuid: "42137c1e-0b6d-7a5e-9a41-00d2c5a1f3b7".into(),
            guest_os: "rhel8_64Guest".into(),
            guest_tools: false,
            tpm: false,
            annotation: "golden image".into(),
            snapshots: vec![Snapshot {
                number: 1,
                name: "before the update".into(),
                created: "2026-08-21T10:00:00Z".into(),
                power: Power::On,
            }],
        };
        let target = TargetVm {
            name: "rhel".into(),
            namespace: "auto-ab12".into(),
            run_strategy: "Halted".into(),
            printable_status: "Stopped".into(),
            instance_type: None,
            cpu: (2, 2),
            memory_mib: Some(2048),
            firmware: Firmware::Bios,
            tpm: false,
            serial: Some("VMware-42 13 7c 1e 0b 6d 7a 5e-9a 41 00 d2 c5 a1 f3 b7".into()),
            nics: vec![
                TargetNic {
                    mac: "00:50:56:aa:bb:01".into(),
                    attached: Attached::Pod,
                },
                TargetNic {
                    mac: "00:50:56:aa:bb:02".into(),
                    attached: Attached::Multus {
                        namespace: "auto-ab12".into(),
                        name: "cb-a1b2c3-1".into(),
                    },
                },
            ],
            disks: vec![arrived(1, "LocalDS_0"), arrived(2, "LocalDS_1")],
        };
        CheckedVm {
            platform: &vsphere::DESCRIPTOR,
            source_now: Some(source.clone()),
            source,
            target,
            wanted_power: Some(WantedPower {
                power: Power::Off,
                option: "target power state",
            }),
            networks: vec![
                network("network-7", NetworkDestinationType::Pod, None),
                network("dvportgroup-8", NetworkDestinationType::Multus, Some("cb-a1b2c3-1")),
            ],
            storages: vec![storage("LocalDS_0"), storage("LocalDS_1")],
            planned: planned(),
            placement: placement(),
            openshift: Some("4.20.4".into()),
            tls: Some(TlsSetting {
                verify: true,
                skip_verify: Some("false".into()),
                warned: false,
                provider: "auto-ab12-source".into(),
            }),
            agent: Agent::Connected,
            leftovers: Ok(Vec::new()),
        }
    }

    /// The same where nothing was read but what is needed.
    pub(in crate::checks) fn with_only(needs: &[Need]) -> CheckedVm {
        let mut subject = subject();
        for need in ALL_NEEDS.iter().filter(|need| !needs.contains(need)) {
            match need {
                Need::Claims => subject.target.disks.iter_mut().for_each(|disk| {
                    *disk = TargetDisk {
                        claim: std::mem::take(&mut disk.claim),
                        source: None,
                        storage_class: None,
                        phase: None,
                        filesystem: false,
                        requested: None,
                        capacity: None,
                    };
                }),
                Need::SourceNow => subject.source_now = None,
                Need::TlsSetting => subject.tls = None,
                Need::Placement => subject.placement = Placement::default(),
                Need::GuestAgent => subject.agent = Agent::NotAsked,
                Need::Leftovers => subject.leftovers = Err("no check asks for it".into()),
            }
        }
        subject
    }

    const ALL_NEEDS: [Need; 6] = [
        Need::Claims,
        Need::SourceNow,
        Need::TlsSetting,
        Need::Placement,
        Need::GuestAgent,
        Need::Leftovers,
    ];
}
