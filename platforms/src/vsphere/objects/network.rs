//! `Network` and `DistributedVirtualPortgroup`.

use vim25::{MoRef, Value};

use super::{
    super::{inventory::NetworkKind, state::State},
    entity::{common, references},
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &["host", "summary", "vm"];
/// Names of properties of a distributed port group.
pub const PORTGROUP_PROPERTIES: &[&str] = &["config", "host", "key", "portKeys", "summary", "vm"];

/// Properties of the network `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let inventory = &state.inventory;
    let network = inventory.networks.get(id)?;
    let moref = network.moref(id);
    let summary = Value::data("NetworkSummary")
        .with("network", &moref)
        .with("name", &network.name)
        .with("accessible", true)
        .with("ipPoolName", "");
    let vms = inventory.vms_where(|vm| vm.hardware.nics.iter().any(|nic| nic.network == id));
    let value = common(state, &moref)?
        .with("summary", summary)
        .with("host", references(inventory.all_hosts()))
        .with("vm", references(vms));
    let NetworkKind::Distributed { switch, vlan } = &network.kind else {
        return Some(value);
    };
    let vlan = Value::data("VmwareDistributedVirtualSwitchVlanIdSpec")
        .with("inherited", false)
        .with("vlanId", *vlan);
    let config = Value::data("DVPortgroupConfigInfo")
        .with("key", id)
        .with("name", &network.name)
        .with("numPorts", 128)
        .with(
            "distributedVirtualSwitch",
            MoRef::new("VmwareDistributedVirtualSwitch", switch),
        )
        .with(
            "defaultPortConfig",
            Value::data("VMwareDVSPortSetting").with("vlan", vlan),
        )
        .with("type", "earlyBinding")
        .with("backingType", "standard")
        .with("policy", policy())
        .with("autoExpand", true)
        .with("uplink", false);
    Some(
        value
            .with("key", id)
            .with("config", config)
            .with("portKeys", Value::array("string", vec![])),
    )
}

fn policy() -> Value {
    Value::data("VMwareDVSPortgroupPolicy")
        .with("blockOverrideAllowed", true)
        .with("shapingOverrideAllowed", false)
        .with("vendorConfigOverrideAllowed", false)
        .with("livePortMovingAllowed", false)
        .with("portConfigResetAtDisconnect", true)
        .with("vlanOverrideAllowed", false)
        .with("uplinkTeamingOverrideAllowed", false)
        .with("securityPolicyOverrideAllowed", false)
}
