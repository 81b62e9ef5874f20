//! The Conversion of a VM: what virt-v2v is to do, and how its pod is to be made.

use std::collections::BTreeMap;

use forklift_api::forklift::{Conversion, VmStatus};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Secret};
use kube::ResourceExt;
use serde_json::{Value, json};

use super::disks::claims;
use crate::controllers::{
    forklift::{
        error::Result,
        inventory::vsphere::Vm,
        plan::execution::{Execution, target_name},
        release::VIRT_V2V_IMAGE,
    },
    objects,
};

/// The Conversion, or why there is none.
pub async fn conversion(
    execution: &Execution<'_>,
    vm: &VmStatus,
    secret: &Secret,
) -> Result<Result<Conversion, String>> {
    let source = execution.source_vm(vm)?;
    let claims = claims(execution, vm).await?;
    if claims.is_empty() {
        return Ok(Err(format!(
            "no disks were successfully mapped for VM '{}'",
            source.base.name
        )));
    }
    let spec = &execution.plan.spec;
    // The disks of a warm migration are there already.
    let kind = if vm.warm.is_some() { "InPlace" } else { "Remote" };
    let mut labels = execution.vm_labels(vm);
    labels.insert("conversion-type".into(), kind.into());
    labels.insert("forklift.app".into(), "virt-v2v".into());
    labels.extend(spec.convertor_labels.clone().unwrap_or_default());
    let image = spec.virt_v2v_image.clone().unwrap_or_else(|| VIRT_V2V_IMAGE.into());
    let settings = execution.source.spec.settings.clone().unwrap_or_default();
    let mut conversion: Conversion = objects::from_json(json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Conversion",
        "metadata": {
            "generateName": execution.generate_name(vm),
            "namespace": execution.plan.namespace(),
            "labels": labels,
        },
        "spec": {
            "type": kind,
            "destination": {
                "name": spec.provider.destination.name,
                "namespace": spec.provider.destination.namespace,
            },
            "vm": {"id": vm.vm.id, "name": vm.vm.name},
            "disks": claims.iter().enumerate().map(disk).collect::<Vec<_>>(),
            "connection": {"secret": {"name": secret.name_any(), "namespace": secret.namespace()}},
            "image": image,
            "localMigration": true,
            "podSettings": {
                "affinity": spec.convertor_affinity.as_ref().map_or_else(spread, |affinity| json!(affinity)),
                "generateName": execution.generate_name(vm),
                "nodeSelector": spec.convertor_node_selector,
                "requestKVM": true,
                "serviceAccount": spec.service_account,
            },
            "settings": environment(execution, vm, &source),
            "targetNamespace": execution.namespace(),
            "xfsCompatibility": spec.xfs_compatibility.unwrap_or(false),
        },
    }))?;
    conversion.spec.vddk_image = settings.get("vddkInitImage").cloned();
    Ok(Ok(conversion))
}

fn disk((index, claim): (usize, &PersistentVolumeClaim)) -> Value {
    let mode = claim.spec.as_ref().and_then(|spec| spec.volume_mode.clone());
    let mode = mode.unwrap_or_else(|| "Filesystem".into());
    let (key, path) = match mode.as_str() {
        "Block" => ("devicePath", format!("/dev/block{index}")),
        _ => ("mountPath", format!("/mnt/disks/disk{index}")),
    };
    let mut disk = json!({"name": claim.name_any(), "namespace": claim.namespace(), "volumeMode": mode});
    disk[key] = path.into();
    disk
}

/// Conversion pods stay away from each other, if possible.
fn spread() -> Value {
    json!({"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
        "weight": 100,
        "podAffinityTerm": {
            "labelSelector": {"matchExpressions": [
                {"key": "forklift.app", "operator": "In", "values": ["virt-v2v"]},
            ]},
            "namespaceSelector": {},
            "topologyKey": "kubernetes.io/hostname",
        },
    }]}})
}

fn environment(execution: &Execution<'_>, vm: &VmStatus, source: &Vm) -> BTreeMap<String, String> {
    let fingerprint = execution
        .source
        .status
        .as_ref()
        .and_then(|status| status.fingerprint.clone());
    let mut environment = BTreeMap::from([
        ("V2V_HOSTNAME", hostname(source, vm)),
        ("V2V_extra_args", "[]".into()),
        ("V2V_fingerprint", fingerprint.unwrap_or_default()),
        ("V2V_inspector_extra_args", "[]".into()),
        ("V2V_libvirtURL", libvirt_url(execution, source)),
        ("V2V_source", "vSphere".into()),
        ("V2V_vmName", source.base.name.clone()),
    ]);
    if let Some(root) = &vm.vm.root_disk {
        environment.insert("V2V_RootDisk", root.clone());
    }
    if let Some(name) = &vm.new_name {
        environment.insert("V2V_NewName", name.clone());
    }
    let addresses = static_addresses(source);
    if execution.plan.spec.preserve_static_ips != Some(false) && !addresses.is_empty() {
        environment.insert("V2V_preserveStaticIPs", "true".into());
        environment.insert("V2V_staticIPs", addresses);
    }
    environment
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

fn hostname(source: &Vm, vm: &VmStatus) -> String {
    match source.host_name.is_empty() {
        true => target_name(vm),
        false => source.host_name.clone(),
    }
}

/// `MAC:ip:ADDRESS,GATEWAY,PREFIX,DNS...` for each address, joined by underscores.
fn static_addresses(source: &Vm) -> String {
    let addresses = source.guest_networks.iter().map(|network| {
        let stack = source.guest_ip_stacks.iter().find(|stack| {
            stack.device == network.device
                && !stack.gateway.is_empty()
                && stack.gateway.contains(':') == network.ip.contains(':')
        });
        let gateway = stack.map(|stack| stack.gateway.as_str()).unwrap_or_default();
        let dns = network.dns.join(",");
        format!("{}:ip:{},{gateway},{},{dns}", network.mac, network.ip, network.prefix)
    });
    addresses.collect::<Vec<_>>().join("_")
}

/// How virt-v2v reaches the VM through libvirt.
fn libvirt_url(execution: &Execution<'_>, source: &Vm) -> String {
    let credentials = &execution.credentials;
    let address: Option<reqwest::Url> = credentials.url.parse().ok();
    let host = address.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
    let port = address
        .as_ref()
        .and_then(|url| url.port())
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let path = execution
        .inventory
        .tables()
        .hosts
        .get(&source.host)
        .map(|host| host.base.path.replace(' ', "%20"))
        .unwrap_or_default();
    let user = credentials.user.replace('\\', "%5c").replace('@', "%40");
    let trust = match credentials.insecure {
        true => "no_verify=1",
        false => "cacert=/etc/secret/cacert",
    };
    format!("vpx://{user}@{host}{port}{path}?{trust}")
}
