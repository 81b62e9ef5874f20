//! Guests as VMware Tools report them, and their boot time.

use std::{sync::Arc, time::Duration};

use vim25::Value;

use super::{
    hardware::Nic,
    inventory::{GuestAddress, Inventory, Vm},
    state::Simulator,
};

/// Simulated time from power-on until VMware Tools report.
const BOOT: Duration = Duration::from_secs(20);
/// Version number of VMware Tools.
pub const TOOLS_VERSION: i32 = 12389;
const DNS: &str = "10.46.0.31";
const PREFIX: i32 = 16;
/// Device key of the first network card, which has index 0 in the guest.
const FIRST_NIC_KEY: i32 = 4000;

/// Boots the guest of a VM after its power-on number `boot`.
pub fn boot(simulator: &Arc<Simulator>, id: String, boot: u32) {
    let background = Arc::clone(simulator);
    tokio::spawn(async move {
        tokio::select! {
            biased;
            () = background.stop.cancelled() => return,
            () = background.clock.sleep(BOOT) => {}
        }
        background.with(|state| {
            let still = state
                .inventory
                .vms
                .get(&id)
                .is_some_and(|vm| vm.powered_on && vm.boots == boot);
            if still && let Some(vm) = state.inventory.vm_mut(&id) {
                vm.guest.running = vm.guest.has_tools;
                state.touch();
            }
        });
    });
}

/// Addresses of the network card at `index`: the static ones, or else the one that DHCP assigns to its MAC address.
fn addresses(vm: &Vm, index: usize, nic: &Nic) -> Vec<GuestAddress> {
    match vm.guest.static_addresses.get(index) {
        Some(configured) if !configured.is_empty() => configured.clone(),
        _ => {
            let octets: Vec<u8> = nic
                .mac
                .split(':')
                .filter_map(|part| u8::from_str_radix(part, 16).ok())
                .collect();
            let (third, fourth) = match octets.as_slice() {
                [.., third, fourth] => (*third, *fourth),
                _ => (0, 0),
            };
            vec![GuestAddress {
                ip: format!("10.46.{third}.{}", fourth.clamp(1, 254)),
                prefix: PREFIX,
                is_static: false,
            }]
        }
    }
}

/// All addresses of a VM's guest; empty while the guest does not run.
pub fn all_addresses(vm: &Vm) -> Vec<String> {
    if !vm.guest.running {
        return Vec::new();
    }
    let nics = vm
        .hardware
        .nics
        .iter()
        .enumerate()
        .filter(|(_, nic)| nic.start_connected);
    nics.flat_map(|(index, nic)| addresses(vm, index, nic))
        .map(|address| address.ip)
        .collect()
}

/// Host name of the guest.
pub fn host_name(vm: &Vm) -> String {
    let name: String = vm
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    name.to_lowercase()
}

fn states(vm: &Vm) -> (&'static str, &'static str, &'static str) {
    if vm.guest.running {
        ("toolsOk", "guestToolsRunning", "running")
    } else if !vm.guest.has_tools {
        ("toolsNotInstalled", "guestToolsNotRunning", "notRunning")
    } else {
        ("toolsNotRunning", "guestToolsNotRunning", "notRunning")
    }
}

/// Returns the guest as `VirtualMachineGuestSummary`.
pub fn summary(vm: &Vm) -> Value {
    let (tools, running, _) = states(vm);
    let seen = vm.guest.running;
    Value::data("VirtualMachineGuestSummary")
        // vCenter keeps the last report of VMware Tools while the VM is off, also in clones.
        .with("guestId", vm.guest.id)
        .with("guestFullName", vm.guest.full_name)
        .with("toolsStatus", Value::text("VirtualMachineToolsStatus", tools))
        .with("toolsVersionStatus", "guestToolsUnmanaged")
        .with("toolsVersionStatus2", "guestToolsUnmanaged")
        .with("toolsRunningStatus", running)
        .with_some("hostName", seen.then(|| host_name(vm)))
        .with_some("ipAddress", all_addresses(vm).into_iter().next())
}

