//! What VMware Tools report from inside a guest.

use serde::Serialize;
use vim25::Value;

use super::read::Read;

/// One address of one interface.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestNetwork {
    /// Index of the interface as text.
    pub device: String,
    /// Device key of the virtual card.
    pub device_config_id: i64,
    /// MAC address.
    pub mac: String,
    /// Address.
    pub ip: String,
    /// `manual`, `dhcp`, ...
    pub origin: String,
    /// Prefix length.
    pub prefix: i64,
    /// Name servers.
    pub dns: Vec<String>,
    /// Name of the network.
    pub network: String,
}

impl GuestNetwork {
    /// All addresses of `guest.net`.
    pub fn from_interfaces(interfaces: &[Value]) -> Vec<Self> {
        let addresses = interfaces.iter().enumerate().flat_map(|(index, interface)| {
            interface.items("ipConfig.ipAddress").iter().map(move |address| Self {
                device: index.to_string(),
                device_config_id: interface.number("deviceConfigId"),
                mac: interface.string("macAddress").to_lowercase(),
                ip: address.string("ipAddress"),
                origin: address.string("origin"),
                prefix: address.number("prefixLength"),
                dns: texts(interface.items("dnsConfig.ipAddress")),
                network: interface.string("network"),
            })
        });
        addresses.collect()
    }
}

/// A route of the guest.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestIpStack {
    /// Interface of the route.
    pub device: String,
    /// Next hop.
    pub gateway: String,
    /// Destination.
    pub network: String,
    /// Prefix length of the destination.
    pub prefix: i64,
    /// Name servers.
    pub dns: Vec<String>,
}

impl GuestIpStack {
    /// All routes of `guest.ipStack`.
    pub fn from_stacks(stacks: &[Value]) -> Vec<Self> {
        let routes = stacks.iter().flat_map(|stack| {
            stack.items("ipRouteConfig.ipRoute").iter().map(|route| Self {
                device: route.string("gateway.device"),
                gateway: route.string("gateway.ipAddress"),
                network: route.string("network"),
                prefix: route.number("prefixLength"),
                dns: texts(stack.items("dnsConfig.ipAddress")),
            })
        });
        routes.collect()
    }
}

/// A file system of the guest.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestDisk {
    /// Index.
    pub key: usize,
    /// Where it is mounted.
    pub disk_path: String,
    /// Bytes.
    pub capacity: i64,
    /// Free bytes.
    pub free_space: i64,
    /// Type of the file system.
    pub filesystem_type: String,
}

impl GuestDisk {
    /// All file systems of `guest.disk`.
    pub fn from_disks(disks: &[Value]) -> Vec<Self> {
        let disks = disks.iter().enumerate().map(|(key, disk)| Self {
            key,
            disk_path: disk.string("diskPath"),
            capacity: disk.number("capacity"),
            free_space: disk.number("freeSpace"),
            filesystem_type: disk.string("filesystemType"),
        });
        disks.collect()
    }
}

fn texts(values: &[Value]) -> Vec<String> {
    values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
