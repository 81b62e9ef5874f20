//! Custom resources of the Containerized Data Importer (CDI): imported volumes and storage profiles.

mod config;
mod data_volume;
mod storage_profile;

pub use config::{CDI, CDIConfig, CDIConfigSpec, CDIConfigStatus, CDISpec, CDIStatus, FilesystemOverhead};
pub use data_volume::{
    Checkpoint, ClaimSource, Condition, DataVolume, DataVolumeSource, DataVolumeSpec, DataVolumeStatus, HttpSource,
    ImportSource, StorageSpec, VddkSource, VolumeImportSource, VolumeImportSourceSpec, VolumeImportSourceStatus,
};
pub use storage_profile::{ClaimPropertySet, StorageProfile, StorageProfileSpec, StorageProfileStatus, VolumeMode};
