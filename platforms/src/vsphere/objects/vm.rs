//! `VirtualMachine`.

use vim25::{MoRef, Value};

use super::{
    super::{
        guest,
        hardware::Hardware,
        inventory::{Inventory, Vm},
        state::State,
    },
    entity::{common, green, references},
    snapshot,
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &[
    "capability",
    "config",
    "datastore",
    "environmentBrowser",
    "guest",
    "guestHeartbeatStatus",
    "layout",
    "layoutEx",
    "network",
    "parentVApp",
    "resourceConfig",
    "resourcePool",
    "rootSnapshot",
    "runtime",
    "snapshot",
    "storage",
    "summary",
];

/// Properties of the VM `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let inventory = &state.inventory;
    let vm = inventory.vms.get(id)?;
    let moref = Vm::moref(id);
    let mut networks: Vec<MoRef> = Vec::new();
    for nic in &vm.hardware.nics {
        let network = inventory
            .networks
            .get(&nic.network)
            .map(|network| network.moref(&nic.network));
        networks.extend(network.filter(|network| !networks.contains(network)));
    }
    let mut datastores = vec![MoRef::new("Datastore", &vm.datastore)];
    for disk in &vm.hardware.disks {
        let datastore = MoRef::new("Datastore", &disk.datastore);
        if !datastores.contains(&datastore) {
            datastores.push(datastore);
        }
    }
    let roots = vm.snapshots.iter().filter(|snapshot| snapshot.parent.is_none());
    let roots = roots
        .map(|snapshot| MoRef::new("VirtualMachineSnapshot", &snapshot.id))
        .collect();
    let runtime = runtime(vm);
    let heartbeat = if vm.guest.running { "green" } else { "gray" };
    Some(
        common(state, &moref)?
            .with(
                "capability",
                Value::data("VirtualMachineCapability")
                    .with("snapshotOperationsSupported", true)
                    .with("multipleSnapshotsSupported", true)
                    .with("changeTrackingSupported", true),
            )
            .with("config", config(inventory, vm))
            .with("layoutEx", layout(inventory, vm))
            .with("storage", storage(vm))
            .with_some(
                "resourcePool",
                vm.pool.as_ref().map(|pool| MoRef::new("ResourcePool", pool)),
            )
            .with("runtime", runtime.clone())
            .with("guest", guest::info(inventory, vm))
            .with("summary", summary(inventory, vm, &moref, runtime))
            .with("datastore", references(datastores))
            .with("network", references(networks))
            .with_some("snapshot", snapshot::tree(id, vm))
            .with("rootSnapshot", references(roots))
            .with("guestHeartbeatStatus", Value::text("ManagedEntityStatus", heartbeat)),
    )
}

fn runtime(vm: &Vm) -> Value {
    let power = if vm.powered_on { "poweredOn" } else { "poweredOff" };
    Value::data("VirtualMachineRuntimeInfo")
        .with("host", MoRef::new("HostSystem", &vm.host))
        .with(
            "connectionState",
            Value::text("VirtualMachineConnectionState", "connected"),
        )
        .with("powerState", Value::text("VirtualMachinePowerState", power))
        .with(
            "faultToleranceState",
            Value::text("VirtualMachineFaultToleranceState", "notConfigured"),
        )
        .with("toolsInstallerMounted", false)
        .with_some(
            "bootTime",
            vm.boot_time
                .as_ref()
                .filter(|_| vm.powered_on)
                .map(|time| Value::text("dateTime", time)),
        )
        .with("maxCpuUsage", vm.hardware.cpus * 2400)
        .with("maxMemoryUsage", vm.hardware.memory_mb)
        .with("numMksConnections", 0)
        .with(
            "recordReplayState",
            Value::text("VirtualMachineRecordReplayState", "inactive"),
        )
        .with("onlineStandby", false)
        .with("consolidationNeeded", false)
}

/// Hardware as `VirtualHardware`.
pub fn hardware_value(hardware: &Hardware, inventory: &Inventory, powered_on: bool, tracking: bool) -> Value {
    Value::data("VirtualHardware")
        .with("numCPU", hardware.cpus)
        .with("numCoresPerSocket", hardware.cores_per_socket)
        .with("autoCoresPerSocket", false)
        .with("memoryMB", hardware.memory_mb)
        .with("virtualICH7MPresent", false)
        .with("virtualSMCPresent", false)
        .with(
            "device",
            Value::array("VirtualDevice", hardware.devices(inventory, powered_on, tracking)),
        )
}

