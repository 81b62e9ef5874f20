//! The tables of the map sentences, from rows to typed values.

use forklift_api::forklift::{AccessMode, VolumeMode};

use super::table::{Error, Keys, Row, word};
use crate::migration::intent::{NetworkRow, NetworkTarget, StorageRow};

const SOURCE: &str = "source";
const DESTINATION: &str = "destination";
const CLASS: &str = "storage class";
const ACCESS_MODE: &str = "access mode";
const VOLUME_MODE: &str = "volume mode";

/// Columns of `networks are mapped as follows:`.
pub const NETWORKS: Keys = Keys {
    now: &[SOURCE, DESTINATION],
    later: &[],
};

/// Those that it cannot do without.
pub const NETWORKS_REQUIRED: &[&str] = &[SOURCE, DESTINATION];

/// Columns of `storage is mapped as follows:`.
pub const STORAGES: Keys = Keys {
    now: &[SOURCE, CLASS, ACCESS_MODE, VOLUME_MODE],
    later: &["offload"],
};

/// Those that it cannot do without.
pub const STORAGES_REQUIRED: &[&str] = &[SOURCE, CLASS];

/// A row of `networks are mapped as follows:`.
pub fn network_row(row: &Row) -> Result<NetworkRow, Error> {
    Ok(NetworkRow {
        source: cell(row, SOURCE).unwrap_or_default(),
        destination: destination(&cell(row, DESTINATION).unwrap_or_default())?,
    })
}

/// A row of `storage is mapped as follows:`.
pub fn storage_row(row: &Row) -> Result<StorageRow, Error> {
    let access_modes = [
        ("ReadWriteOnce", AccessMode::ReadWriteOnce),
        ("ReadWriteMany", AccessMode::ReadWriteMany),
        ("ReadOnlyMany", AccessMode::ReadOnlyMany),
    ];
    let volume_modes = [("Filesystem", VolumeMode::Filesystem), ("Block", VolumeMode::Block)];
    let access_mode = cell(row, ACCESS_MODE).map(|value| word(ACCESS_MODE, &value, &access_modes));
    let volume_mode = cell(row, VOLUME_MODE).map(|value| word(VOLUME_MODE, &value, &volume_modes));
    Ok(StorageRow {
        source: cell(row, SOURCE).unwrap_or_default(),
        class: cell(row, CLASS).unwrap_or_default(),
        access_mode: access_mode.transpose()?,
        volume_mode: volume_mode.transpose()?,
    })
}

fn cell(row: &Row, column: &str) -> Option<String> {
    row.iter()
        .find(|(key, _)| key == column)
        .map(|(_, value)| value.clone())
}

fn destination(value: &str) -> Result<NetworkTarget, Error> {
    match value {
        "pod" => Ok(NetworkTarget::Pod),
        "ignored" => Ok(NetworkTarget::Ignored),
        attachment => match attachment.split_once('/') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => Ok(NetworkTarget::Attachment {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            }),
            Some(_) | None => Err(Error::Value {
                key: DESTINATION.to_owned(),
                value: value.to_owned(),
                takes: "pod, ignored, or namespace/name of a NetworkAttachmentDefinition".to_owned(),
            }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{rows, tests::table};
    use super::*;

    #[test]
    fn networks_go_to_pod_ignored_or_an_attachment() {
        let written: &[&[&str]] = &[
            &["source", "destination"],
            &["VM Network", "pod"],
            &["cnv-test", "ignored"],
            &["VM Test Network", "default/lab-bridge"],
        ];
        let read = rows(Some(&table(written)), NETWORKS_REQUIRED, NETWORKS).expect("rows");
        let destinations: Vec<_> = read
            .iter()
            .map(|row| network_row(row).expect("a row").destination)
            .collect();
        let attachment = NetworkTarget::Attachment {
            namespace: "default".into(),
            name: "lab-bridge".into(),
        };
        assert_eq!(destinations, [NetworkTarget::Pod, NetworkTarget::Ignored, attachment]);
        insta::assert_snapshot!(
            destination("bridge").expect_err("refused"),
            @r#""bridge" is no value for "destination"; it takes pod, ignored, or namespace/name of a NetworkAttachmentDefinition"#
        );
    }

    #[test]
    fn storages_may_leave_their_modes_to_the_profile() {
        let written: &[&[&str]] = &[
            &["source", "storage class", "volume mode"],
            &["LocalDS_0", "lab-block", ""],
            &["LocalDS_1", "lab-file", "Filesystem"],
        ];
        let read = rows(Some(&table(written)), STORAGES_REQUIRED, STORAGES).expect("rows");
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
