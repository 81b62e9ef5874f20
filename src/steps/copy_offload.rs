//! Copy-offload: the storage array copies disks itself.

use std::num::NonZeroUsize;

use super::field::{Field, Fields};
use super::platform_limit::COPY_OFFLOAD;
use super::sentence::{Argument, Fact, Part, Sentence};
use super::values::{Datastore, DedicatedHosts};
use super::words::{CopiedBy, Yes};

/// Options of `storage is mapped for copy-offload`.
const OPTIONS: Fields = Fields {
    title: "copy-offload options",
    all: &[
        Field::new::<Yes>("secondary datastore", "the second datastore on the array is mapped too"),
        Field::new::<Yes>("non-xcopy datastore", "the datastore outside the array is mapped too"),
        Field::new::<DedicatedHosts>(
            "dedicated hosts",
            "the ESXi hosts through which the array is asked to copy",
        ),
    ],
};

/// Columns of `disks were copied as follows:`.
const COPIES: Fields = Fields {
    title: "columns for copies",
    all: &[
        Field::new::<Datastore>("datastore", "where the disks were on the source").required(),
        Field::new::<CopiedBy>("copied by", "who copied them").required(),
    ],
};

/// Sentences about copy-offload.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Plan, "storage is mapped for copy-offload")
        .means("The primary datastore of the providers file is mapped, with the plugin that lets its array copy disks itself.")
        .argument(Argument::Options(OPTIONS))
        .example("Given storage is mapped for copy-offload\n  | non-xcopy datastore | yes |")
        .giving(&[Fact::Storage])
        .before_plan()
        .later()
        .limited(&COPY_OFFLOAD),
    Sentence::new(Part::Then, "every disk was copied by the storage array")
        .means("For each disk, MTV reports that the array did the copying.")
        .example("Then every disk was copied by the storage array")
        .after(&[Fact::Plan])
        .later()
        .limited(&COPY_OFFLOAD),
    Sentence::new(Part::Then, "every disk was copied by the host")
        .means("For each disk, MTV reports that the array could not do it and a host copied.")
        .example("Then every disk was copied by the host")
        .after(&[Fact::Plan])
        .later(),
    Sentence::new(Part::Then, "disks were copied as follows:")
        .means("For the disks of each datastore of the table, MTV reports that they were copied in this way.")
        .argument(Argument::Rows(COPIES))
        .example(
            "\
Then disks were copied as follows:
  | datastore | copied by |
  | primary   | array     |
  | non-xcopy | host      |",
        )
        .after(&[Fact::Plan])
        .later()
        .limited(&COPY_OFFLOAD),
    Sentence::new(Part::Then, "at most {int} volume(s) was/were populated at a time")
        .means("MTV never filled more volumes at the same time.")
        .words(&[Field::new::<NonZeroUsize>("number", "how many")])
        .example("Then at most 2 volumes were populated at a time")
        .after(&[Fact::Plan])
        .later(),
    Sentence::new(Part::Then, "volumes were populated on the dedicated hosts")
        .means("MTV filled every volume through one of the dedicated hosts of the storage map.")
        .example("Then volumes were populated on the dedicated hosts")
        .after(&[Fact::Plan])
        .later()
        .limited(&COPY_OFFLOAD),
];
