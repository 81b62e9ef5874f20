//! Custom resources of Forklift, group `forklift.konveyor.io/v1beta1`: providers, plans, migrations, maps, hooks and
//! what the controllers keep for themselves; and the names that Forklift gives to conditions, phases, pipeline steps,
//! labels, annotations and snapshots, one module each. Files of Forklift named in these modules are in
//! `pkg/apis/forklift/v1beta1`, unless their path says otherwise.

pub mod annotations;
mod condition;
pub mod condition_types;
mod controller;
mod conversion;
mod ending;
mod hook;
mod host;
pub mod labels;
mod maps;
mod migration;
pub mod phases;
pub mod pipeline_steps;
mod plan;
mod plan_status;
mod populators;
mod provider;
mod reference;
mod servers;
pub mod snapshots;

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
pub use ending::Ending;
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
