//! `HostSystem`, and the option manager of each host.

use vim25::{MoRef, Value};

use super::{
    super::{
        identity,
        inventory::{Host, Inventory, NetworkKind},
        service,
        state::State,
    },
    datastore::device_name,
    entity::{common, green, references},
    switch::UPLINK,
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &[
    "answerFileValidationResult",
    "answerFileValidationState",
    "capability",
    "complianceCheckResult",
    "complianceCheckState",
    "config",
    "configManager",
    "datastore",
    "datastoreBrowser",
    "hardware",
    "licensableResource",
    "network",
    "precheckRemediationResult",
    "remediationResult",
    "remediationState",
    "runtime",
    "summary",
    "systemResources",
    "vm",
];

const CPU_MHZ: i32 = 2400;
const LINK_MBIT: i32 = 10_000;
const STANDARD_SWITCH: &str = "key-vim.host.VirtualSwitch-vSwitch0";
const MANAGEMENT: &str = "Management Network";

/// Properties of the host `id`.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let inventory = &state.inventory;
    let host = inventory.hosts.get(id)?;
    let moref = MoRef::new("HostSystem", id);
    let runtime = Value::data("HostRuntimeInfo")
        .with("connectionState", Value::text("HostSystemConnectionState", "connected"))
        .with("powerState", Value::text("HostSystemPowerState", "poweredOn"))
        .with("standbyMode", "none")
        .with("inMaintenanceMode", false);
    let managers = Value::data("HostConfigManager").with("advancedOption", MoRef::new("OptionManager", options_id(id)));
    let capability = Value::data("HostCapability")
        .with("vmotionSupported", true)
        .with("storageVMotionSupported", true)
        .with("nestedHVSupported", true);
    Some(
        common(state, &moref)?
            .with("runtime", runtime.clone())
            .with("summary", summary(host, &moref, runtime))
            .with("hardware", hardware(host))
            .with("capability", capability)
            .with("configManager", managers)
            .with("config", config(inventory, host, &moref))
            .with("vm", references(inventory.contents(&moref)))
            .with("datastore", references(inventory.all_datastores()))
            .with("network", references(inventory.all_networks())),
    )
}

/// Fingerprint of a host certificate. No simulated host serves it: migrations connect to the vCenter.
fn thumbprint(host: &Host) -> String {
    let digits = format!("{}{}", identity::host_uuid(&host.name), identity::bios_uuid(&host.name)).replace('-', "");
    let pairs: Vec<String> = digits
        .to_uppercase()
        .as_bytes()
        .chunks(2)
        .take(20)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect();
    pairs.join(":")
}

fn product() -> Value {
    Value::data("AboutInfo")
        .with("name", "VMware ESXi")
        .with("fullName", "VMware ESXi 8.0.3 build-24022510 (simulated by mtv-lab)")
        .with("vendor", "VMware, Inc.")
        .with("version", "8.0.3")
        .with("build", "24022510")
        .with("osType", "vmnix-x86")
        .with("productLineId", "embeddedEsx")
        .with("apiType", "HostAgent")
        .with("apiVersion", service::API_VERSION)
        .with("licenseProductName", "VMware ESX Server")
        .with("licenseProductVersion", "8.0")
}

fn summary(host: &Host, moref: &MoRef, runtime: Value) -> Value {
    let hardware = Value::data("HostHardwareSummary")
        .with("vendor", "mtv-lab")
        .with("model", "Simulated Server")
        .with("uuid", identity::host_uuid(&host.name))
        .with("memorySize", host.memory_bytes)
        .with("cpuModel", "Simulated CPU @ 2.40GHz")
        .with("cpuMhz", CPU_MHZ)
        .with("numCpuPkgs", host.sockets)
        .with("numCpuCores", host.cores)
        .with("numCpuThreads", 2 * host.cores)
        .with("numNics", 2)
        .with("numHBAs", 1);
    let config = Value::data("HostConfigSummary")
        .with("name", &host.name)
        .with("port", 902)
        .with("sslThumbprint", thumbprint(host))
        .with("product", product())
        .with("vmotionEnabled", true)
        .with("faultToleranceEnabled", false);
    Value::data("HostListSummary")
        .with("host", moref)
        .with("hardware", hardware)
        .with("runtime", runtime)
        .with("config", config)
        .with("quickStats", Value::data("HostListSummaryQuickStats"))
        .with("overallStatus", green())
        .with("rebootRequired", false)
        .with("managementServerIp", "127.0.0.1")
}

