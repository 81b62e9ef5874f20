//! All replays, and the test that runs them.

use futures::{FutureExt, StreamExt, future::LocalBoxFuture, stream};

use super::{
    cold,
    comparison::Comparison,
    document, hooks, lifecycle, recording, refused,
    story::{Record, Subject, tell},
    warm,
};
use crate::world::{TARGET, in_virtual_time};

/// Replays that run side by side; each has a lab of its own.
const SIDE_BY_SIDE: usize = 2;

/// A recording, and what the lab is asked to do for it.
pub struct Replay {
    /// The recording: the name of its file, without `.ndjson`.
    pub recording: &'static str,
    /// What it shows, in a sentence.
    pub shows: &'static str,
    /// What things are called in the recording.
    pub recorded: Subject,
    /// What they are called in the lab.
    pub lab: Subject,
    /// Does the same in the lab, and writes down what happens.
    pub play: fn() -> LocalBoxFuture<'static, Vec<Record>>,
}

/// A recording and what came of replaying it.
pub struct Compared {
    /// The recording.
    pub recording: &'static str,
    /// What it shows.
    pub shows: &'static str,
    /// What is the same and what is not.
    pub comparison: Comparison,
}

/// One VM, as most replays in the lab migrate it.
const ONE_VM: Subject = Subject {
    plan: cold::PLAN,
    target: TARGET,
    vms: &[cold::VM],
};

