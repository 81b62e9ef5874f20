//! Sentences about clones before their migration: added disks, snapshots, a file in the guest.

use cucumber::gherkin::Step;
use cucumber::given;

use super::StepResult;
use super::field::{Field, Fields, Key};
use super::mistake::Error;
use super::platform_limit::{CLONES as CLONES_LIMIT, RAW_DEVICES};
use super::sentence::{Argument, Fact, Part, Sentence};
use super::table::{self, Row};
use super::values::{Datastore, Gibibytes};
use super::words::RawDevice;
use crate::source::{DiskMode, NewDisk, Provisioning};
use crate::world::MigrationWorld;

const SIZE: Key<Gibibytes> = Key::new("size", "size of the disk");
const PROVISIONING: Key<Provisioning> = Key::new("provisioning", "space allocation; default: thin");
const MODE: Key<DiskMode> = Key::new("mode", "persistence of writes; default: persistent");

/// Columns of `every clone gets these disks:`.
const DISKS: Fields = Fields {
    title: "columns for disks",
    all: &[
        SIZE.field.required(),
        PROVISIONING.field,
        MODE.field,
        Field::new::<Datastore>("datastore", "datastore of the disk; default: that of the VM").later(),
        Field::new::<String>("folder", "folder of the datastore that it is put in").later(),
        Field::new::<RawDevice>("rdm", "a raw device is mapped into the VM, in this way")
            .limited(&RAW_DEVICES)
            .later(),
    ],
};

/// Sentences about what clones get.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Vms, "every clone gets these disks:")
        .means("Disks are added to each clone, one for each row.")
        .argument(Argument::Rows(DISKS))
        .example(
            "\
Given every clone gets these disks:
  | size  | provisioning | mode       |
  | 30 GB | thin         | persistent |",
        )
        .after(&[Fact::Vms])
        .before_plan()
        .limited(&CLONES_LIMIT),
    Sentence::new(Part::Vms, "every clone has {int} snapshot(s)")
        .means("Snapshots are made of each clone after it has booted for the first time. The snapshots check compares them later.")
        .words(&[Field::new::<usize>("number", "how many")])
        .example("Given every clone has 2 snapshots")
        .after(&[Fact::Vms])
        .before_plan()
        .limited(&CLONES_LIMIT),
    Sentence::new(Part::Vms, "a marker file is written inside every guest")
        .means(
            "A file of this run's own is written in each guest, for `the marker file is intact in every guest` and the disk data \
             check.",
        )
        .example("Given a marker file is written inside every guest")
        .after(&[Fact::Vms])
        .before_plan()
        .later(),
];

#[given("every clone gets these disks:")]
async fn more_disks(world: &mut MigrationWorld, step: &Step) -> StepResult {
    let rows = table::rows(step.table.as_ref(), DISKS)?;
    let disks: Vec<NewDisk> = rows.iter().map(disk).collect::<Result<_, _>>()?;
    world.intent()?.every_clone.disks.extend(disks);
    Ok(())
}

#[given(expr = "every clone has {int} snapshot(s)")]
async fn snapshots(world: &mut MigrationWorld, count: usize) -> StepResult {
    world.intent()?.every_clone.snapshots += count;
    Ok(())
}

fn disk(row: &Row) -> Result<NewDisk, Error> {
    Ok(NewDisk {
        bytes: row.need(SIZE)?.0 << 30,
        provisioning: row.get(PROVISIONING)?.unwrap_or(Provisioning::Thin),
        mode: row.get(MODE)?.unwrap_or(DiskMode::Persistent),
    })
}

#[cfg(test)]
mod tests {
    use super::super::table::{rows, tests::table};
    use super::*;

    #[test]
    fn a_disk_that_says_only_its_size_is_thin_and_persistent() {
        let table = table(&[&["size", "mode"], &["30 GB", ""], &["1 GB", "independent persistent"]]);
        let disks: Vec<NewDisk> = rows(Some(&table), DISKS)
            .expect("rows")
            .iter()
            .map(|row| disk(row).expect("a disk"))
            .collect();
        let thin = |gibibytes: u64, mode| NewDisk {
            bytes: gibibytes << 30,
            provisioning: Provisioning::Thin,
            mode,
        };
        assert_eq!(
            disks,
            [thin(30, DiskMode::Persistent), thin(1, DiskMode::OutsideSnapshots)]
        );
    }
}
