//! `ClusterComputeResource`.

use vim25::{MoRef, Value};

use super::{
    super::state::State,
    entity::{common, green, references},
};

/// Names of properties.
pub const PROPERTIES: &[&str] = &[
    "actionHistory",
    "configuration",
    "configurationEx",
    "datastore",
    "drsFault",
    "drsRecommendation",
    "environmentBrowser",
    "hciConfig",
    "host",
    "lifecycleManaged",
    "migrationHistory",
    "network",
    "recommendation",
    "resourcePool",
    "summary",
    "summaryEx",
];

/// MHz of one core.
const CORE_MHZ: i32 = 2400;

/// Properties of the cluster `id`. HA and DRS are disabled.
pub fn properties(state: &State, id: &str) -> Option<Value> {
    let inventory = &state.inventory;
    let cluster = inventory.clusters.get(id)?;
    let hosts: Vec<_> = inventory.hosts.values().filter(|host| host.cluster == id).collect();
    let cores: i16 = hosts.iter().map(|host| host.cores).sum();
    let memory: i64 = hosts.iter().map(|host| host.memory_bytes).sum();
    let count = i32::try_from(hosts.len()).unwrap_or(i32::MAX);
    let das = Value::data("ClusterDasConfigInfo")
        .with("enabled", false)
        .with("vmMonitoring", "vmMonitoringDisabled")
        .with("hostMonitoring", "enabled")
        .with("failoverLevel", 1)
        .with("admissionControlEnabled", true);
    let drs = Value::data("ClusterDrsConfigInfo")
        .with("enabled", false)
        .with("enableVmBehaviorOverrides", true)
        .with("defaultVmBehavior", Value::text("DrsBehavior", "fullyAutomated"))
        .with("vmotionRate", 3);
    let configuration = Value::data("ClusterConfigInfo")
        .with("dasConfig", das.clone())
        .with("dasVmConfig", Value::array("ClusterDasVmConfigInfo", vec![]))
        .with("drsConfig", drs.clone())
        .with("drsVmConfig", Value::array("ClusterDrsVmConfigInfo", vec![]))
        .with("rule", Value::array("ClusterRuleInfo", vec![]));
    let extended = Value::data("ClusterConfigInfoEx")
        .with("vmSwapPlacement", "vmDirectory")
        .with("spbmEnabled", true)
        .with("dasConfig", das)
        .with("dasVmConfig", Value::array("ClusterDasVmConfigInfo", vec![]))
        .with("drsConfig", drs)
        .with("drsVmConfig", Value::array("ClusterDrsVmConfigInfo", vec![]));
    let summary = Value::data("ClusterComputeResourceSummary")
        .with("totalCpu", CORE_MHZ * i32::from(cores))
        .with("totalMemory", memory)
        .with("numCpuCores", cores)
        .with("numCpuThreads", 2 * cores)
        .with("effectiveCpu", CORE_MHZ * i32::from(cores))
        .with("effectiveMemory", memory / (1024 * 1024))
        .with("numHosts", count)
        .with("numEffectiveHosts", count)
        .with("overallStatus", green())
        .with("currentFailoverLevel", 0)
        .with("numVmotions", 0);
    Some(
        common(state, &MoRef::new("ClusterComputeResource", id))?
            .with("resourcePool", MoRef::new("ResourcePool", &cluster.pool))
            .with("host", references(inventory.hosts_of(id).collect()))
            .with("datastore", references(inventory.all_datastores()))
            .with("network", references(inventory.all_networks()))
            .with("summary", summary)
            .with("configurationEx", extended)
            .with("configuration", configuration),
    )
}
