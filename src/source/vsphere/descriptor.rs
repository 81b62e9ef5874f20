//! What differs from other platforms when VMs come from vSphere (Forklift, `pkg/controller/plan/adapter/vsphere/builder.go`).

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use forklift_api::forklift::snapshots;
use go_template::{Data, Value};
use secrecy::ExposeSecret;

use super::{Options, Vsphere, inventory::VsphereInventory, serial::serial};
use crate::{
    settings::{
        ProviderEntry, ProviderType,
        providers::{self, VsphereEndpoint},
    },
    source::{
        Access, Capabilities, Descriptor, Disk, Error, InventoryAdapter, Serial, SourcePlatform, SourceVm, Words,
    },
};

/// vSphere.
pub static DESCRIPTOR: VsphereDescriptor = VsphereDescriptor;

/// See [`DESCRIPTOR`].
#[derive(Debug)]
pub struct VsphereDescriptor;

impl Descriptor for VsphereDescriptor {
    fn provider_type(&self) -> ProviderType {
        ProviderType::Vsphere
    }

    fn access(&self, entry: &ProviderEntry) -> Option<Box<dyn Access>> {
        match entry {
            ProviderEntry::Vsphere(entry) => Some(Box::new(VsphereAccess(entry.clone()))),
            _ => None,
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            warm: true,
            disk_types: true,
            more_disks: true,
            snapshots: true,
        }
    }

    fn inventory(&self) -> &'static dyn InventoryAdapter {
        &VsphereInventory
    }

    /// The file below all snapshots: those of snapshots have a number of six digits behind the disk's name.
    fn disk_key<'a>(&self, id: &'a str) -> &'a str {
        let name = id.strip_suffix(".vmdk").unwrap_or(id);
        match name.rsplit_once('-') {
            Some((base, number)) if number.len() == 6 && number.bytes().all(|byte| byte.is_ascii_digit()) => base,
            _ => name,
        }
    }

    fn claim_name_data(&self, disk: &Disk) -> Data {
        let path = disk.id.split_once("] ").map_or(disk.id.as_str(), |(_, path)| path);
        Data::from([
            // No scenario names another root disk.
            ("RootDiskIndex", Value::Int(0)),
            ("FileName", path.rsplit('/').next().unwrap_or(path).into()),
        ])
    }

    fn precopy_snapshot(&self) -> Option<&'static str> {
        Some(snapshots::PRECOPY)
    }

    fn serial(&self, vm: &SourceVm, openshift: Option<&str>) -> Result<Serial, String> {
        serial(&vm.uuid, openshift)
    }

    fn words(&self) -> Words {
        Words {
            disk_ids: "files of disks",
        }
    }
}

/// A vCenter or an ESXi host of the providers file.
struct VsphereAccess(Box<providers::Vsphere>);

#[async_trait]
impl Access for VsphereAccess {
    fn tag(&self) -> &'static str {
        match self.0.endpoint_type {
            VsphereEndpoint::Vcenter => ProviderType::Vsphere.as_str(),
            VsphereEndpoint::Esxi => "esxi",
        }
    }

    fn url(&self) -> &str {
        &self.0.api_url
    }

    fn secret(&self) -> Result<BTreeMap<String, String>, providers::Error> {
        let password = self.0.password.value()?.expose_secret();
        let data = [
            ("url", self.0.api_url.as_str()),
            ("user", &self.0.username),
            ("password", password),
        ];
        Ok(data.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
    }

    fn settings(&self) -> BTreeMap<String, String> {
        let endpoint = ("sdkEndpoint".to_owned(), self.0.endpoint_type.as_str().to_owned());
        let vddk = self.0.vddk_init_image.clone();
        let vddk = vddk.map(|image| ("vddkInitImage".to_owned(), image));
        [endpoint].into_iter().chain(vddk).collect()
    }

    fn copy_offload(&self) -> bool {
        self.0.copyoffload.is_some()
    }

    async fn connect(&self, key: &str) -> Result<Arc<dyn SourcePlatform>, Error> {
        let options = Options {
            key: key.to_owned(),
            url: self.0.api_url.clone(),
            user: self.0.username.clone(),
            password: self.0.password.value()?.clone(),
            // Source platforms of test labs sign their certificates themselves, and the providers file names no
            // authority. What Forklift trusts is a matter of its own: the Secret of the Provider.
            trust: vim25::Trust::Insecure,
        };
        Ok(Arc::new(Vsphere::connect(options).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_snapshots_belong_to_their_disk() {
        for (one, other, expected) in [
            ("[ds] a/a.vmdk", "[ds] a/a.vmdk", true),
            ("[ds] a/a.vmdk", "[ds] a/a-000002.vmdk", true),
            ("[ds] a/a_1.vmdk", "[ds] a/a-000002.vmdk", false),
            ("[ds] a/a-1.vmdk", "[ds] a/a.vmdk", false),
        ] {
            let same = DESCRIPTOR.disk_key(one) == DESCRIPTOR.disk_key(other);
            assert_eq!(same, expected, "{one} {other}");
        }
    }
}
