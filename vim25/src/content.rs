//! The service content: what a server is, and its managers.

use crate::{MoRef, Value};

/// What a server says about itself (`AboutInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// `VMware vCenter Server`.
    pub name: String,
    /// `VMware vCenter Server 8.0.3 build-24022515`.
    pub full_name: String,
    /// `8.0.3`.
    pub version: String,
    /// `24022515`.
    pub build: String,
    /// `VirtualCenter` for a vCenter, `HostAgent` for an ESXi host.
    pub api_type: String,
    /// `8.0.3.0`.
    pub api_version: String,
    /// `VMware VirtualCenter Server`.
    pub license_product_name: String,
    /// Identity of this server.
    pub instance_uuid: String,
}

impl About {
    /// Whether this is a vCenter rather than an ESXi host.
    pub fn is_vcenter(&self) -> bool {
        self.api_type == "VirtualCenter"
    }

    fn from_value(value: &Value) -> Self {
        let text = |path| value.str_at(path).unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            full_name: text("fullName"),
            version: text("version"),
            build: text("build"),
            api_type: text("apiType"),
            api_version: text("apiVersion"),
            license_product_name: text("licenseProductName"),
            instance_uuid: text("instanceUuid"),
        }
    }
}

/// The managers of a server (`ServiceContent`).
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceContent {
    /// What the server is.
    pub about: About,
    /// Root of the inventory.
    pub root_folder: MoRef,
    /// The session's default property collector.
    pub property_collector: MoRef,
    /// Makes container views.
    pub view_manager: MoRef,
    /// Log-in and log-out.
    pub session_manager: MoRef,
    /// All of it, for managers that have no field here: `content.get("searchIndex")`.
    pub all: Value,
}

impl ServiceContent {
    /// Reads a `ServiceContent`; the error is the name of the field that is missing.
    pub(crate) fn from_value(value: Value) -> Result<Self, &'static str> {
        let reference = |field: &'static str| value.moref_at(field).cloned().ok_or(field);
        Ok(Self {
            about: value.get("about").map(About::from_value).ok_or("about")?,
            root_folder: reference("rootFolder")?,
            property_collector: reference("propertyCollector")?,
            view_manager: reference("viewManager")?,
            session_manager: reference("sessionManager")?,
            all: value,
        })
    }

    /// A manager that has no field of its own: `manager("searchIndex")`.
    pub fn manager(&self, field: &str) -> Option<&MoRef> {
        self.all.moref_at(field)
    }
}