/// Returns the guest as `GuestInfo`.
pub fn info(inventory: &Inventory, vm: &Vm) -> Value {
    let (tools, running, state) = states(vm);
    let seen = vm.guest.running;
    let nics = vm.hardware.nics.iter().enumerate().filter(|_| seen);
    let nets = nics.map(|(index, nic)| net(inventory, vm, index, nic)).collect();
    let disks = vm
        .hardware
        .disks
        .iter()
        .enumerate()
        .filter(|_| seen)
        .map(|(index, disk)| {
            let (path, file_system) = if vm.guest.is_windows() {
                (
                    format!(
                        "{}:\\",
                        char::from(b'C'.saturating_add(u8::try_from(index).unwrap_or(0)))
                    ),
                    "NTFS",
                )
            } else if index == 0 {
                ("/".to_owned(), "xfs")
            } else {
                (format!("/data{index}"), "xfs")
            };
            let mapping = Value::data("GuestInfoVirtualDiskMapping").with("key", disk.key);
            Value::data("GuestDiskInfo")
                .with("diskPath", path)
                .with("capacity", disk.bytes)
                .with("freeSpace", disk.bytes - disk.allocated)
                .with("filesystemType", file_system)
                .with("mappings", vec![mapping])
        });
    let stacks = if seen { vec![stack(vm)] } else { vec![] };
    Value::data("GuestInfo")
        .with("toolsStatus", Value::text("VirtualMachineToolsStatus", tools))
        .with("toolsVersionStatus", "guestToolsUnmanaged")
        .with("toolsVersionStatus2", "guestToolsUnmanaged")
        .with("toolsRunningStatus", running)
        .with("toolsVersion", TOOLS_VERSION.to_string())
        .with("guestId", vm.guest.id)
        .with("guestFamily", vm.guest.family)
        .with("guestFullName", vm.guest.full_name)
        .with_some("hostName", seen.then(|| host_name(vm)))
        .with_some("ipAddress", all_addresses(vm).into_iter().next())
        .with("net", Value::array("GuestNicInfo", nets))
        .with("ipStack", Value::array("GuestStackInfo", stacks))
        .with("disk", Value::array("GuestDiskInfo", disks.collect()))
        .with("guestState", state)
        .with("appHeartbeatStatus", "appStatusGray")
        .with("guestOperationsReady", seen)
        .with("interactiveGuestOperationsReady", false)
        .with("guestStateChangeSupported", seen)
}

fn net(inventory: &Inventory, vm: &Vm, index: usize, nic: &Nic) -> Value {
    let addresses = if nic.start_connected {
        addresses(vm, index, nic)
    } else {
        Vec::new()
    };
    let configured = addresses.iter().map(|address| {
        Value::data("NetIpConfigInfoIpAddress")
            .with("ipAddress", &address.ip)
            .with("prefixLength", address.prefix)
            .with("origin", if address.is_static { "manual" } else { "dhcp" })
            .with("state", "preferred")
    });
    Value::data("GuestNicInfo")
        .with_some(
            "network",
            inventory.networks.get(&nic.network).map(|network| &network.name),
        )
        .with(
            "ipAddress",
            addresses
                .iter()
                .map(|address| Value::from(&address.ip))
                .collect::<Vec<_>>(),
        )
        .with("macAddress", &nic.mac)
        .with("connected", nic.start_connected)
        .with("deviceConfigId", nic.key)
        .with("dnsConfig", dns(vm))
        .with(
            "ipConfig",
            Value::data("NetIpConfigInfo").with("ipAddress", configured.collect::<Vec<_>>()),
        )
}

fn dns(vm: &Vm) -> Value {
    Value::data("NetDnsConfigInfo")
        .with("dhcp", false)
        .with("hostName", host_name(vm))
        .with("domainName", "")
        .with("ipAddress", vec![DNS])
}

/// Routes and name servers. The gateway of each network is its first address; the default route uses the first
/// connected network card.
fn stack(vm: &Vm) -> Value {
    let mut routes = Vec::new();
    for (index, nic) in vm
        .hardware
        .nics
        .iter()
        .enumerate()
        .filter(|(_, nic)| nic.start_connected)
    {
        let Some(address) = addresses(vm, index, nic).into_iter().next() else {
            continue;
        };
        let Some((network, gateway)) = network_and_gateway(&address) else {
            continue;
        };
        let device = (nic.key - FIRST_NIC_KEY).to_string();
        if routes.is_empty() {
            let gateway = Value::data("NetIpRouteConfigInfoGateway")
                .with("ipAddress", gateway)
                .with("device", &device);
            routes.push(route("0.0.0.0", 0, gateway));
        }
        routes.push(route(
            &network,
            address.prefix,
            Value::data("NetIpRouteConfigInfoGateway").with("device", &device),
        ));
    }
    Value::data("GuestStackInfo").with("dnsConfig", dns(vm)).with(
        "ipRouteConfig",
        Value::data("NetIpRouteConfigInfo").with("ipRoute", routes),
    )
}

fn route(network: &str, prefix: i32, gateway: Value) -> Value {
    Value::data("NetIpRouteConfigInfoIpRoute")
        .with("network", network)
        .with("prefixLength", prefix)
        .with("gateway", gateway)
}

fn network_and_gateway(address: &GuestAddress) -> Option<(String, String)> {
    let ip: std::net::Ipv4Addr = address.ip.parse().ok()?;
    let host_bits = u32::try_from(32 - address.prefix).ok()?;
    let network = u32::from(ip) & u32::MAX.checked_shl(host_bits).unwrap_or(0);
    Some((
        std::net::Ipv4Addr::from(network).to_string(),
        std::net::Ipv4Addr::from(network + 1).to_string(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_the_first_addresses_of_their_networks() {
        for (ip, prefix, network, gateway) in [
            ("192.168.1.100", 24, "192.168.1.0", "192.168.1.1"),
            ("10.2.123.67", 23, "10.2.122.0", "10.2.122.1"),
        ] {
            let address = GuestAddress {
                ip: ip.into(),
                prefix,
                is_static: true,
            };
            assert_eq!(network_and_gateway(&address), Some((network.into(), gateway.into())));
        }
    }
}
