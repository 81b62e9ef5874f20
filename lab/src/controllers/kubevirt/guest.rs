//! Guest data in the status of an instance: from the hypervisor once the domain runs, from the guest agent once the
//! guest has booted.

use forklift_api::kubevirt::{GuestOsInfo, InstanceInterface, Network, VirtualMachineInstance};
use kube::ResourceExt;

use crate::controllers::guest_os::GuestOs;

/// Sources that guest data comes from; each includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Knowledge {
    /// The launcher pod runs: its interfaces exist.
    Pod,
    /// The hypervisor runs the domain.
    Domain,
    /// The guest agent reports.
    Agent,
}

/// The network interfaces of the instance.
pub fn interfaces(instance: &VirtualMachineInstance, pod_ip: &str, known: Knowledge) -> Vec<InstanceInterface> {
    let networks = instance.spec.networks.iter().flatten();
    let devices = instance.spec.domain.devices.interfaces.iter().flatten();
    let interfaces = devices.enumerate().map(|(index, device)| {
        let network = networks.clone().find(|network| network.name == device.name);
        let is_pod = network.is_some_and(|network| network.pod.is_some());
        let mut interface = InstanceInterface {
            name: Some(device.name.clone()),
            pod_interface_name: Some(pod_interface(network, index)),
            ..InstanceInterface::default()
        };
        if known == Knowledge::Pod {
            return interface;
        }
        let mac = device
            .mac_address
            .clone()
            .unwrap_or_else(|| generated_mac(instance, index));
        // On the pod network the guest has the pod's address; on other networks the agent reports the address.
        let address = if is_pod {
            Some(pod_ip.to_owned())
        } else {
            (known == Knowledge::Agent).then(|| address(&mac))
        };
        interface.info_source = Some(match known {
            Knowledge::Agent => "domain, guest-agent".into(),
            _ => "domain".into(),
        });
        interface.interface_name = (known == Knowledge::Agent).then(|| format!("eth{index}"));
        interface.ip_addresses = address.clone().map(|address| vec![address]);
        interface.ip_address = address;
        interface.link_state = Some("up".into());
        interface.mac = Some(mac);
        interface.queue_count = Some(1);
        interface
    });
    interfaces.collect()
}

fn pod_interface(network: Option<&Network>, index: usize) -> String {
    match network {
        Some(network) if network.pod.is_some() => "eth0".into(),
        Some(network) => format!("pod{}", crate::controllers::objects::suffix(&network.name)),
        None => format!("net{index}"),
    }
}

/// KubeVirt generates random locally administered addresses; here they are derived from the instance.
fn generated_mac(instance: &VirtualMachineInstance, index: usize) -> String {
    let uid = instance.uid().unwrap_or_default();
    let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("{uid}/{index}").as_bytes());
    let [a, b, c, d, e, ..] = uuid.into_bytes();
    format!("02:{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}")
}

/// Address of the guest on a secondary network: 192.168.0.0/16, with the last two bytes of the MAC address.
fn address(mac: &str) -> String {
    let bytes: Vec<u8> = mac
        .split(':')
        .filter_map(|byte| u8::from_str_radix(byte, 16).ok())
        .collect();
    match bytes.as_slice() {
        [.., third, fourth] => format!("192.168.{third}.{}", fourth.clamp(&1, &254)),
        _ => "192.168.0.1".into(),
    }
}

/// The operating system that the guest agent reports.
pub fn os_info(instance: &VirtualMachineInstance) -> GuestOsInfo {
    let os = GuestOs::from_vm_name(&instance.name_any());
    GuestOsInfo {
        id: Some(os.id.into()),
        kernel_release: Some(os.kernel.into()),
        machine: Some("x86_64".into()),
        name: Some(os.name.into()),
        pretty_name: Some(os.pretty_name()),
        version_id: Some(os.version.clone()),
        version: Some(os.version),
        ..GuestOsInfo::default()
    }
}
