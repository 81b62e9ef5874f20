//! The target VirtualMachine.

use forklift_api::{
    forklift::{PlanSpec, TargetPowerState, VmStatus},
    kubevirt::VirtualMachine,
};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt;
use serde_json::{Value, json};

use super::{disks, network, quantity, serial};
use crate::{
    controllers::{
        forklift::{
            error::Result,
            inventory::vsphere::Vm,
            name_templates,
            plan::execution::{Execution, restarts, target_name, target_power_state},
        },
        objects,
    },
    injection::DefectName,
};

/// The VM, or why there is none.
pub fn machine(
    execution: &Execution<'_>,
    vm: &VmStatus,
    claims: &[PersistentVolumeClaim],
) -> Result<Result<VirtualMachine, String>> {
    let source = execution.source_vm(vm)?;
    if let Some(refused) = refuse(&source) {
        return Ok(Err(refused));
    }
    let bus = if execution.is_compatible() { "sata" } else { "virtio" };
    let (mut disks, volumes) = match disks_and_volumes(&execution.plan.spec, &source, vm, claims, bus) {
        Ok(pair) => pair,
        Err(refused) => return Ok(Err(refused)),
    };
    let has = |defect| has_defect(execution, &source, defect);
    if has(DefectName::LostDisk) {
        disks.pop();
    }
    if has(DefectName::SwappedDisks) {
        disks.reverse();
    }
    let name = target_name(vm);
    let nics = match has(DefectName::LostNic) {
        true => source.nics.split_last().map_or(&[][..], |(_, rest)| rest),
        false => &source.nics,
    };
    let (interfaces, networks) = network::interfaces(execution, &vm.vm, &source, nics);
    let spec = &execution.plan.spec;
    let mut labels = execution.vm_labels(vm);
    labels.insert("guestConverted".into(), (!execution.skips_conversion()).to_string());
    let input = if execution.is_compatible() { "usb" } else { "virtio" };
    let mut template_labels = spec.target_labels.clone().unwrap_or_default();
    if has(DefectName::MissingLabel) {
        template_labels.pop_last();
    }
    template_labels.insert("app".into(), name.clone());
    let mut annotations = json!({});
    if vm.new_name.is_some() {
        annotations["openshift.io/display-name"] = source.base.name.clone().into();
        annotations["original-ID"] = source.base.id.clone().into();
    }
    let mut domain = domain(execution, vm, &source);
    domain["devices"] = json!({
        "disks": disks,
        "inputs": [{"bus": input, "name": "tablet", "type": "tablet"}],
        "interfaces": interfaces,
        "tpm": match source.tpm_enabled {
            true => json!({"persistent": true}),
            false => json!({"enabled": false}),
        },
    });
    let mut template = json!({"domain": domain, "networks": networks, "volumes": volumes});
    if let Some(selector) = &spec.target_node_selector {
        template["nodeSelector"] = json!(selector);
    }
    let keeps_affinity = !has(DefectName::LostAffinity);
    if let Some(affinity) = spec.target_affinity.as_ref().filter(|_| keeps_affinity) {
        template["affinity"] = json!(affinity);
    }
    Ok(Ok(objects::from_json(json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {
            "name": name,
            "namespace": execution.namespace(),
            "labels": labels,
            "annotations": annotations,
        },
        "spec": {
            "runStrategy": run_strategy(execution, vm, &source),
            "template": {
                "metadata": {
                    "labels": template_labels,
                    "annotations": {
                        "vm.kubevirt.io/flavor": "",
                        "vm.kubevirt.io/os": "",
                        "vm.kubevirt.io/workload": "",
                    },
                },
                "spec": template,
            },
        },
    }))?))
}

fn has_defect(execution: &Execution<'_>, source: &Vm, defect: DefectName) -> bool {
    execution.shared.context.injections.defect(defect, &source.base.name)
}

fn refuse(source: &Vm) -> Option<String> {
    let name = &source.base.name;
    if source.is_template {
        return Some(format!("VM {name} is a template"));
    }
    (source.connection_state != "connected").then(|| format!("VM {name} is not connected"))
}