fn config(inventory: &Inventory, vm: &Vm) -> Value {
    let datastore = inventory
        .datastores
        .get(&vm.datastore)
        .map_or("", |datastore| &datastore.name);
    let directory = format!("[{datastore}] {}/", vm.directory);
    let files = Value::data("VirtualMachineFileInfo")
        .with("vmPathName", vm.vmx_path(inventory))
        .with("snapshotDirectory", &directory)
        .with("suspendDirectory", &directory)
        .with("logDirectory", &directory);
    let options = vm.extra_config.iter();
    let options = options.map(|(key, value)| Value::data("OptionValue").with("key", key).with("value", value));
    let boot = Value::data("VirtualMachineBootOptions")
        .with("bootDelay", 0_i64)
        .with("enterBIOSSetup", false)
        .with("efiSecureBootEnabled", false)
        .with("bootRetryEnabled", false)
        .with("bootRetryDelay", 10_000_i64)
        .with("networkBootProtocol", "ipv4");
    let allocation = || {
        let shares = Value::data("SharesInfo")
            .with("shares", 1000)
            .with("level", Value::text("SharesLevel", "normal"));
        Value::data("ResourceAllocationInfo")
            .with("reservation", 0_i64)
            .with("expandableReservation", false)
            .with("limit", -1_i64)
            .with("shares", shares)
    };
    let hardware = hardware_value(&vm.hardware, inventory, vm.powered_on, vm.change_tracking());
    Value::data("VirtualMachineConfigInfo")
        .with("changeVersion", vm.revision.to_string())
        .with("modified", Value::text("dateTime", "1970-01-01T00:00:00Z"))
        .with("name", &vm.name)
        .with("guestFullName", vm.guest.full_name)
        .with("version", "vmx-19")
        .with("uuid", &vm.uuid)
        .with("instanceUuid", &vm.instance_uuid)
        .with("npivTemporaryDisabled", true)
        .with("locationId", "")
        .with("template", vm.template)
        .with("guestId", vm.guest.id)
        .with("alternateGuestName", "")
        .with("annotation", &vm.annotation)
        .with("files", files)
        .with(
            "tools",
            Value::data("ToolsConfigInfo")
                .with("toolsVersion", guest::TOOLS_VERSION)
                .with("toolsUpgradePolicy", "manual"),
        )
        .with(
            "flags",
            Value::data("VirtualMachineFlagInfo")
                .with("disableAcceleration", false)
                .with("enableLogging", true)
                .with(
                    "diskUuidEnabled",
                    vm.option("disk.EnableUUID")
                        .is_some_and(|on| on.eq_ignore_ascii_case("true")),
                )
                .with("snapshotDisabled", false)
                .with("snapshotLocked", false)
                .with("vvtdEnabled", false)
                .with("vbsEnabled", false),
        )
        .with(
            "defaultPowerOps",
            Value::data("VirtualMachineDefaultPowerOpInfo")
                .with("powerOffType", "soft")
                .with("suspendType", "hard")
                .with("resetType", "soft"),
        )
        .with("hardware", hardware)
        .with("cpuAllocation", allocation())
        .with("memoryAllocation", allocation())
        .with("memoryHotAddEnabled", false)
        .with("cpuHotAddEnabled", false)
        .with("cpuHotRemoveEnabled", false)
        .with("extraConfig", Value::array("OptionValue", options.collect()))
        .with("swapPlacement", "inherit")
        .with("bootOptions", boot)
        .with("vAssertsEnabled", false)
        .with("changeTrackingEnabled", vm.change_tracking())
        .with("firmware", vm.hardware.firmware.as_str())
        .with("maxMksConnections", -1)
        .with("guestAutoLockEnabled", true)
        .with("memoryReservationLockedToMax", false)
        .with("nestedHVEnabled", vm.hardware.nested)
        .with("vPMCEnabled", false)
        .with("messageBusTunnelEnabled", false)
}

