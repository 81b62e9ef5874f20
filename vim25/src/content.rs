//! Service content: product information and managers of a server.

use crate::{MoRef, Value};

/// Product information of a server (`AboutInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// Product name: `VMware vCenter Server`.
    pub name: String,
    /// Name with version and build: `VMware vCenter Server 8.0.3 build-24022515`.
    pub full_name: String,
    /// Product version: `8.0.3`.
    pub version: String,
    /// Build number: `24022515`.
    pub build: String,
    /// `VirtualCenter` for a vCenter, `HostAgent` for an ESXi host.
    pub api_type: String,
    /// API version: `8.0.3.0`.
    pub api_version: String,
    /// Product name in licenses: `VMware VirtualCenter Server`.
    pub license_product_name: String,
    /// UUID of the server.
    pub instance_uuid: String,
}

impl About {
    /// Whether the server is a vCenter; otherwise it is an ESXi host.
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
    /// Product information.
    pub about: About,
    /// Root folder of the inventory.
    pub root_folder: MoRef,
    /// Default property collector of the session.
    pub property_collector: MoRef,
    /// `ViewManager`, which creates container views.
    pub view_manager: MoRef,
    /// `SessionManager`: login and logout.
    pub session_manager: MoRef,
    /// The whole `ServiceContent`, with managers that have no field here: `content.get("searchIndex")`.
    pub all: Value,
}

impl ServiceContent {
    /// Parses a `ServiceContent`; the error is the name of a missing field.
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

    /// Returns a manager that has no field here: `manager("searchIndex")`.
    pub fn manager(&self, field: &str) -> Option<&MoRef> {
        self.all.moref_at(field)
    }
}
