//! `Datastore`.

use vim25::{MoRef, Value};

use super::{
    super::state::State,
    entity::{common, references},
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &[
    "browser",
    "capability",
    "host",
    "info",
    "iormConfiguration",
    "summary",
    "vm",
];

const MIB: i64 = 1024 * 1024;
const TIB: i64 = 1024 * 1024 * MIB;

/// Canonical name of the device of a datastore.
pub fn device_name(uuid: &str) -> String {
    let digits: String = uuid.chars().filter(char::is_ascii_hexdigit).collect();
    format!("naa.6000c29{}", digits.get(..25).unwrap_or_default())
}

/// Properties of the datastore `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let inventory = &state.inventory;
    let datastore = inventory.datastores.get(id)?;
    let moref = MoRef::new("Datastore", id);
    let (name, uuid, capacity) = (&datastore.name, &datastore.uuid, datastore.capacity);
    let url = format!("ds:///vmfs/volumes/{uuid}/");
    let free = inventory.free(id);
    let summary = Value::data("DatastoreSummary")
        .with("datastore", &moref)
        .with("name", name)
        .with("url", &url)
        .with("capacity", capacity)
        .with("freeSpace", free)
        .with("uncommitted", 0_i64)
        .with("accessible", true)
        .with("multipleHostAccess", true)
        .with("type", "VMFS")
        .with("maintenanceMode", "normal");
    let extent = Value::data("HostScsiDiskPartition")
        .with("diskName", device_name(uuid))
        .with("partition", 1);
    let volume = Value::data("HostVmfsVolume")
        .with("type", "VMFS")
        .with("name", name)
        .with("capacity", capacity)
        .with("blockSizeMb", 1)
        .with("maxBlocks", 63 * 1024 * 1024)
        .with("majorVersion", 6)
        .with("version", "6.82")
        .with("uuid", uuid)
        .with("extent", Value::array("HostScsiDiskPartition", vec![extent]))
        .with("vmfsUpgradable", false)
        .with("ssd", true)
        .with("local", false);
    let info = Value::data("VmfsDatastoreInfo")
        .with("name", name)
        .with("url", &url)
        .with("freeSpace", free)
        .with("maxFileSize", 64 * TIB)
        .with("maxVirtualDiskCapacity", 62 * TIB)
        .with("maxMemoryFileSize", 64 * TIB)
        .with("maxPhysicalRDMFileSize", 64 * TIB)
        .with("maxVirtualRDMFileSize", 62 * TIB)
        .with("vmfs", volume);
    let mounts = inventory.all_hosts().into_iter().map(|host| {
        let mount = Value::data("HostMountInfo")
            .with("path", format!("/vmfs/volumes/{uuid}"))
            .with("accessMode", "readWrite")
            .with("mounted", true)
            .with("accessible", true);
        Value::data("DatastoreHostMount")
            .with("key", host)
            .with("mountInfo", mount)
    });
    let capability = Value::data("DatastoreCapability")
        .with("directoryHierarchySupported", true)
        .with("rawDiskMappingsSupported", true)
        .with("perFileThinProvisioningSupported", true)
        .with("storageIORMSupported", true)
        .with("nativeSnapshotSupported", false);
    let io_control = Value::data("StorageIORMInfo")
        .with("enabled", false)
        .with("congestionThresholdMode", "automatic")
        .with("congestionThreshold", 30)
        .with("percentOfPeakThroughput", 90)
        .with("statsCollectionEnabled", false)
        .with("reservationEnabled", false);
    let vms = inventory.vms_where(|vm| vm.datastore == id || vm.hardware.disks.iter().any(|disk| disk.datastore == id));
    Some(
        common(state, &moref)?
            .with("info", info)
            .with("summary", summary)
            .with("host", Value::array("DatastoreHostMount", mounts.collect()))
            .with("vm", references(vms))
            .with("capability", capability)
            .with("iormConfiguration", io_control),
    )
}