fn hardware(host: &Host) -> Value {
    let system = Value::data("HostSystemInfo")
        .with("vendor", "mtv-lab")
        .with("model", "Simulated Server")
        .with("uuid", identity::host_uuid(&host.name));
    let cpu = Value::data("HostCpuInfo")
        .with("numCpuPackages", host.sockets)
        .with("numCpuCores", host.cores)
        .with("numCpuThreads", 2 * host.cores)
        .with("hz", i64::from(CPU_MHZ) * 1_000_000);
    Value::data("HostHardwareInfo")
        .with("systemInfo", system)
        .with("cpuInfo", cpu)
        .with("memorySize", host.memory_bytes)
}

fn config(inventory: &Inventory, host: &Host, moref: &MoRef) -> Value {
    let zone = Value::data("HostDateTimeSystemTimeZone")
        .with("key", "UTC")
        .with("name", "UTC")
        .with("description", "UTC")
        .with("gmtOffset", 0);
    let management = Value::data("VirtualNicManagerNetConfig")
        .with("nicType", "management")
        .with("multiSelectAllowed", true)
        .with("candidateVnic", vec![vnic(host)])
        .with("selectedVnic", vec!["management.key-vim.host.VirtualNic-vmk0"]);
    Value::data("HostConfigInfo")
        .with("host", moref)
        .with("product", product())
        .with("storageDevice", storage(inventory))
        .with("network", network(inventory, host))
        .with(
            "virtualNicManagerInfo",
            Value::data("HostVirtualNicManagerInfo").with(
                "netConfig",
                Value::array("VirtualNicManagerNetConfig", vec![management]),
            ),
        )
        .with("dateTimeInfo", Value::data("HostDateTimeInfo").with("timeZone", zone))
}

fn vnic(host: &Host) -> Value {
    let ip = Value::data("HostIpConfig")
        .with("dhcp", false)
        .with("ipAddress", &host.address)
        .with("subnetMask", "255.255.255.0");
    let spec = Value::data("HostVirtualNicSpec")
        .with("ip", ip)
        .with("portgroup", MANAGEMENT)
        .with("mtu", 1500)
        .with("netStackInstanceKey", "defaultTcpipStack");
    Value::data("HostVirtualNic")
        .with("device", "vmk0")
        .with("key", "key-vim.host.VirtualNic-vmk0")
        .with("portgroup", MANAGEMENT)
        .with("spec", spec)
}

fn network(inventory: &Inventory, host: &Host) -> Value {
    let pnic = |device: &str, last: &str| {
        Value::data("PhysicalNic")
            .with("key", format!("key-vim.host.PhysicalNic-{device}"))
            .with("device", device)
            .with("pci", "0000:0b:00.0")
            .with("driver", "nmlx5_core")
            .with(
                "linkSpeed",
                Value::data("PhysicalNicLinkInfo")
                    .with("speedMb", LINK_MBIT)
                    .with("duplex", true),
            )
            .with("spec", Value::data("PhysicalNicSpec"))
            .with("wakeOnLanSupported", false)
            .with("mac", format!("00:50:56:5{last}:29:{:02x}", host.address.len()))
    };
    let standard = inventory
        .networks
        .values()
        .filter(|network| network.kind == NetworkKind::Standard);
    let names: Vec<&str> = standard
        .map(|network| network.name.as_str())
        .chain([MANAGEMENT])
        .collect();
    let key = |name: &str| format!("key-vim.host.PortGroup-{name}");
    let portgroups = names.iter().map(|name| {
        let spec = Value::data("HostPortGroupSpec")
            .with("name", *name)
            .with("vlanId", 0)
            .with("vswitchName", "vSwitch0")
            .with("policy", Value::data("HostNetworkPolicy"));
        Value::data("HostPortGroup")
            .with("key", key(name))
            .with("vswitch", STANDARD_SWITCH)
            .with("computedPolicy", Value::data("HostNetworkPolicy"))
            .with("spec", spec)
    });
    let switch = Value::data("HostVirtualSwitch")
        .with("name", "vSwitch0")
        .with("key", STANDARD_SWITCH)
        .with("numPorts", 1536)
        .with("numPortsAvailable", 1530)
        .with("mtu", 1500)
        .with(
            "portgroup",
            names.iter().map(|name| Value::from(key(name))).collect::<Vec<_>>(),
        )
        .with("pnic", vec!["key-vim.host.PhysicalNic-vmnic0"])
        .with("spec", Value::data("HostVirtualSwitchSpec").with("numPorts", 128));
    Value::data("HostNetworkInfo")
        .with("vswitch", Value::array("HostVirtualSwitch", vec![switch]))
        .with("portgroup", Value::array("HostPortGroup", portgroups.collect()))
        .with(
            "pnic",
            Value::array("PhysicalNic", vec![pnic("vmnic0", "0"), pnic(UPLINK, "1")]),
        )
        .with("vnic", Value::array("HostVirtualNic", vec![vnic(host)]))
}

