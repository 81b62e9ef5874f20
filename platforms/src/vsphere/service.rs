//! `ServiceInstance`: product information and managers.

use sim_clock::Clock;
use vim25::{MoRef, Value};

use super::{
    identity,
    inventory::ROOT_FOLDER,
    session::{self, DEFAULT_COLLECTOR},
};

const VERSION: &str = "8.0.3";
const BUILD: &str = "24022515";
/// API version.
pub const API_VERSION: &str = "8.0.3.0";
/// Older API versions that clients can use.
const PRIOR_VERSIONS: &[&str] = &[
    "8.0.2.0", "8.0.1.0", "8.0.0.1", "7.0.3.0", "7.0.0.0", "6.7.3", "6.7", "6.5", "6.0",
];

/// `AboutInfo`. The full name says that the server is a simulation.
pub fn about() -> Value {
    Value::data("AboutInfo")
        .with("name", "VMware vCenter Server")
        .with(
            "fullName",
            format!("VMware vCenter Server {VERSION} build-{BUILD} (simulated by mtv-lab)"),
        )
        .with("vendor", "VMware, Inc.")
        .with("version", VERSION)
        .with("build", BUILD)
        .with("localeVersion", "INTL")
        .with("localeBuild", "000")
        .with("osType", "linux-x64")
        .with("productLineId", "vpx")
        .with("apiType", "VirtualCenter")
        .with("apiVersion", API_VERSION)
        .with("instanceUuid", identity::vcenter_uuid())
        .with("licenseProductName", "VMware VirtualCenter Server")
        .with("licenseProductVersion", "8.0")
}

/// `ServiceContent`, with the managers that the simulator implements.
pub fn content() -> Value {
    Value::data("ServiceContent")
        .with("rootFolder", MoRef::new("Folder", ROOT_FOLDER))
        .with("propertyCollector", MoRef::new("PropertyCollector", DEFAULT_COLLECTOR))
        .with("viewManager", MoRef::new("ViewManager", "ViewManager"))
        .with("about", about())
        .with("sessionManager", session::manager())
        .with(
            "authorizationManager",
            MoRef::new("AuthorizationManager", "AuthorizationManager"),
        )
        .with("taskManager", MoRef::new("TaskManager", "TaskManager"))
        .with("searchIndex", MoRef::new("SearchIndex", "SearchIndex"))
}

/// Properties of the service instance.
pub fn properties(clock: &Clock) -> Value {
    Value::data("ServiceInstance")
        .with("serverClock", Value::text("dateTime", clock.now().to_string()))
        .with(
            "capability",
            Value::data("Capability")
                .with("provisioningSupported", true)
                .with("multiHostSupported", true)
                .with("userShellAccessSupported", false),
        )
        .with("content", content())
}

/// The document `vimServiceVersions.xml`, which lists the supported API versions.
pub fn versions_document() -> String {
    let prior: String = PRIOR_VERSIONS
        .iter()
        .map(|version| format!("<version>{version}</version>"))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<namespaces version=\"1.0\">\
         <namespace><name>urn:vim25</name><version>{API_VERSION}</version>\
         <priorVersions>{prior}</priorVersions></namespace></namespaces>\n"
    )
}