const ALL: &[Replay] = &[
    Replay {
        recording: "realfull-cold",
        shows: "A running VM with one disk is migrated cold.",
        recorded: Subject {
            plan: "realfull-cold",
            target: "lab-realfull-cold",
            vms: &["rhel-cold"],
        },
        lab: ONE_VM,
        play: || cold::one_vm().boxed_local(),
    },
    Replay {
        recording: "realfull-two-wffc",
        shows: "A VM with two disks and two network interfaces goes to volumes that wait for their first consumer, and runs.",
        recorded: Subject {
            plan: "realfull-two-wffc",
            target: "lab-realfull-two-wffc",
            vms: &["rhel-two"],
        },
        lab: Subject {
            vms: &[cold::TWO_DISKS],
            ..ONE_VM
        },
        play: || cold::two_disks().boxed_local(),
    },
    Replay {
        recording: "cold-multi",
        shows: "Two VMs that are off are migrated together, one of them by another name.",
        recorded: Subject {
            plan: "cold-multi",
            target: "lab-cold-multi",
            vms: &["rhel-off", "rhel-fail"],
        },
        lab: Subject {
            vms: &[cold::VM, cold::ANOTHER],
            ..ONE_VM
        },
        play: || cold::several().boxed_local(),
    },
    Replay {
        recording: "cold-windows",
        shows: "A Windows VM is migrated and stays off.",
        recorded: Subject {
            plan: "cold-windows",
            target: "lab-cold-windows",
            vms: &["win-cold"],
        },
        lab: Subject {
            vms: &[cold::WINDOWS],
            ..ONE_VM
        },
        play: || cold::windows().boxed_local(),
    },
    Replay {
        recording: "realfull-cancel",
        shows: "The migration of a running VM is cancelled while its disk is copied.",
        recorded: Subject {
            plan: "realfull-cancel",
            target: "lab-realfull-cancel",
            vms: &["rhel-cancel"],
        },
        lab: ONE_VM,
        play: || lifecycle::cancelled().boxed_local(),
    },
    Replay {
        recording: "v2v-fail",
        shows: "The conversion fails while the disk is copied.",
        recorded: Subject {
            plan: "v2v-fail",
            target: "lab-v2v-fail",
            vms: &["rhel-fail"],
        },
        lab: ONE_VM,
        play: || lifecycle::conversion_fails().boxed_local(),
    },
    Replay {
        recording: "import-fail",
        shows: "CDI fails to import the disk of a VM whose guest is not converted.",
        recorded: Subject {
            plan: "import-fail",
            target: "lab-import-fail",
            vms: &["rhel-fail"],
        },
        lab: ONE_VM,
        play: || lifecycle::import_fails().boxed_local(),
    },
    Replay {
        recording: "realcdi-skipconv",
        shows: "A VM arrives whose guest is not converted: CDI transfers its disk.",
        recorded: Subject {
            plan: "realcdi-skipconv",
            target: "lab-realcdi-skipconv",
            vms: &["rhel-off"],
        },
        lab: ONE_VM,
        play: || lifecycle::unconverted_arrives().boxed_local(),
    },
    Replay {
        recording: "realfull-archive",
        shows: "A plan that succeeded is archived.",
        recorded: Subject {
            plan: "realfull-cold",
            target: "lab-realfull-cold",
            vms: &["rhel-cold"],
        },
        lab: ONE_VM,
        play: || lifecycle::archived().boxed_local(),
    },
    Replay {
        recording: "delete-plan",
        shows: "An archived plan is deleted.",
        recorded: Subject {
            plan: "cold",
            target: "lab-cold",
            vms: &["rhel-cold"],
        },
        lab: ONE_VM,
        play: || lifecycle::deleted().boxed_local(),
    },
    Replay {
        recording: "realfull-vm-delete",
        shows: "A running VM that was migrated is deleted; its volumes wait for the conversion's pod.",
        recorded: Subject {
            plan: "realfull-two-wffc",
            target: "lab-realfull-two-wffc",
            vms: &["rhel-two"],
        },
        lab: ONE_VM,
        play: || lifecycle::vm_deleted().boxed_local(),
    },
    Replay {
        recording: "vm-delete-pvc-held-by-completed-pod",
        shows: "Migrated VMs are deleted; the conversion's pod, though it has ended, holds their volumes.",
        recorded: Subject {
            plan: "cold-multi",
            target: "lab-cold-multi",
            vms: &["rhel-fail"],
        },
        lab: ONE_VM,
        play: || lifecycle::halted_vm_deleted().boxed_local(),
    },
    Replay {
        recording: "realfull-hook",
        shows: "A running VM is migrated between a hook before and a hook after the migration.",
        recorded: Subject {
            plan: "realfull-hook",
            target: "lab-realfull-hook",
            vms: &["rhel-hook"],
        },
        lab: ONE_VM,
        play: || hooks::succeed().boxed_local(),
    },
    Replay {
        recording: "hook-fail",
        shows: "The hook before the migration fails: nothing is migrated.",
        recorded: Subject {
            plan: "hook-fail",
            target: "lab-hook-fail",
            vms: &["rhel-fail"],
        },
        lab: ONE_VM,
        play: || hooks::fails().boxed_local(),
    },
    Replay {
        recording: "realfull-warm",
        shows: "A running VM is migrated warm: inspected, copied twice while it runs, cut over on request.",
        recorded: Subject {
            plan: "realfull-warm",
            target: "lab-realfull-warm",
            vms: &["rhel-warm"],
        },
        lab: ONE_VM,
        play: || warm::two_precopies().boxed_local(),
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn the_lab_tells_the_recorded_stories() {
    let Some(folder) = recording::folder() else {
        return;
    };
    let wanted = std::env::var("MTV_BDD_REPLAY").ok();
    let is_wanted = |replay: &&Replay| wanted.as_deref().is_none_or(|name| name == replay.recording);
    let replays: Vec<&Replay> = ALL.iter().filter(is_wanted).collect();
    let refused = {
        let (folder, wanted) = (folder.clone(), wanted.clone());
        tokio::task::spawn_blocking(move || in_virtual_time(refused::replay(&folder, wanted.as_deref())))
    };
    let comparisons = replays.into_iter().map(|replay| {
        let recorded = recording::read(folder.join(format!("{}.ndjson", replay.recording)));
        async move {
            let play = replay.play;
            let lab = tokio::task::spawn_blocking(move || in_virtual_time(play())).await;
            let lab = lab.unwrap_or_else(|error| panic!("{}: {error}", replay.recording));
            let recorded = tell(&recorded, &replay.recorded);
            Compared {
                recording: replay.recording,
                shows: replay.shows,
                comparison: Comparison::of(replay.recording, &recorded, &tell(&lab, &replay.lab)),
            }
        }
    });
    let mut compared: Vec<Compared> = stream::iter(comparisons).buffered(SIDE_BY_SIDE).collect().await;
    compared.extend(refused.await.unwrap());
    assert!(!compared.is_empty(), "no replay is called {wanted:?}");
    let problems: Vec<String> = compared
        .iter()
        .flat_map(|compared| compared.comparison.problems(compared.recording))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    if wanted.is_none() {
        document::check(&compared);
    }
}