/// Storage devices of the datastores.
fn storage(inventory: &Inventory) -> Value {
    const ADAPTER: &str = "key-vim.host.FibreChannelHba-vmhba0";
    let key = |uuid: &str| format!("key-vim.host.ScsiDisk-{uuid}");
    let luns = inventory.datastores.values().map(|datastore| {
        let name = device_name(&datastore.uuid);
        Value::data("HostScsiDisk")
            .with("deviceName", format!("/vmfs/devices/disks/{name}"))
            .with("deviceType", "disk")
            .with("key", key(&datastore.uuid))
            .with("uuid", datastore.uuid.replace('-', ""))
            .with("canonicalName", &name)
            .with("displayName", format!("mtv-lab Fibre Channel Disk ({name})"))
            .with("lunType", "disk")
            .with("vendor", "mtv-lab")
            .with("model", "Simulated LUN")
            .with("operationalState", vec!["ok"])
            .with(
                "capacity",
                Value::data("HostDiskDimensionsLba")
                    .with("blockSize", 512)
                    .with("block", datastore.capacity / 512),
            )
            .with("devicePath", format!("/vmfs/devices/disks/{name}"))
            .with("ssd", true)
            .with("localDisk", false)
    });
    let adapter = Value::data("HostFibreChannelHba")
        .with("key", ADAPTER)
        .with("device", "vmhba0")
        .with("bus", 3)
        .with("status", "online")
        .with("model", "Simulated FC HBA")
        .with("driver", "lpfc")
        .with("pci", "0000:03:00.0")
        .with("portWorldWideName", 0x1000_0000_c9a1_b2c3_i64)
        .with("nodeWorldWideName", 0x2000_0000_c9a1_b2c3_i64)
        .with("portType", Value::text("FibreChannelPortType", "fabric"))
        .with("speed", 16_i64);
    let targets = (0..)
        .zip(inventory.datastores.values())
        .map(|(number, datastore): (i32, _)| {
            let lun = Value::data("HostScsiTopologyLun")
                .with("key", format!("key-vim.host.ScsiTopology.Lun-{}", datastore.uuid))
                .with("lun", number)
                .with("scsiLun", key(&datastore.uuid));
            Value::data("HostScsiTopologyTarget")
                .with("key", format!("key-vim.host.ScsiTopology.Target-vmhba0:0:{number}"))
                .with("target", number)
                .with("lun", vec![lun])
        });
    let interface = Value::data("HostScsiTopologyInterface")
        .with("key", "key-vim.host.ScsiTopology.Interface-vmhba0")
        .with("adapter", ADAPTER)
        .with("target", targets.collect::<Vec<_>>());
    Value::data("HostStorageDeviceInfo")
        .with("hostBusAdapter", Value::array("HostHostBusAdapter", vec![adapter]))
        .with("scsiLun", Value::array("ScsiLun", luns.collect()))
        .with(
            "scsiTopology",
            Value::data("HostScsiTopology").with("adapter", Value::array("HostScsiTopologyInterface", vec![interface])),
        )
        .with("softwareInternetScsiEnabled", false)
}

fn options_id(host: &str) -> String {
    format!("EsxHostAdvSettings-{}", host.trim_start_matches("host-"))
}

/// Properties of the option manager `id` of a host.
pub fn advanced_options(state: &State, id: &str) -> Option<Value> {
    state.inventory.hosts.keys().find(|host| options_id(host) == id)?;
    let setting = Value::data("OptionValue")
        .with("key", "DataMover.HardwareAcceleratedMove")
        .with("value", 1_i64);
    Some(Value::data("OptionManager").with("setting", Value::array("OptionValue", vec![setting])))
}
