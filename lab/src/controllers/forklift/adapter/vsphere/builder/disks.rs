//! Disks of a VM as volumes of the target.

use forklift_api::forklift::VmStatus;
use go_template::{Data, Value};

use crate::controllers::forklift::{
    adapter::{
        base,
        vsphere::inventory::{Disk, Vm},
    },
    name_templates::root_disk,
};

/// The disks in bus order.
pub fn disks(vm: &VmStatus, source: &Vm) -> Vec<base::Disk> {
    let root = root_disk(&vm.vm);
    let disks = source.disks_in_bus_order().into_iter();
    disks
        .map(|disk| {
            let file = self::source(vm, disk);
            base::Disk {
                storage: disk.datastore.id.clone(),
                mebibytes: disk.mebibytes(),
                template_data: template_data(disk, &file, root),
                source: file,
            }
        })
        .collect()
}

/// The file that identifies a disk. A warm migration begins with a snapshot, and names the disk below it.
pub fn source(vm: &VmStatus, disk: &Disk) -> String {
    match vm.warm {
        Some(_) => disk.base_file(),
        None => disk.file.clone(),
    }
}

/// What a template for claims knows of a disk beside what all platforms have.
pub fn template_data(disk: &Disk, file: &str, root: usize) -> Data {
    Data::from([
        ("RootDiskIndex", Value::Int(i64::try_from(root).unwrap_or(i64::MAX))),
        ("Shared", disk.shared.into()),
        ("FileName", file_name(file).into()),
        // The lab's guests do not report which drive is on which disk.
        ("WinDriveLetter", "".into()),
    ])
}

/// The last part of `[datastore] folder/name.vmdk`.
fn file_name(file: &str) -> &str {
    let path = file.split_once("] ").map_or(file, |(_, path)| path);
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_and_volumes_of_warm_migrations_are_named_after_the_file_below_all_snapshots() {
        let disk = Disk {
            file: "[ds] a/a-000002.vmdk".into(),
            ..Disk::default()
        };
        let cold = VmStatus::default();
        let warm = VmStatus {
            warm: Some(forklift_api::forklift::Warm::default()),
            ..VmStatus::default()
        };
        assert_eq!(source(&cold, &disk), "[ds] a/a-000002.vmdk");
        assert_eq!(source(&warm, &disk), "[ds] a/a.vmdk");
    }

    #[test]
    fn sizes_are_rounded_up_to_mebibytes() {
        let sized = |capacity| Disk {
            capacity,
            ..Disk::default()
        };
        assert_eq!(sized(20 << 30).mebibytes(), 20480);
        assert_eq!(sized((1 << 20) + 1).mebibytes(), 2);
    }

    #[test]
    fn templates_see_the_file_without_its_folder() {
        let data = template_data(&Disk::default(), "[LocalDS_0] rhel-two/rhel_two_1.vmdk", 0);
        let template = go_template::Template::parse("{{.FileName}} {{.RootDiskIndex}}").unwrap();
        assert_eq!(template.render(&data).unwrap(), "rhel_two_1.vmdk 0");
    }
}
