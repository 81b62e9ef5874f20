//! Datastores of a vCenter.

use serde::Serialize;
use vim25::Object;

use super::{
    model::Base,
    read::{Read, base},
};

/// The properties that are collected of every datastore.
pub const PATHS: &[&str] = &[
    "name",
    "parent",
    "summary.type",
    "summary.capacity",
    "summary.freeSpace",
    "summary.maintenanceMode",
];

/// A datastore as the inventory shows it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Datastore {
    /// Identity and place.
    #[serde(flatten)]
    pub base: Base,
    /// `VMFS`, `NFS`, ...
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes.
    pub capacity: i64,
    /// Free bytes.
    pub free: i64,
    /// `normal` or a maintenance state.
    pub maintenance: String,
    /// Devices below it.
    pub backing_devices_names: Vec<String>,
    /// Storage I/O control.
    #[serde(rename = "storageIORMSupported")]
    pub storage_iorm_supported: bool,
    /// Storage I/O control is on.
    pub iorm_enabled: bool,
    /// Milliseconds above which it acts.
    pub iorm_congestion_threshold: i64,
    /// How that is found.
    pub iorm_congestion_threshold_mode: String,
    /// Per cent of peak throughput.
    pub iorm_percent_of_peak_throughput: i64,
}

impl Datastore {
    /// Reads a datastore.
    pub fn read(object: &Object) -> Self {
        Self {
            base: base(object),
            kind: object.string("summary.type"),
            capacity: object.number("summary.capacity"),
            free: object.number("summary.freeSpace"),
            maintenance: object.string("summary.maintenanceMode"),
            ..Self::default()
        }
    }
}