fn storage(vm: &Vm) -> Value {
    let mut usage: Vec<Value> = Vec::new();
    let mut datastores: Vec<&String> = vm.hardware.disks.iter().map(|disk| &disk.datastore).collect();
    datastores.sort_unstable();
    datastores.dedup();
    for datastore in datastores {
        let disks = || vm.hardware.disks.iter().filter(|disk| &disk.datastore == datastore);
        let committed: i64 = disks().map(|disk| disk.allocated).sum();
        let size: i64 = disks().map(|disk| disk.bytes).sum();
        usage.push(
            Value::data("VirtualMachineUsageOnDatastore")
                .with("datastore", MoRef::new("Datastore", datastore))
                .with("committed", committed)
                .with("uncommitted", size - committed)
                .with("unshared", committed),
        );
    }
    Value::data("VirtualMachineStorageInfo")
        .with("perDatastoreUsage", usage)
        .with("timestamp", Value::text("dateTime", "1970-01-01T00:00:00Z"))
}

fn layout(inventory: &Inventory, vm: &Vm) -> Value {
    let file = |key: i32, name: String, kind: &str, size: i64| {
        Value::data("VirtualMachineFileLayoutExFileInfo")
            .with("key", key)
            .with("name", name)
            .with("type", kind)
            .with("size", size)
            .with("uniqueSize", size)
            .with("accessible", true)
    };
    let mut files = vec![file(0, vm.vmx_path(inventory), "config", 3072)];
    let mut disks = Vec::new();
    for (key, disk) in (1..).step_by(2).zip(&vm.hardware.disks) {
        let datastore = inventory
            .datastores
            .get(&disk.datastore)
            .map_or("", |datastore| &datastore.name);
        let name = format!("[{datastore}] {}", disk.file);
        let extent = name.replace(".vmdk", "-flat.vmdk");
        files.push(file(key, name, "diskDescriptor", 512));
        files.push(file(key + 1, extent, "diskExtent", disk.allocated));
        let unit = Value::data("VirtualMachineFileLayoutExDiskUnit").with("fileKey", vec![key, key + 1]);
        disks.push(
            Value::data("VirtualMachineFileLayoutExDiskLayout")
                .with("key", disk.key)
                .with("chain", vec![unit]),
        );
    }
    Value::data("VirtualMachineFileLayoutEx")
        .with("file", files)
        .with("disk", disks)
        .with("timestamp", Value::text("dateTime", "1970-01-01T00:00:00Z"))
}

fn summary(inventory: &Inventory, vm: &Vm, moref: &MoRef, runtime: Value) -> Value {
    let count = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
    let hardware = &vm.hardware;
    let config = Value::data("VirtualMachineConfigSummary")
        .with("name", &vm.name)
        .with("template", vm.template)
        .with("vmPathName", vm.vmx_path(inventory))
        .with("memorySizeMB", hardware.memory_mb)
        .with("cpuReservation", 0)
        .with("memoryReservation", 0)
        .with("numCpu", hardware.cpus)
        .with("numEthernetCards", count(hardware.nics.len()))
        .with("numVirtualDisks", count(hardware.disks.len()))
        .with("uuid", &vm.uuid)
        .with("instanceUuid", &vm.instance_uuid)
        .with("guestId", vm.guest.id)
        .with("guestFullName", vm.guest.full_name)
        .with("annotation", &vm.annotation)
        .with("installBootRequired", false)
        .with("tpmPresent", false)
        .with("numVmiopBackings", 0)
        .with("hwVersion", "vmx-19");
    let size: i64 = hardware.disks.iter().map(|disk| disk.bytes).sum();
    let storage = Value::data("VirtualMachineStorageSummary")
        .with("committed", vm.allocated())
        .with("uncommitted", size - vm.allocated())
        .with("unshared", vm.allocated())
        .with("timestamp", Value::text("dateTime", "1970-01-01T00:00:00Z"));
    let stats = Value::data("VirtualMachineQuickStats")
        .with("overallCpuUsage", 0)
        .with("guestMemoryUsage", 0)
        .with("hostMemoryUsage", 0)
        .with(
            "guestHeartbeatStatus",
            Value::text("ManagedEntityStatus", if vm.guest.running { "green" } else { "gray" }),
        )
        .with("balloonedMemory", 0)
        .with("uptimeSeconds", 0);
    Value::data("VirtualMachineSummary")
        .with("vm", moref)
        .with("runtime", runtime)
        .with("guest", guest::summary(vm))
        .with("config", config)
        .with("storage", storage)
        .with("quickStats", stats)
        .with("overallStatus", green())
}
