//! The second platform itself: VMs in memory.

use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use mtv_bdd::source::{
    CloneRequest, Cpu, Descriptor, Disk, Error, Firmware, Nic, Power, SourcePlatform, SourceVm, VmId,
};

use crate::platform::SECOND;

pub const ADDRESS: &str = "https://engine.second.test/ovirt-engine/api";
pub const TEMPLATE: &str = "golden";

static VMS: Mutex<Vec<SourceVm>> = Mutex::new(Vec::new());

pub fn vms() -> MutexGuard<'static, Vec<SourceVm>> {
    let mut vms = VMS.lock().unwrap();
    if vms.is_empty() {
        vms.push(vm(0, TEMPLATE, String::new()));
    }
    vms
}

pub fn names() -> Vec<String> {
    vms().iter().map(|vm| vm.name.clone()).collect()
}

pub fn clones_of(run: &str) -> Vec<String> {
    let vms = vms();
    let owned = vms.iter().filter(|vm| vm.annotation == run);
    owned.map(|vm| vm.name.clone()).collect()
}

/// The disk that boots is neither the first by name nor the first by id.
fn vm(number: usize, name: &str, annotation: String) -> SourceVm {
    let disk = |disk: usize, gibibytes: u64, domain: &str| Disk {
        name: format!("volume {disk}"),
        bytes: gibibytes << 30,
        storage_id: format!("domain-{domain}"),
        storage: domain.to_owned(),
        id: format!("disk-{number}{disk}@2"),
        mode: "read-write".to_owned(),
    };
    SourceVm {
        id: VmId(format!("2f6a4b1c-0000-4000-8000-00000000000{number}")),
        name: name.to_owned(),
        power: Power::Off,
        cpu: Cpu {
            sockets: 1,
            cores_per_socket: 2,
        },
        memory_mib: 1024,
        nics: vec![Nic {
            name: "nic1".to_owned(),
            mac: format!("56:6f:00:00:00:0{number}"),
            network_id: "profile-1".to_owned(),
            network: "ovirtmgmt".to_owned(),
            connected: true,
        }],
        disks: vec![disk(9, 2, "fast"), disk(3, 1, "slow")],
        firmware: Firmware::Bios,
        uuid: String::new(),
        guest_os: "rhel_8x64".to_owned(),
        guest_tools: false,
        tpm: false,
        annotation,
        snapshots: Vec::new(),
    }
}

/// A connection to it.
pub struct Connection;

#[async_trait]
impl SourcePlatform for Connection {
    fn descriptor(&self) -> &'static dyn Descriptor {
        &SECOND
    }

    fn product(&self) -> &str {
        "a second platform"
    }

    async fn find(&self, name: &str) -> Result<SourceVm, Error> {
        let found = vms().iter().find(|vm| vm.name == name).cloned();
        found.ok_or_else(|| Error::NoSuchVm {
            platform: "second".to_owned(),
            vm: name.to_owned(),
            nearest: Vec::new(),
        })
    }

    async fn describe(&self, id: &VmId) -> Result<Option<SourceVm>, Error> {
        Ok(vms().iter().find(|vm| vm.id == *id).cloned())
    }

    async fn networks(&self) -> Result<Vec<String>, Error> {
        Ok(vec!["ovirtmgmt".to_owned()])
    }

    async fn storages(&self) -> Result<Vec<String>, Error> {
        Ok(vec!["fast".to_owned(), "slow".to_owned()])
    }

    async fn clone_vm(&self, _: &str, request: &CloneRequest) -> Result<SourceVm, Error> {
        let mut vms = vms();
        let clone = vm(vms.len(), &request.name, request.run.clone());
        vms.push(clone.clone());
        Ok(clone)
    }

    async fn set_power(&self, _: &VmId, _: Power) -> Result<(), Error> {
        Ok(())
    }

    async fn wait_for_guest(&self, _: &VmId) -> Result<(), Error> {
        Ok(())
    }

    async fn delete(&self, id: &VmId) -> Result<(), Error> {
        vms().retain(|vm| vm.id != *id);
        Ok(())
    }

    async fn owned_by(&self, run: &str) -> Result<Vec<SourceVm>, Error> {
        Ok(vms().iter().filter(|vm| vm.annotation == run).cloned().collect())
    }

    async fn disconnect(&self) {}
}
