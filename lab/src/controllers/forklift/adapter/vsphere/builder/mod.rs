//! Describes VMs of a vCenter for the objects of their migration (`pkg/controller/plan/adapter/vsphere/builder.go`).

mod disks;
mod guest_os;
mod hardware;
mod serial;
mod virt_v2v;
mod workload;

use std::collections::BTreeMap;

use forklift_api::forklift::{ConversionSpec, Task, VmStatus};
use k8s_openapi::ByteString;
use kube::ResourceExt;
use serde_json::{Value, json};

use super::{
    LIBRARY_IMAGE,
    credentials::{PASSWORD, USER},
    inventory::{Collection, Vcenter, Vm},
};
use crate::controllers::forklift::{
    adapter::base::{Builder, Disk, Hardware, Inspection, task},
    error::{Error, Result},
    plan::{Execution, id},
};

pub use disks::template_data;

/// Knows the plan and the vCenter.
pub struct VsphereBuilder<'a> {
    execution: &'a Execution<'a>,
    inventory: &'a Vcenter,
}

impl<'a> VsphereBuilder<'a> {
    /// The builder of a plan's execution.
    pub fn new(execution: &'a Execution<'a>, inventory: &'a Vcenter) -> Self {
        Self { execution, inventory }
    }

    fn source(&self, vm: &VmStatus) -> Result<Vm> {
        let id = id(&vm.vm);
        let found = self.inventory.by_id(&id);
        found.ok_or_else(|| Error::unknown_vm(&id, &self.execution.source.name_any()))
    }

    /// SHA-1 of the vCenter's certificate.
    fn fingerprint(&self) -> Option<String> {
        let status = self.execution.source.status.as_ref();
        status.and_then(|status| status.fingerprint.clone())
    }

    /// The image of VMware's disk library.
    fn library_image(&self) -> Option<&String> {
        let settings = self.execution.source.spec.settings.as_ref();
        settings.and_then(|settings| settings.get(LIBRARY_IMAGE))
    }
}

impl Builder for VsphereBuilder<'_> {
    fn secret(&self) -> BTreeMap<String, ByteString> {
        let credentials = &self.execution.credentials;
        let mut data = BTreeMap::from([
            ("accessKeyId".to_owned(), bytes(credentials.text(USER))),
            ("secretKey".to_owned(), bytes(credentials.text(PASSWORD))),
        ]);
        if let (Some(pem), false) = (&credentials.ca, credentials.insecure) {
            data.insert("cacert".into(), bytes(pem.clone()));
        }
        data
    }

    fn tasks(&self, vm: &VmStatus) -> Result<Vec<Task>> {
        let source = self.source(vm)?;
        let disks = source.disks.iter();
        Ok(disks
            .map(|disk| task(disks::source(vm, disk), disk.mebibytes()))
            .collect())
    }

    fn disks(&self, vm: &VmStatus) -> Result<Vec<Disk>> {
        Ok(disks::disks(vm, &self.source(vm)?))
    }

    fn copy_label(&self, vm: &VmStatus) -> Result<(String, String)> {
        Ok(("vmUUID".to_owned(), self.source(vm)?.uuid))
    }

    fn import_source(&self, vm: &VmStatus, disk: &Disk, secret: &str) -> Result<Value> {
        Ok(json!({"vddk": {
            "backingFile": disk.source,
            "initImageURL": self.library_image(),
            "secretRef": secret,
            "thumbprint": self.fingerprint(),
            "url": self.execution.credentials.url,
            "uuid": self.source(vm)?.instance_uuid,
        }}))
    }

    fn hardware(&self, vm: &VmStatus) -> Result<Result<Hardware, String>> {
        Ok(hardware::hardware(self.inventory, &self.source(vm)?))
    }

    fn conversion(&self, vm: &VmStatus, spec: &mut ConversionSpec) -> Result<()> {
        spec.settings = Some(self.environment(vm, &self.source(vm)?));
        spec.vddk_image = self.library_image().cloned();
        Ok(())
    }

    fn inspection(&self, snapshot: &str) -> Inspection {
        let credentials = &self.execution.credentials;
        let connection = [
            ("fingerprint", self.fingerprint().unwrap_or_default()),
            ("insecureSkipVerify", credentials.insecure.to_string()),
            ("password", credentials.text(PASSWORD)),
            ("url", credentials.url.clone()),
            ("user", credentials.text(USER)),
        ];
        Inspection {
            connection: connection.map(|(key, value)| (key.to_owned(), bytes(value))).into(),
            spec: vec![
                ("settings", json!({"SNAPSHOT_MOREF": snapshot})),
                ("vddkImage", json!(self.library_image())),
            ],
        }
    }

    fn workload(&self, vm: &VmStatus) -> Value {
        let provider = self.execution.source.uid().unwrap_or_default();
        let found = Collection::Workloads.get(&self.inventory.tables(), &provider, &id(&vm.vm));
        workload::workload(found.unwrap_or_default())
    }

    fn operating_system(&self, inspection: &str) -> Option<String> {
        guest_os::operating_system(inspection)
    }
}

fn bytes(text: String) -> ByteString {
    ByteString(text.into_bytes())
}
