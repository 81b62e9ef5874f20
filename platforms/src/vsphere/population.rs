//! Initial inventory of the simulated vCenter. Names, ids and addresses are the same in every lab.

use vim25::MoRef;

use super::{
    hardware::{Controller, ControllerKind, Disk, Firmware, GIB, Hardware, Nic, NicKind},
    identity,
    inventory::{
        Cluster, Datacenter, Datastore, Folder, Guest, GuestAddress, Host, Inventory, Network, NetworkKind, Pool,
        ROOT_FOLDER, Switch, Vm,
    },
};

use ControllerKind::{LsiSas, Pvscsi, Sata};
use Firmware::{Bios, Efi};
use NicKind::{E1000e, Vmxnet3};

/// Template of one VM in the table below.
struct VmTemplate {
    name: &'static str,
    os: Os,
    firmware: Firmware,
    cpus: i32,
    memory_mb: i32,
    controllers: &'static [ControllerKind],
    disks: &'static [DiskTemplate],
    nics: &'static [NicTemplate],
    change_tracking: bool,
    has_tools: bool,
}

/// Size, allocated share in percent, index of the controller.
struct DiskTemplate {
    gib: i64,
    allocated_percent: i64,
    controller: usize,
    /// Name of the VM that owns the file, if the disk is shared.
    shared_with: Option<&'static str>,
}

