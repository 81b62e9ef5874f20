//! A source platform in memory: its VMs have a name and the id of the run that marked them.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mtv_bdd::{
    cleanup::Endpoints,
    cluster::Clusters,
    source::{CloneRequest, Cpu, Descriptor, Error, Firmware, Power, SourcePlatform, SourceVm, VmId, vsphere},
};

/// A platform with the name and run of each VM; the id of a VM holds its index.
#[derive(Clone, Default)]
pub struct FakePlatform {
    vms: Arc<Mutex<Vec<(String, String)>>>,
    stuck: Arc<Mutex<Vec<String>>>,
}

impl FakePlatform {
    pub fn with(vms: &[(&str, &str)]) -> Self {
        let vms = vms.iter().map(|(name, run)| ((*name).to_owned(), (*run).to_owned()));
        Self {
            vms: Arc::new(Mutex::new(vms.collect())),
            stuck: Arc::default(),
        }
    }

    /// Makes the deletion of a VM fail.
    pub fn hold(&self, name: &str) {
        self.stuck.lock().unwrap().push(name.to_owned());
    }

    pub fn names(&self) -> Vec<String> {
        self.vms.lock().unwrap().iter().map(|(name, _)| name.clone()).collect()
    }
}

fn vm(number: usize, name: &str) -> SourceVm {
    SourceVm {
        id: VmId(format!("vm-{number}")),
        name: name.to_owned(),
        power: Power::Off,
        cpu: Cpu {
            sockets: 1,
            cores_per_socket: 1,
        },
        memory_mib: 1,
        nics: Vec::new(),
        disks: Vec::new(),
        firmware: Firmware::Bios,
        uuid: String::new(),
        guest_os: String::new(),
        guest_tools: false,
        tpm: false,
        annotation: String::new(),
        snapshots: Vec::new(),
    }
}

#[async_trait]
impl SourcePlatform for FakePlatform {
    fn descriptor(&self) -> &'static dyn Descriptor {
        &vsphere::DESCRIPTOR
    }

    fn product(&self) -> &str {
        "a platform in memory"
    }

    async fn find(&self, _: &str) -> Result<SourceVm, Error> {
        unreachable!("teardown does not look for VMs by name")
    }

    async fn describe(&self, _: &VmId) -> Result<Option<SourceVm>, Error> {
        Ok(None)
    }

    async fn networks(&self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    async fn storages(&self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    async fn clone_vm(&self, _: &str, _: &CloneRequest) -> Result<SourceVm, Error> {
        unreachable!("teardown does not clone")
    }

    async fn set_power(&self, _: &VmId, _: Power) -> Result<(), Error> {
        Ok(())
    }

    async fn wait_for_guest(&self, _: &VmId) -> Result<(), Error> {
        Ok(())
    }

    async fn delete(&self, id: &VmId) -> Result<(), Error> {
        let mut vms = self.vms.lock().unwrap();
        let index: usize = id.0.trim_start_matches("vm-").parse().unwrap();
        let name = vms[index].0.clone();
        if self.stuck.lock().unwrap().contains(&name) {
            return Err(Error::Unsupported {
                platform: "fake".to_owned(),
                action: format!("delete {name}"),
            });
        }
        // Keep the entry: the ids of the other VMs must not change.
        vms[index] = (String::new(), String::new());
        Ok(())
    }

    async fn owned_by(&self, run: &str) -> Result<Vec<SourceVm>, Error> {
        let vms = self.vms.lock().unwrap();
        let owned = vms.iter().enumerate().filter(|(_, (_, owner))| owner == run);
        Ok(owned.map(|(number, (name, _))| vm(number, name)).collect())
    }

    async fn disconnect(&self) {}
}

/// Endpoints of a teardown: the hub, and the fake platform as that of the provider `fake`.
pub struct Reached<'a> {
    pub clusters: Clusters,
    pub platform: &'a FakePlatform,
}

#[async_trait]
impl Endpoints for Reached<'_> {
    fn clusters(&self) -> Clusters {
        self.clusters.clone()
    }

    async fn platform(&self, key: &str) -> Result<Arc<dyn SourcePlatform>, Box<dyn std::error::Error + Send + Sync>> {
        match key {
            "fake" => Ok(Arc::new(self.platform.clone())),
            _ => Err("no such platform".into()),
        }
    }
}
