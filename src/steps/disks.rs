//! What clones get before they are migrated: disks, snapshots, a file in the guest.

use super::field::{Field, Fields};
use super::sentence::{Argument, Fact, Part, Sentence};
use super::values::{Datastore, Gibibytes};
use super::words::{DiskMode, RawDevice};
use crate::source::DiskType;

/// Columns of `every clone gets these disks:`.
const DISKS: Fields = Fields {
    title: "columns for disks",
    all: &[
        Field::of::<Gibibytes>("size", "size of the disk"),
        Field::of::<DiskType>("provisioning", "how its space is allotted; unsaid: thin"),
        Field::of::<DiskMode>("mode", "what happens to what is written; unsaid: persistent"),
        Field::of::<Datastore>("datastore", "where it is put; unsaid, with the VM"),
        Field::of::<String>("folder", "folder of the datastore that it is put in"),
        Field::of::<RawDevice>("rdm", "a raw device is mapped into the VM, in this way"),
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
  | size  | provisioning | datastore |
  | 30 GB | thin         | non-xcopy |",
        )
        .after(&[Fact::Vms])
        .before_plan()
        .later(),
    Sentence::new(Part::Vms, "every clone has {int} snapshot(s)")
        .means("Snapshots are made of each clone after it has booted for the first time. The snapshots check compares them later.")
        .words(&[Field::of::<usize>("number", "how many")])
        .example("Given every clone has 2 snapshots")
        .after(&[Fact::Vms])
        .before_plan()
        .later(),
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