/// Kind, network, and static addresses with prefix lengths; DHCP if empty.
struct NicTemplate(NicKind, &'static str, &'static [(&'static str, i32)]);

/// Guest operating systems, with their id and name in vSphere.
#[derive(Clone, Copy)]
enum Os {
    Rhel7,
    Rhel8,
    Rhel9,
    Windows2019,
    Windows2022,
}

const fn disk(gib: i64, allocated_percent: i64) -> DiskTemplate {
    DiskTemplate {
        gib,
        allocated_percent,
        controller: 0,
        shared_with: None,
    }
}

const fn shared_disk(gib: i64, owner: &'static str) -> DiskTemplate {
    DiskTemplate {
        gib,
        allocated_percent: 100,
        controller: 1,
        shared_with: Some(owner),
    }
}

const VM_NETWORK: &str = "VM Network";
const TEST_NETWORK: &str = "VM Test Network";
const CNV_TEST: &str = "cnv-test";

/// VMs that the features migrate, with the hardware of QE's golden images.
const VMS: &[VmTemplate] = &[
    VmTemplate {
        name: "mtv-tests-rhel8",
        os: Os::Rhel8,
        firmware: Bios,
        cpus: 4,
        memory_mb: 2048,
        controllers: &[Pvscsi],
        disks: &[disk(16, 20)],
        nics: &[
            NicTemplate(Vmxnet3, VM_NETWORK, &[]),
            NicTemplate(Vmxnet3, TEST_NETWORK, &[("192.168.1.100", 24), ("192.168.1.101", 24)]),
            NicTemplate(Vmxnet3, CNV_TEST, &[("192.168.2.100", 24)]),
        ],
        change_tracking: true,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-win2022-ip-3disks",
        os: Os::Windows2022,
        firmware: Efi,
        cpus: 2,
        memory_mb: 2048,
        controllers: &[Sata],
        disks: &[disk(16, 60), disk(2, 10), disk(1, 10)],
        nics: &[
            NicTemplate(E1000e, VM_NETWORK, &[]),
            NicTemplate(E1000e, TEST_NETWORK, &[]),
            NicTemplate(E1000e, CNV_TEST, &[("10.2.122.67", 23), ("10.2.122.68", 23)]),
        ],
        change_tracking: true,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-win2019-3disks",
        os: Os::Windows2019,
        firmware: Bios,
        cpus: 2,
        memory_mb: 4096,
        controllers: &[LsiSas],
        disks: &[disk(13, 70), disk(4, 10), disk(1, 10)],
        nics: &[
            NicTemplate(E1000e, VM_NETWORK, &[]),
            NicTemplate(E1000e, TEST_NETWORK, &[("192.168.190.101", 24)]),
        ],
        change_tracking: false,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-win2019-79",
        os: Os::Windows2019,
        firmware: Bios,
        cpus: 2,
        memory_mb: 4096,
        controllers: &[LsiSas],
        disks: &[disk(13, 70)],
        nics: &[NicTemplate(E1000e, VM_NETWORK, &[])],
        change_tracking: false,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-rhel8-warm-2disks2nics",
        os: Os::Rhel8,
        firmware: Bios,
        cpus: 2,
        memory_mb: 2048,
        controllers: &[Pvscsi],
        disks: &[disk(16, 20), disk(4, 25)],
        nics: &[
            NicTemplate(Vmxnet3, VM_NETWORK, &[]),
            NicTemplate(Vmxnet3, TEST_NETWORK, &[]),
        ],
        change_tracking: true,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-feature-shared-rhel1",
        os: Os::Rhel9,
        firmware: Bios,
        cpus: 2,
        memory_mb: 2048,
        controllers: &[Pvscsi, Pvscsi],
        disks: &[disk(10, 20), disk(1, 10), shared_disk(1, "mtv-feature-shared-rhel1")],
        nics: &[NicTemplate(Vmxnet3, VM_NETWORK, &[])],
        change_tracking: false,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-feature-shared-rhel2",
        os: Os::Rhel9,
        firmware: Bios,
        cpus: 2,
        memory_mb: 2048,
        controllers: &[Pvscsi, Pvscsi],
        disks: &[disk(10, 20), disk(1, 10), shared_disk(1, "mtv-feature-shared-rhel1")],
        nics: &[NicTemplate(Vmxnet3, VM_NETWORK, &[])],
        change_tracking: false,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-tests-rhel9-luks",
        os: Os::Rhel9,
        firmware: Efi,
        cpus: 2,
        memory_mb: 2048,
        controllers: &[Pvscsi],
        disks: &[disk(10, 40)],
        nics: &[NicTemplate(Vmxnet3, VM_NETWORK, &[])],
        change_tracking: false,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-feature-rhel7-xfs",
        os: Os::Rhel7,
        firmware: Bios,
        cpus: 2,
        memory_mb: 2048,
        controllers: &[Pvscsi],
        disks: &[disk(10, 20), disk(1, 10)],
        nics: &[NicTemplate(Vmxnet3, VM_NETWORK, &[])],
        change_tracking: true,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-tests-rhel9-dual-nic",
        os: Os::Rhel9,
        firmware: Bios,
        cpus: 2,
        memory_mb: 2048,
        controllers: &[Pvscsi],
        disks: &[disk(10, 20)],
        nics: &[
            NicTemplate(Vmxnet3, VM_NETWORK, &[]),
            NicTemplate(Vmxnet3, VM_NETWORK, &[]),
        ],
        change_tracking: false,
        has_tools: true,
    },
    VmTemplate {
        name: "mtv-tests-no-tools",
        os: Os::Rhel9,
        firmware: Bios,
        cpus: 1,
        memory_mb: 1024,
        controllers: &[Pvscsi],
        disks: &[disk(10, 10)],
        nics: &[NicTemplate(Vmxnet3, VM_NETWORK, &[])],
        change_tracking: false,
        has_tools: false,
    },
];

const DATACENTER: &str = "datacenter-2";
const VM_FOLDER: &str = "group-v3";
const HOST_FOLDER: &str = "group-h4";
const DATASTORE_FOLDER: &str = "group-s5";
const NETWORK_FOLDER: &str = "group-n6";
const CLUSTER: &str = "domain-c8";
const POOL: &str = "resgroup-9";
const SWITCH: &str = "dvs-20";

/// Returns the initial inventory.
pub fn initial_inventory() -> Inventory {
    let mut inventory = Inventory::default();
    folders(&mut inventory);
    compute(&mut inventory);
    storage(&mut inventory);
    networks(&mut inventory);
    for (index, template) in VMS.iter().enumerate() {
        let vm = template.build(index, &inventory);
        inventory.vms.insert(format!("vm-{}", 1001 + index), vm);
    }
    inventory
}

fn folders(inventory: &mut Inventory) {
    let root = MoRef::new("Folder", ROOT_FOLDER);
    let datacenter = MoRef::new("Datacenter", DATACENTER);
    let folders: [(&str, &str, Option<&MoRef>, &'static [&'static str]); 5] = [
        (ROOT_FOLDER, "Datacenters", None, &["Folder", "Datacenter"]),
        (
            VM_FOLDER,
            "vm",
            Some(&datacenter),
            &["Folder", "VirtualMachine", "VirtualApp"],
        ),
        (HOST_FOLDER, "host", Some(&datacenter), &["Folder", "ComputeResource"]),
        (
            DATASTORE_FOLDER,
            "datastore",
            Some(&datacenter),
            &["Folder", "Datastore", "StoragePod"],
        ),
        (
            NETWORK_FOLDER,
            "network",
            Some(&datacenter),
            &["Folder", "Network", "DistributedVirtualSwitch"],
        ),
    ];
    for (id, name, parent, child_types) in folders {
        let folder = Folder {
            name: name.to_owned(),
            parent: parent.cloned(),
            child_types,
        };
        inventory.folders.insert(id.to_owned(), folder);
    }
    let dc = Datacenter {
        name: "DC0".into(),
        parent: root,
        vm_folder: VM_FOLDER.into(),
        host_folder: HOST_FOLDER.into(),
        datastore_folder: DATASTORE_FOLDER.into(),
        network_folder: NETWORK_FOLDER.into(),
    };
    inventory.datacenters.insert(DATACENTER.into(), dc);
}

fn compute(inventory: &mut Inventory) {
    let cluster = Cluster {
        name: "DC0_C0".into(),
        parent: MoRef::new("Folder", HOST_FOLDER),
        pool: POOL.into(),
    };
    inventory.clusters.insert(CLUSTER.into(), cluster);
    let pool = Pool {
        name: "Resources".into(),
        cluster: CLUSTER.into(),
    };
    inventory.pools.insert(POOL.into(), pool);
    for index in 0..3 {
        let host = Host {
            name: format!("DC0_C0_H{index}"),
            cluster: CLUSTER.into(),
            address: format!("10.46.29.{}", 11 + index),
            sockets: 2,
            cores: 32,
            memory_bytes: 256 * GIB,
        };
        inventory.hosts.insert(format!("host-1{index}"), host);
    }
}

fn storage(inventory: &mut Inventory) {
    for index in 0..2 {
        let name = format!("LocalDS_{index}");
        let datastore = Datastore {
            uuid: identity::vmfs_uuid(&name),
            name,
            parent: MoRef::new("Folder", DATASTORE_FOLDER),
            capacity: 4096 * GIB,
        };
        inventory.datastores.insert(format!("datastore-1{index}"), datastore);
    }
}

fn networks(inventory: &mut Inventory) {
    let parent = MoRef::new("Folder", NETWORK_FOLDER);
    let switch = Switch {
        name: "DVS0".into(),
        parent: parent.clone(),
        uuid: identity::switch_uuid("DVS0"),
    };
    inventory.switches.insert(SWITCH.into(), switch);
    let distributed = |vlan| NetworkKind::Distributed {
        switch: SWITCH.to_owned(),
        vlan,
    };
    let networks = [
        ("network-7", VM_NETWORK, NetworkKind::Standard),
        ("dvportgroup-21", TEST_NETWORK, distributed(0)),
        ("dvportgroup-22", CNV_TEST, distributed(100)),
    ];
    for (id, name, kind) in networks {
        let network = Network {
            name: name.to_owned(),
            parent: parent.clone(),
            kind,
        };
        inventory.networks.insert(id.to_owned(), network);
    }
}

impl VmTemplate {
    /// Creates the VM at position `index` of the table.
    fn build(&self, index: usize, inventory: &Inventory) -> Vm {
        let hosts: Vec<&String> = inventory.hosts.keys().collect();
        let host = hosts
            .get(index % hosts.len().max(1))
            .map(|id| (*id).clone())
            .unwrap_or_default();
        let datastore = "datastore-10".to_owned();
        let hardware = self.hardware(index, &datastore, inventory);
        let mut vm = Vm {
            name: self.name.to_owned(),
            folder: MoRef::new("Folder", VM_FOLDER),
            host,
            pool: Some(POOL.to_owned()),
            datastore,
            directory: self.name.to_owned(),
            uuid: identity::bios_uuid(self.name),
            instance_uuid: identity::instance_uuid(self.name),
            annotation: String::new(),
            template: false,
            powered_on: false,
            boots: 0,
            boot_time: None,
            extra_config: Vec::new(),
            guest: self.guest(),
            snapshots: Vec::new(),
            current_snapshot: None,
            revision: 0,
            hardware,
        };
        if self.change_tracking {
            super::operations::track_changes(&mut vm, true);
        }
        vm
    }

    fn hardware(&self, index: usize, datastore: &str, inventory: &Inventory) -> Hardware {
        let mut hardware = Hardware {
            cpus: self.cpus,
            cores_per_socket: 1,
            memory_mb: self.memory_mb,
            firmware: self.firmware,
            nested: false,
            controllers: Vec::new(),
            disks: Vec::new(),
            nics: Vec::new(),
        };
        for (bus, kind) in (0..).zip(self.controllers) {
            hardware.controllers.push(Controller {
                key: kind.first_key() + bus,
                kind: *kind,
                bus,
                shared: false,
            });
        }
        for (number, template) in self.disks.iter().enumerate() {
            if let Some(controller) = hardware.controllers.get(template.controller).cloned() {
                let disk = self.disk(number, template, &controller, &hardware, datastore);
                hardware.disks.push(disk);
            }
        }
        for (number, NicTemplate(kind, network, _)) in (0..).zip(self.nics) {
            let network = inventory.networks.iter().find(|(_, known)| known.name == *network);
            hardware.nics.push(Nic {
                key: 4000 + number,
                kind: *kind,
                mac: format!("00:50:56:a1:{:02x}:{:02x}", index + 1, number + 1),
                address_type: "assigned".to_owned(),
                network: network.map(|(id, _)| id.clone()).unwrap_or_default(),
                start_connected: true,
            });
        }
        hardware
    }

    fn disk(
        &self,
        number: usize,
        template: &DiskTemplate,
        controller: &Controller,
        hardware: &Hardware,
        datastore: &str,
    ) -> Disk {
        let owner = template.shared_with.unwrap_or(self.name);
        let file = match number {
            0 => format!("{owner}/{owner}.vmdk"),
            more => format!("{owner}/{owner}_{more}.vmdk"),
        };
        let unit = hardware.free_unit(controller);
        let bytes = template.gib * GIB;
        Disk {
            key: hardware.disk_key(controller, unit),
            controller: controller.key,
            unit,
            bytes,
            allocated: bytes / 100 * template.allocated_percent,
            datastore: datastore.to_owned(),
            uuid: identity::disk_uuid(&file),
            file,
            parents: Vec::new(),
            generation: 0,
            // Multi-writer disks must be thick and eagerly zeroed.
            thin: template.shared_with.is_none(),
            eager: template.shared_with.is_some(),
            mode: if template.shared_with.is_some() {
                "independent_persistent"
            } else {
                "persistent"
            }
            .to_owned(),
            shared: template.shared_with.is_some(),
        }
    }

    fn guest(&self) -> Guest {
        let (id, full_name, family) = self.os.facts();
        let address = |(ip, prefix): &(&str, i32)| GuestAddress {
            ip: (*ip).to_owned(),
            prefix: *prefix,
            is_static: true,
        };
        Guest {
            id,
            full_name,
            family,
            static_addresses: self
                .nics
                .iter()
                .map(|nic| nic.2.iter().map(address).collect())
                .collect(),
            has_tools: self.has_tools,
            running: false,
        }
    }
}

impl Os {
    fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Rhel7 => ("rhel7_64Guest", "Red Hat Enterprise Linux 7 (64-bit)", "linuxGuest"),
            Self::Rhel8 => ("rhel8_64Guest", "Red Hat Enterprise Linux 8 (64-bit)", "linuxGuest"),
            Self::Rhel9 => ("rhel9_64Guest", "Red Hat Enterprise Linux 9 (64-bit)", "linuxGuest"),
            Self::Windows2019 => (
                "windows2019srv_64Guest",
                "Microsoft Windows Server 2019 (64-bit)",
                "windowsGuest",
            ),
            Self::Windows2022 => (
                "windows2019srvNext_64Guest",
                "Microsoft Windows Server 2022 (64-bit)",
                "windowsGuest",
            ),
        }
    }
}