fn disks_and_volumes(
    spec: &PlanSpec,
    source: &Vm,
    vm: &VmStatus,
    claims: &[PersistentVolumeClaim],
    bus: &str,
) -> Result<(Vec<Value>, Vec<Value>), String> {
    let (mut disks, mut volumes) = (Vec::new(), Vec::new());
    let boot = usize::try_from(vm.detected_boot_disk.unwrap_or_default()).unwrap_or_default();
    for (index, disk) in source.disks_in_bus_order().into_iter().enumerate() {
        let claim = claims
            .iter()
            // A warm migration names disks after the file below its snapshots.
            .find(|claim| disks::source(claim).is_some_and(|file| file == disk.file || file == disk.base_file()));
        let Some(claim) = claim else {
            return Err(format!("failed to find persistent volume for disk {}", disk.file));
        };
        let name = name_templates::volume_name(spec, &vm.vm, &claim.name_any(), index);
        let serial = serial::disk(&disk.serial, &source.base.id, disk.key);
        let mut target = json!({"name": name, "disk": {"bus": bus}, "serial": serial});
        if disk.shared {
            target["shareable"] = true.into();
            target["cache"] = "none".into();
        }
        if index == boot {
            target["bootOrder"] = 1.into();
        }
        disks.push(target);
        volumes.push(json!({"name": name, "persistentVolumeClaim": {"claimName": claim.name_any()}}));
    }
    match disks.is_empty() {
        true => Err(format!("no disks were successfully mapped for VM {}", source.base.name)),
        false => Ok((disks, volumes)),
    }
}

fn domain(execution: &Execution<'_>, vm: &VmStatus, source: &Vm) -> Value {
    let cores = source.cores_per_socket.max(1);
    let mut memory = source.memory_mb << 20;
    let has = |defect| has_defect(execution, source, defect);
    if has(DefectName::WrongMemory) {
        memory /= 2;
    }
    let mut sockets = source.cpu_count / cores;
    if has(DefectName::WrongCpu) {
        sockets += 1;
    }
    let serial = match has(DefectName::WrongSerial) {
        // The other UUID that a VM has on vSphere.
        true => &source.instance_uuid,
        false => &source.uuid,
    };
    let is_efi = (source.firmware == "efi") != has(DefectName::WrongFirmware);
    let bootloader = match is_efi {
        true => json!({"efi": {"secureBoot": source.secure_boot}}),
        false => json!({"bios": {}}),
    };
    let mut domain = json!({
        "cpu": {"sockets": sockets, "cores": cores},
        "memory": {"guest": quantity::bytes(memory)},
        "firmware": {"bootloader": bootloader, "serial": serial::vmware(serial)},
        "resources": {},
    });
    let nested = vm
        .vm
        .enable_nested_virtualization
        .or(execution.plan.spec.enable_nested_virtualization);
    let policy = match nested {
        Some(true) => Some("optional"),
        Some(false) => Some("disable"),
        None => source.nested_hv_enabled.then_some("optional"),
    };
    if let Some(policy) = policy {
        let feature = |name: &str| json!({"name": name, "policy": policy});
        domain["cpu"]["features"] = json!([feature("vmx"), feature("svm")]);
    }
    if source.secure_boot {
        domain["features"] = json!({"smm": {"enabled": true}});
    }
    let tables = execution.inventory.tables();
    let timezone = tables.hosts.get(&source.host).map(|host| host.timezone.clone());
    if let Some(timezone) = timezone.filter(|timezone| !timezone.is_empty()) {
        domain["clock"] = json!({"timezone": timezone});
    }
    domain
}

/// Whether the VM runs: as the plan says, else as the source did. A Windows guest always runs, because it restarts.
fn run_strategy(execution: &Execution<'_>, vm: &VmStatus, source: &Vm) -> &'static str {
    let runs = match target_power_state(execution, vm) {
        TargetPowerState::On => true,
        TargetPowerState::Off => false,
        TargetPowerState::Auto => restarts(execution, vm, source) || vm.restore_power_state.as_deref() == Some("On"),
    };
    if runs { "Always" } else { "Halted" }
}
