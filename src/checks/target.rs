//! The VM that arrived, in words that can be compared with the VM that left.

use std::fmt;

use forklift_api::forklift::annotations::DISK_SOURCE;
use forklift_api::kubevirt::{Domain, Interface, Network, VirtualMachine, VirtualMachineInstanceSpec};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use super::quantity;
use crate::source::Firmware;

/// Network that an interface is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attached {
    /// The pod network.
    Pod,
    /// A NetworkAttachmentDefinition.
    Multus {
        /// Namespace of the NetworkAttachmentDefinition.
        namespace: String,
        /// Name of the NetworkAttachmentDefinition.
        name: String,
    },
    /// An interface whose network the VM does not define.
    Nothing,
}

impl fmt::Display for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pod => f.write_str("pod network"),
            Self::Multus { namespace, name } => write!(f, "{namespace}/{name}"),
            Self::Nothing => f.write_str("no network"),
        }
    }
}

/// A network interface of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetNic {
    /// MAC address, lower case; empty when KubeVirt chooses one.
    pub mac: String,
    /// The attached network.
    pub attached: Attached,
}

/// A disk of the target and the claim behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetDisk {
    /// The claim.
    pub claim: String,
    /// The source disk that Forklift filled it from: `[datastore] folder/file.vmdk` on vSphere.
    pub source: Option<String>,
    /// Storage class.
    pub storage_class: Option<String>,
    /// `Bound`, `Pending`, `Lost`; `None` when there is no such claim.
    pub phase: Option<String>,
    /// Whether the volume has a file system, with the disk image as a file in it.
    pub filesystem: bool,
    /// Size that was asked for, in bytes.
    pub requested: Option<u64>,
    /// Size that the volume has, in bytes.
    pub capacity: Option<u64>,
}

/// A VM on the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetVm {
    /// Name.
    pub name: String,
    /// Namespace.
    pub namespace: String,
    /// Requested power state: `spec.runStrategy`, or the older `spec.running`.
    pub run_strategy: String,
    /// State for people: `Running`, `Stopped`, ...
    pub printable_status: String,
    /// InstanceType that CPU and memory come from, if any.
    pub instance_type: Option<String>,
    /// Sockets, and cores of each.
    pub cpu: (i64, i64),
    /// Memory that the guest sees, in MiB.
    pub memory_mib: Option<u64>,
    /// BIOS or EFI.
    pub firmware: Firmware,
    /// Whether it has a trusted platform module.
    pub tpm: bool,
    /// Serial number of the system.
    pub serial: Option<String>,
    /// Network interfaces.
    pub nics: Vec<TargetNic>,
    /// Disks, in their order.
    pub disks: Vec<TargetDisk>,
}

/// Requested power state of a VM.
pub(super) fn run_strategy(vm: &VirtualMachine) -> String {
    match (&vm.spec.run_strategy, vm.spec.running) {
        (Some(strategy), _) => strategy.clone(),
        (None, Some(true)) => "Always".to_owned(),
        (None, _) => "Halted".to_owned(),
    }
}

/// State for people; empty before KubeVirt has seen the VM.
pub(super) fn printable_status(vm: &VirtualMachine) -> &str {
    vm.status
        .as_ref()
        .and_then(|status| status.printable_status.as_deref())
        .unwrap_or_default()
}

