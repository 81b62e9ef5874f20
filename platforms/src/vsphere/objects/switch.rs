//! `VmwareDistributedVirtualSwitch`.

use vim25::{MoRef, Value};

use super::{
    super::{inventory::NetworkKind, state::State},
    entity::{common, references},
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &[
    "capability",
    "config",
    "networkResourcePool",
    "portgroup",
    "runtime",
    "summary",
    "uuid",
];

/// Physical network card of each host that the switch uses as uplink.
pub const UPLINK: &str = "vmnic1";

/// Properties of the switch `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let inventory = &state.inventory;
    let switch = inventory.switches.get(id)?;
    let portgroups: Vec<_> = inventory
        .networks
        .iter()
        .filter(|(_, network)| matches!(&network.kind, NetworkKind::Distributed { switch, .. } if switch == id))
        .collect();
    let members = inventory.all_hosts().into_iter().map(|host| {
        let uplink = Value::data("DistributedVirtualSwitchHostMemberPnicSpec").with("pnicDevice", UPLINK);
        let backing = Value::data("DistributedVirtualSwitchHostMemberPnicBacking").with("pnicSpec", vec![uplink]);
        let config = Value::data("DistributedVirtualSwitchHostMemberConfigInfo")
            .with("host", host)
            .with("maxProxySwitchPorts", 512)
            .with("backing", backing);
        Value::data("DistributedVirtualSwitchHostMember")
            .with("config", config)
            .with("status", "up")
    });
    let product = Value::data("DistributedVirtualSwitchProductSpec")
        .with("name", "DVS")
        .with("vendor", "VMware, Inc.")
        .with("version", "8.0.0");
    let uplinks = Value::data("DVSNameArrayUplinkPortPolicy").with("uplinkPortName", vec!["Uplink 1"]);
    let config = Value::data("VMwareDVSConfigInfo")
        .with("uuid", &switch.uuid)
        .with("name", &switch.name)
        .with("numStandalonePorts", 0)
        .with("numPorts", 256)
        .with("maxPorts", 60_000)
        .with("uplinkPortPolicy", uplinks)
        .with("defaultPortConfig", Value::data("VMwareDVSPortSetting"))
        .with(
            "host",
            Value::array("DistributedVirtualSwitchHostMember", members.collect()),
        )
        .with("productInfo", product.clone())
        .with("configVersion", "1")
        .with("contact", Value::data("DVSContactInfo"))
        .with("createTime", Value::text("dateTime", "2026-01-01T00:00:00Z"))
        .with("networkResourceManagementEnabled", true)
        .with("maxMtu", 1500);
    let names = portgroups
        .iter()
        .map(|(_, network)| Value::from(&network.name))
        .collect();
    let summary = Value::data("DVSSummary")
        .with("name", &switch.name)
        .with("uuid", &switch.uuid)
        .with("numPorts", 256)
        .with("productInfo", product)
        .with("hostMember", references(inventory.all_hosts()))
        .with("portgroupName", Value::array("string", names));
    Some(
        common(state, &MoRef::new("VmwareDistributedVirtualSwitch", id))?
            .with("uuid", &switch.uuid)
            .with("summary", summary)
            .with("config", config)
            .with(
                "portgroup",
                references(portgroups.iter().map(|(id, network)| network.moref(id)).collect()),
            ),
    )
}
