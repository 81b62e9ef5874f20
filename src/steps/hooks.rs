//! Sentences about hooks before and after a migration.

use cucumber::gherkin::Step;
use cucumber::given;

use super::StepResult;
use super::field::{Field, Key, Value as _};
use super::mistake::Mistake;
use super::sentence::{Argument, Part, Sentence};
use super::values::Playbook;
use crate::migration::hooks::{FAILS, HookTime, SUCCEEDS, WantedHook};
use crate::session::preflight::Permission;
use crate::world::MigrationWorld;

/// When a hook runs.
pub const TIME: Key<HookTime> = Key::new("hook", "before the disks are copied, or after the VM has been created");

const HOOKS: &[Permission] = &[
    Permission::new("create", "forklift.konveyor.io", "hooks"),
    Permission::new("delete", "forklift.konveyor.io", "hooks"),
];

/// Sentences about hooks.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Plan, "a {word} hook that succeeds")
        .means("For each VM of the plan, MTV runs a playbook that does nothing and succeeds.")
        .words(&[TIME.field])
        .example("Given a pre-migration hook that succeeds")
        .before_plan()
        .permissions(HOOKS),
    Sentence::new(Part::Plan, "a {word} hook that fails")
        .means("For each VM of the plan, MTV runs a playbook that does nothing and fails, and the VM's migration with it.")
        .words(&[TIME.field])
        .example("Given a post-migration hook that fails")
        .before_plan()
        .permissions(HOOKS),
    Sentence::new(Part::Plan, "a {word} hook that runs:")
        .means("For each VM of the plan, MTV runs this Ansible playbook. Modules may have their full names.")
        .words(&[TIME.field])
        .argument(Argument::DocString(Field::new::<Playbook>("playbook", "what MTV runs")))
        .example(
            "\
Given a pre-migration hook that runs:
  \"\"\"
  - hosts: localhost
    tasks:
      - ansible.builtin.debug:
          msg: before the migration
  \"\"\"",
        )
        .before_plan()
        .permissions(HOOKS),
    Sentence::new(Part::Plan, "a {word} hook that launches the job template {string}")
        .means(
            "For each VM of the plan, MTV launches this job template; `hooks run on the automation controller` says where.",
        )
        .words(&[TIME.field, Field::new::<String>("job template", "a job template of the automation controller")])
        .example("Given a post-migration hook that launches the job template \"register-vm\"")
        .before_plan()
        .later()
        .permissions(HOOKS),
];

#[given(expr = "a {word} hook that succeeds")]
fn succeeds(world: &mut MigrationWorld, time: String) -> StepResult {
    add(world, &time, SUCCEEDS.to_owned())
}

#[given(expr = "a {word} hook that fails")]
fn fails(world: &mut MigrationWorld, time: String) -> StepResult {
    add(world, &time, FAILS.to_owned())
}

#[given(expr = "a {word} hook that runs:")]
fn runs(world: &mut MigrationWorld, step: &Step, time: String) -> StepResult {
    let text = step.docstring.as_deref();
    let text = text.ok_or_else(|| Mistake::shape("the sentence needs a doc string, between lines of \"\"\""))?;
    add(world, &time, Playbook::read("playbook", text)?.0)
}

fn add(world: &mut MigrationWorld, time: &str, playbook: String) -> StepResult {
    let time = HookTime::read(TIME.field.name, time)?;
    Ok(world.intent()?.add_hook(WantedHook { time, playbook })?)
}
