//! The tables of the map sentences, from rows to typed values.

use forklift_api::forklift::{AccessMode, VolumeMode};

use super::field::{Field, Fields, Key, Role};
use super::mistake::Error;
use super::platform_limit::COPY_OFFLOAD;
use super::table::Row;
use super::words::IpMode;
use crate::migration::intent::{NetworkRow, NetworkTarget, StorageRow};

const NETWORK: Key<String> = Key::new("source", "name of the network on the source").role(Role::SourceNetwork);
const DESTINATION: Key<NetworkTarget> = Key::new("destination", "what the network becomes").role(Role::NetworkTarget);

const STORAGE: Key<String> = Key::new(
    "source",
    "name of the datastore, storage domain or volume type on the source",
)
.role(Role::SourceStorage);
const CLASS: Key<String> = Key::new("storage class", "storage class on the target").role(Role::StorageClass);
const ACCESS_MODE: Key<AccessMode> = Key::new("access mode", "of the volumes; default: from the storage profile");
const VOLUME_MODE: Key<VolumeMode> = Key::new("volume mode", "of the volumes; default: from the storage profile");

/// Columns of `networks are mapped as follows:`.
pub const NETWORKS: Fields = Fields {
    title: "columns of a network map",
    all: &[
        NETWORK.field.required().unique(),
        DESTINATION.field.required(),
        Field::new::<IpMode>("IP mode", "how the NICs of the network get their addresses").later(),
    ],
};

/// Columns of `storage is mapped as follows:`.
pub const STORAGES: Fields = Fields {
    title: "columns of a storage map",
    all: &[
        STORAGE.field.required().unique(),
        CLASS.field.required(),
        ACCESS_MODE.field,
        VOLUME_MODE.field,
        Field::new::<bool>("offload", "whether the storage array copies the disks itself")
            .limited(&COPY_OFFLOAD)
            .later(),
    ],
};

/// A row of `networks are mapped as follows:`.
pub fn network_row(row: &Row) -> Result<NetworkRow, Error> {
    Ok(NetworkRow {
        source: row.need(NETWORK)?,
        destination: row.need(DESTINATION)?,
    })
}

/// A row of `storage is mapped as follows:`.
pub fn storage_row(row: &Row) -> Result<StorageRow, Error> {
    Ok(StorageRow {
        source: row.need(STORAGE)?,
        class: row.need(CLASS)?,
        access_mode: row.get(ACCESS_MODE)?,
        volume_mode: row.get(VOLUME_MODE)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::table::{rows, tests::table};
    use super::*;

    #[test]
    fn networks_have_a_source_and_a_destination() {
        let written: &[&[&str]] = &[&["source", "destination"], &["cnv-test", "ignored"]];
        let read = rows(Some(&table(written)), NETWORKS).expect("rows");
        let expected = NetworkRow {
            source: "cnv-test".into(),
            destination: NetworkTarget::Ignored,
        };
        assert_eq!(network_row(&read[0]), Ok(expected));
    }

    #[test]
    fn a_source_is_mapped_once() {
        let written: &[&[&str]] = &[
            &["source", "destination"],
            &["a", "pod"],
            &["b", "pod"],
            &["a", "ignored"],
        ];
        let twice = rows(Some(&table(written)), NETWORKS).expect_err("refused");
        insta::assert_snapshot!(twice, @r#"the source "a" is given twice"#);
    }

    #[test]
    fn storages_may_leave_their_modes_to_the_profile() {
        let written: &[&[&str]] = &[
            &["source", "storage class", "volume mode"],
            &["LocalDS_0", "lab-block", ""],
            &["LocalDS_1", "lab-file", "Filesystem"],
        ];
        let read = rows(Some(&table(written)), STORAGES).expect("rows");
        let typed: Vec<_> = read.iter().map(|row| storage_row(row).expect("a row")).collect();
        let row = |source: &str, class: &str, volume_mode| StorageRow {
            source: source.into(),
            class: class.into(),
            access_mode: None,
            volume_mode,
        };
        let expected = [
            row("LocalDS_0", "lab-block", None),
            row("LocalDS_1", "lab-file", Some(VolumeMode::Filesystem)),
        ];
        assert_eq!(typed, expected);
    }
}
