//! Networks, port groups and switches of a vCenter.

use serde::Serialize;
use vim25::Object;

use super::{
    model::{Base, Ref},
    read::{Read, base},
};

/// The properties that are collected of every network, which all its subtypes have.
pub const PATHS: &[&str] = &["name", "parent"];
/// The properties of port groups beside those.
pub const PORTGROUP_PATHS: &[&str] = &["name", "parent", "key", "config.distributedVirtualSwitch"];

/// A network as the inventory shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Identity and place.
    #[serde(flatten)]
    pub base: Base,
    /// The switch of a distributed port group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dv_switch: Option<Ref>,
    /// VLAN, as text.
    pub vlan_id: String,
    /// Key of a port group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
}

impl Network {
    /// Reads a network of any kind.
    pub fn read(object: &Object) -> Self {
        let variant = match object.moref.kind.as_str() {
            "DistributedVirtualPortgroup" => "DvPortGroup",
            "DistributedVirtualSwitch" | "VmwareDistributedVirtualSwitch" => "DvSwitch",
            "OpaqueNetwork" => "OpaqueNetwork",
            _ => "Standard",
        };
        let mut base = base(object);
        base.variant = Some(variant);
        Self {
            base,
            dv_switch: object
                .reference("config.distributedVirtualSwitch")
                .map(|switch| Ref::new(&switch)),
            vlan_id: String::new(),
            key: object.string("key"),
        }
    }
}
