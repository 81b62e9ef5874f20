//! Builds the target VirtualMachine.

use std::sync::Arc;

use forklift_api::{
    forklift::{PlanSpec, TargetPowerState, VmStatus},
    kubevirt::VirtualMachine,
};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt;
use serde_json::{Value, json};

use super::{disks, network, quantity};
use crate::{
    controllers::{
        forklift::{
            adapter::{Hardware, SourceVm},
            error::Result,
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
    claims: &[Arc<PersistentVolumeClaim>],
) -> Result<Result<VirtualMachine, String>> {
    let source = execution.source_vm(vm)?;
    let hardware = match execution.builder().hardware(vm)? {
        Ok(hardware) => hardware,
        Err(refused) => return Ok(Err(refused)),
    };
    let bus = if execution.is_compatible() { "sata" } else { "virtio" };
    let (mut disks, volumes) = match disks_and_volumes(&execution.plan.spec, &hardware, vm, claims, bus) {
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
    let nics = if has(DefectName::LostNic) {
        source.nics.split_last().map_or(&[][..], |(_, rest)| rest)
    } else {
        &source.nics
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
        annotations["openshift.io/display-name"] = source.name.clone().into();
        annotations["original-ID"] = source.id.clone().into();
    }
    let mut domain = domain(execution, vm, &source, &hardware);
    let tpm = if hardware.has_tpm {
        json!({"persistent": true})
    } else {
        json!({"enabled": false})
    };
    domain["devices"] = json!({
        "disks": disks,
        "inputs": [{"bus": input, "name": "tablet", "type": "tablet"}],
        "interfaces": interfaces,
        "tpm": tpm,
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

fn has_defect(execution: &Execution<'_>, source: &SourceVm, defect: DefectName) -> bool {
    execution.shared.context.injections.defect(defect, &source.name)
}

fn disks_and_volumes(
    spec: &PlanSpec,
    hardware: &Hardware,
    vm: &VmStatus,
    claims: &[Arc<PersistentVolumeClaim>],
    bus: &str,
) -> Result<(Vec<Value>, Vec<Value>), String> {
    let (mut disks, mut volumes) = (Vec::new(), Vec::new());
    let boot = usize::try_from(vm.detected_boot_disk.unwrap_or_default()).unwrap_or_default();
    for (index, disk) in hardware.disks.iter().enumerate() {
        let claim = claims
            .iter()
            .find(|claim| disks::source(claim).is_some_and(|name| name == disk.source || name == disk.base));
        let Some(claim) = claim else {
            return Err(format!("failed to find persistent volume for disk {}", disk.source));
        };
        let name = name_templates::volume_name(spec, &vm.vm, &claim.name_any(), index);
        let mut target = json!({"name": name, "disk": {"bus": bus}, "serial": disk.serial});
        if disk.is_shared {
            target["shareable"] = true.into();
            target["cache"] = "none".into();
        }
        if index == boot {
            target["bootOrder"] = 1.into();
        }
        disks.push(target);
        volumes.push(json!({"name": name, "persistentVolumeClaim": {"claimName": claim.name_any()}}));
    }
    if disks.is_empty() {
        Err(format!(
            "no disks were successfully mapped for VM {}",
            vm.vm.name.as_deref().unwrap_or_default()
        ))
    } else {
        Ok((disks, volumes))
    }
}

fn domain(execution: &Execution<'_>, vm: &VmStatus, source: &SourceVm, hardware: &Hardware) -> Value {
    let mut memory = hardware.memory;
    let has = |defect| has_defect(execution, source, defect);
    if has(DefectName::WrongMemory) {
        memory /= 2;
    }
    let mut sockets = hardware.sockets;
    if has(DefectName::WrongCpu) {
        sockets += 1;
    }
    let serial = if has(DefectName::WrongSerial) {
        &hardware.other_serial
    } else {
        &hardware.serial
    };
    let is_efi = hardware.is_efi != has(DefectName::WrongFirmware);
    let bootloader = if is_efi {
        json!({"efi": {"secureBoot": hardware.secure_boot}})
    } else {
        json!({"bios": {}})
    };
    let mut domain = json!({
        "cpu": {"sockets": sockets, "cores": hardware.cores},
        "memory": {"guest": quantity::bytes(memory)},
        "firmware": {"bootloader": bootloader, "serial": serial},
        "resources": {},
    });
    let nested = vm
        .vm
        .enable_nested_virtualization
        .or(execution.plan.spec.enable_nested_virtualization);
    let policy = match nested {
        Some(true) => Some("optional"),
        Some(false) => Some("disable"),
        None => hardware.nested_virtualization.then_some("optional"),
    };
    if let Some(policy) = policy {
        let feature = |name: &str| json!({"name": name, "policy": policy});
        domain["cpu"]["features"] = json!([feature("vmx"), feature("svm")]);
    }
    if hardware.secure_boot {
        domain["features"] = json!({"smm": {"enabled": true}});
    }
    if !hardware.timezone.is_empty() {
        domain["clock"] = json!({"timezone": hardware.timezone});
    }
    domain
}

/// Run strategy from the plan's power state, else from the source's. Windows guests always run, because they reboot.
fn run_strategy(execution: &Execution<'_>, vm: &VmStatus, source: &SourceVm) -> &'static str {
    let runs = match target_power_state(execution, vm) {
        TargetPowerState::On => true,
        TargetPowerState::Off => false,
        TargetPowerState::Auto => restarts(execution, vm, source) || vm.restore_power_state.as_deref() == Some("On"),
    };
    if runs { "Always" } else { "Halted" }
}
