//! Provider types of Forklift, and the selection of their adapters.

use forklift_api::forklift::ConversionSpec;

use super::{Inspector, Platform, SideCar, vsphere};

/// A provider type.
pub struct ProviderType {
    /// Name in `spec.type` of a Provider.
    pub name: &'static str,
    /// Whether the inventory's list of all providers has it.
    pub is_listed: bool,
    /// Whether the webhook admits warm plans.
    pub admits_warm: bool,
    /// Whether the webhook admits VMs with encrypted disks.
    pub admits_encrypted_disks: bool,
    /// Whether the webhook admits storage classes with static provisioning.
    pub admits_static_storage: bool,
    /// Simulated platform; `None`: not simulated, or a cluster, which `provider` connects to directly.
    pub platform: Option<&'static dyn Platform>,
}

const PLAIN: ProviderType = ProviderType {
    name: "",
    is_listed: true,
    admits_warm: true,
    admits_encrypted_disks: false,
    admits_static_storage: false,
    platform: None,
};

/// All types, simulated or not, in upstream's order.
pub const TYPES: &[ProviderType] = &[
    ProviderType {
        name: "openshift",
        ..PLAIN
    },
    ProviderType {
        name: "vsphere",
        admits_encrypted_disks: true,
        admits_static_storage: true,
        platform: Some(&vsphere::Vsphere),
        ..PLAIN
    },
    ProviderType { name: "ovirt", ..PLAIN },
    ProviderType {
        name: "openstack",
        admits_warm: false,
        ..PLAIN
    },
    ProviderType {
        name: "ova",
        admits_encrypted_disks: true,
        ..PLAIN
    },
    ProviderType { name: "ec2", ..PLAIN },
    ProviderType {
        name: "hyperv",
        ..PLAIN
    },
    ProviderType {
        name: "nutanix",
        is_listed: false,
        ..PLAIN
    },
];

/// Looks up a type; `None`: Forklift does not know the type.
pub fn provider_type(name: &str) -> Option<&'static ProviderType> {
    TYPES.iter().find(|known| known.name == name)
}

/// The simulated platform of a provider type, if there is one.
pub fn for_provider(name: &str) -> Option<&'static dyn Platform> {
    provider_type(name)?.platform
}

fn platforms() -> impl Iterator<Item = &'static dyn Platform> {
    TYPES.iter().filter_map(|known| known.platform)
}

/// What a conversion's pod needs of other images. A Conversion does not say which type its source is of, its fields do.
pub fn side_cars(spec: &ConversionSpec) -> Vec<SideCar> {
    platforms().filter_map(|platform| platform.side_car(spec)).collect()
}

/// Who inspects snapshots: upstream can do that for one type of sources.
pub fn inspector() -> Option<&'static dyn Inspector> {
    platforms().find_map(Platform::inspector)
}
