//! Sentences about settings of MTV during a scenario.

use std::num::NonZeroUsize;

use cucumber::given;

use super::StepResult;
use super::duration::{StatedDuration, WholeMinutes};
use super::field::Field;
use super::platform_limit::WARM;
use super::sentence::{Part, Sentence};
use crate::{journal::ControllerSetting, session::preflight::Permission, world::MigrationWorld};

/// Sentences about MTV's own settings. They hold for the whole cluster and are put back when the last scenario that
/// needs them is over.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Places, "precopies are taken every {duration}")
        .means(
            "MTV copies the running VMs of warm migrations that often. Scenarios that want another interval wait for this one \
             to end.",
        )
        .words(&[Field::new::<WholeMinutes>("interval", "time from one precopy to the next")])
        .example("Given precopies are taken every 2 minutes")
        .before_plan()
        .limited(&WARM)
        .permissions(SETTING),
    Sentence::new(Part::Places, "Forklift migrates at most {int} VM(s) at a time")
        .means("MTV migrates no more VMs than that at the same time; others wait for their turn.")
        .words(&[LIMIT])
        .example("Given Forklift migrates at most 1 VM at a time")
        .before_plan()
        .permissions(SETTING),
    Sentence::new(Part::Places, "Forklift populates at most {int} volume(s) at a time")
        .means("MTV fills no more volumes than that at the same time from the same host; others wait for their turn.")
        .words(&[LIMIT])
        .example("Given Forklift populates at most 2 volumes at a time")
        .before_plan()
        .later()
        .permissions(SETTING),
    Sentence::new(Part::Places, "hooks run on the automation controller")
        .means("MTV knows the Ansible Automation Platform of the settings, for hooks that launch a job template there.")
        .example("Given hooks run on the automation controller")
        .before_plan()
        .later()
        .permissions(SETTING),
];

/// A change of MTV's settings, which scenarios share, and the wait until MTV has restarted with it.
const SETTING: &[Permission] = &[
    Permission::new("patch", "forklift.konveyor.io", "forkliftcontrollers"),
    Permission::new("create", "coordination.k8s.io", "leases"),
    Permission::new("update", "coordination.k8s.io", "leases"),
    Permission::new("delete", "coordination.k8s.io", "leases"),
    Permission::new("watch", "apps", "deployments"),
];

const LIMIT: Field = Field::new::<NonZeroUsize>("number", "how many");

#[given(expr = "precopies are taken every {duration}")]
fn precopies_are_taken(world: &mut MigrationWorld, interval: StatedDuration) -> StepResult {
    let WholeMinutes(minutes) = WholeMinutes::try_from(interval)?;
    let settings = &mut world.intent()?.settings;
    settings.insert(ControllerSetting::PrecopyInterval, minutes);
    Ok(())
}

#[given(expr = "Forklift migrates at most {int} VM(s) at a time")]
fn forklift_migrates(world: &mut MigrationWorld, vms: u64) -> StepResult {
    world.intent()?.settings.insert(ControllerSetting::MaxVmInflight, vms);
    Ok(())
}