impl TargetVm {
    /// The VM with those of the namespace's claims that it uses.
    pub fn new(vm: &VirtualMachine, claims: &[PersistentVolumeClaim]) -> Self {
        let namespace = vm.metadata.namespace.clone().unwrap_or_default();
        let nothing = VirtualMachineInstanceSpec::default();
        let spec = vm.spec.template.spec.as_ref().unwrap_or(&nothing);
        let domain = &spec.domain;
        let cpu = domain.cpu.clone().unwrap_or_default();
        let networks = spec.networks.as_deref().unwrap_or_default();
        let interfaces = domain.devices.interfaces.as_deref().unwrap_or_default();
        Self {
            name: vm.metadata.name.clone().unwrap_or_default(),
            run_strategy: run_strategy(vm),
            printable_status: printable_status(vm).to_owned(),
            instance_type: vm.spec.instancetype.as_ref().and_then(|matcher| matcher.name.clone()),
            cpu: (cpu.sockets.unwrap_or(1), cpu.cores.unwrap_or(1)),
            memory_mib: memory_mib(spec),
            firmware: firmware(domain),
            tpm: has_tpm(domain),
            serial: domain.firmware.as_ref().and_then(|firmware| firmware.serial.clone()),
            nics: interfaces
                .iter()
                .map(|nic| target_nic(nic, networks, &namespace))
                .collect(),
            disks: claim_names(spec)
                .into_iter()
                .map(|name| target_disk(name, claims))
                .collect(),
            namespace,
        }
    }
}

fn memory_mib(spec: &VirtualMachineInstanceSpec) -> Option<u64> {
    let guest = spec.domain.memory.as_ref().and_then(|memory| memory.guest.as_ref());
    // The older way to say how much memory a VM has.
    let requested = || spec.domain.resources.as_ref()?.requests.as_ref()?.get("memory");
    Some(quantity::bytes(guest.or_else(requested)?)? >> 20)
}

/// A VM that does not say how it boots boots with BIOS, and one with EFI that does not say so has secure boot (KubeVirt,
/// `pkg/virt-launcher/virtwrap/converter`).
fn firmware(domain: &Domain) -> Firmware {
    let bootloader = domain
        .firmware
        .as_ref()
        .and_then(|firmware| firmware.bootloader.as_ref());
    match bootloader.and_then(|bootloader| bootloader.efi.as_ref()) {
        None => Firmware::Bios,
        Some(efi) => Firmware::Efi {
            secure_boot: efi.secure_boot.unwrap_or(true),
        },
    }
}

/// Forklift writes a module that is switched off for VMs that have none (`pkg/controller/plan/adapter/vsphere/builder.go`).
fn has_tpm(domain: &Domain) -> bool {
    let tpm = domain.devices.tpm.as_ref();
    tpm.is_some_and(|tpm| tpm.get("enabled").and_then(serde_json::Value::as_bool) != Some(false))
}

fn target_nic(nic: &Interface, networks: &[Network], namespace: &str) -> TargetNic {
    let network = networks.iter().find(|network| network.name == nic.name);
    let attached = match network {
        Some(Network {
            multus: Some(multus), ..
        }) => {
            let (namespace, name) = multus
                .network_name
                .split_once('/')
                .unwrap_or((namespace, &multus.network_name));
            Attached::Multus {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            }
        }
        Some(Network { pod: Some(_), .. }) => Attached::Pod,
        Some(_) | None => Attached::Nothing,
    };
    TargetNic {
        mac: nic.mac_address.clone().unwrap_or_default().to_lowercase(),
        attached,
    }
}

/// The claims behind the disks, in the order of the disks; a DataVolume's claim has the DataVolume's name.
fn claim_names(spec: &VirtualMachineInstanceSpec) -> Vec<&str> {
    let volumes = spec.volumes.as_deref().unwrap_or_default();
    let disks = spec.domain.devices.disks.as_deref().unwrap_or_default();
    disks
        .iter()
        .filter_map(|disk| {
            let volume = volumes.iter().find(|volume| volume.name == disk.name)?;
            let claim = volume
                .persistent_volume_claim
                .as_ref()
                .map(|claim| claim.claim_name.as_str());
            claim.or_else(|| volume.data_volume.as_ref().map(|volume| volume.name.as_str()))
        })
        .collect()
}

