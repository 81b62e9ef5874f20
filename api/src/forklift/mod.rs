//! Custom resources of Forklift, group `forklift.konveyor.io/v1beta1`: providers, plans, migrations, maps, hooks and
//! what the controllers keep for themselves. Files of Forklift named in these modules are in
//! `pkg/apis/forklift/v1beta1`, unless their path says otherwise.

mod condition;
mod controller;
mod conversion;
mod hook;
mod host;
mod maps;
mod migration;
mod plan;
mod plan_status;
mod populators;
mod provider;
mod reference;
mod servers;

pub use condition::{Condition, Conditions, find};
pub use controller::{
    ControllerSettings, ConversionSettings, Features, ForkliftController, ForkliftControllerSpec,
    ForkliftControllerStatus, Images, OutputFormat, PullPolicy, Resources, ServiceSettings, Switch,
};
pub use conversion::{
    Conversion, ConversionConnection, ConversionDisk, ConversionPhase, ConversionSnapshot, ConversionSpec,
    ConversionStage, ConversionStatus, ConversionType, DiskEncryption, InspectionConcern, InspectionFilesystem,
    InspectionMountpoint, InspectionOs, InspectionResult, PodSettings,
};
pub use hook::{AapHook, Hook, HookSpec, HookStatus};
pub use host::{Host, HostSpec, HostStatus};
pub use maps::{
    AccessMode, CsiImportVendor, CsiVolumeImport, NetworkDestination, NetworkDestinationType, NetworkMap,
    NetworkMapSpec, NetworkMapStatus, NetworkPair, NetworkSource, OffloadPlugin, StorageDestination, StorageMap,
    StorageMapSpec, StorageMapStatus, StoragePair, VolumeMode, VsphereXcopyConfig, XcopyVendor,
};
pub use migration::{Migration, MigrationSpec, MigrationStatus, VmCutover};
pub use plan::{HookRef, Plan, PlanMaps, PlanSpec, PlanType, PlanVm, TagMapping, TargetPowerState};
pub use plan_status::{
    DiskDelta, PlanMigration, PlanStatus, Precopy, Progress, Snapshot, SnapshotMaps, SnapshotProviders, SnapshotRef,
    Step, Task, VmError, VmStatus, Warm,
};
pub use populators::{
    OpenstackVolumePopulator, OpenstackVolumePopulatorSpec, OpenstackVolumePopulatorStatus, OvirtVolumePopulator,
    OvirtVolumePopulatorSpec, OvirtVolumePopulatorStatus, VSphereXcopyVolumePopulator, VSphereXcopyVolumePopulatorSpec,
    VSphereXcopyVolumePopulatorStatus,
};
pub use provider::{Provider, ProviderSpec, ProviderStatus};
pub use reference::{ObjectRef, ProviderPair, Ref};
pub use servers::{
    HyperVProviderServer, HyperVProviderServerSpec, HyperVProviderServerStatus, OVAProviderServer,
    OVAProviderServerSpec, OVAProviderServerStatus,
};