fn target_disk(name: &str, claims: &[PersistentVolumeClaim]) -> TargetDisk {
    let claim = claims.iter().find(|claim| claim.metadata.name.as_deref() == Some(name));
    let spec = claim.and_then(|claim| claim.spec.as_ref());
    let status = claim.and_then(|claim| claim.status.as_ref());
    let requests = spec.and_then(|spec| spec.resources.as_ref()?.requests.as_ref());
    TargetDisk {
        claim: name.to_owned(),
        source: claim.and_then(|claim| claim.metadata.annotations.as_ref()?.get(DISK_SOURCE).cloned()),
        storage_class: spec.and_then(|spec| spec.storage_class_name.clone()),
        phase: status.and_then(|status| status.phase.clone()),
        filesystem: spec.and_then(|spec| spec.volume_mode.as_deref()) != Some("Block"),
        requested: requests.and_then(|requests| quantity::bytes(requests.get("storage")?)),
        capacity: status.and_then(|status| quantity::bytes(status.capacity.as_ref()?.get("storage")?)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_vm_is_read_as_forklift_creates_it() {
        let vm: VirtualMachine = serde_json::from_value(json!({
            "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
            "metadata": {"name": "rhel-two", "namespace": "target"},
            "spec": {"runStrategy": "Always", "template": {"spec": {
                "domain": {
                    "cpu": {"cores": 1, "sockets": 2}, "memory": {"guest": "2Gi"},
                    "firmware": {"bootloader": {"efi": {"secureBoot": false}}, "serial": "VMware-42 13"},
                    "devices": {
                        "tpm": {"enabled": false},
                        "disks": [{"name": "vol-0", "disk": {"bus": "virtio"}}, {"name": "vol-1", "disk": {"bus": "virtio"}}],
                        "interfaces": [
                            {"name": "net-0", "macAddress": "00:0C:29:39:64:30", "bridge": {}},
                            {"name": "net-1", "macAddress": "00:50:56:aa:bb:14", "masquerade": {}},
                        ],
                    },
                },
                "networks": [{"name": "net-0", "multus": {"networkName": "default/lab-bridge"}}, {"name": "net-1", "pod": {}}],
                "volumes": [
                    {"name": "vol-0", "persistentVolumeClaim": {"claimName": "disk-0"}},
                    {"name": "vol-1", "persistentVolumeClaim": {"claimName": "disk-1"}},
                ],
            }}},
            "status": {"printableStatus": "Running"},
        }))
        .expect("a VM");
        let claim: PersistentVolumeClaim = serde_json::from_value(json!({
            "metadata": {"name": "disk-0", "annotations": {DISK_SOURCE: "[LocalDS_0] rhel-two/rhel-two.vmdk"}},
            "spec": {
                "storageClassName": "lab-block", "volumeMode": "Block", "resources": {"requests": {"storage": "10Gi"}},
            },
            "status": {"phase": "Bound", "capacity": {"storage": "10Gi"}},
        }))
        .expect("a claim");
        let target = TargetVm::new(&vm, &[claim]);
        assert_eq!((target.cpu, target.memory_mib), ((2, 1), Some(2048)));
        assert_eq!(
            (target.run_strategy.as_str(), target.printable_status.as_str()),
            ("Always", "Running")
        );
        assert_eq!(target.firmware, Firmware::Efi { secure_boot: false });
        assert_eq!((target.tpm, target.serial.as_deref()), (false, Some("VMware-42 13")));
        let nics: Vec<String> = target
            .nics
            .iter()
            .map(|nic| format!("{} {}", nic.mac, nic.attached))
            .collect();
        assert_eq!(
            nics,
            ["00:0c:29:39:64:30 default/lab-bridge", "00:50:56:aa:bb:14 pod network"]
        );
        let disks: Vec<_> = target
            .disks
            .iter()
            .map(|disk| (disk.claim.as_str(), disk.requested, disk.phase.as_deref()))
            .collect();
        assert_eq!(
            disks,
            [("disk-0", Some(10 << 30), Some("Bound")), ("disk-1", None, None)]
        );
        assert_eq!(
            target.disks[0].source.as_deref(),
            Some("[LocalDS_0] rhel-two/rhel-two.vmdk")
        );
    }
}
