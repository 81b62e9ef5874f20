//! What runs before and after a migration.

use super::field::Field;
use super::sentence::{Argument, Part, Sentence};
use super::values::Playbook;
use super::words::HookTime;

const WHEN: Field = Field::of::<HookTime>("hook", "before the disks are copied, or after the VM has been created");

/// Sentences about hooks.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Plan, "a {word} hook that succeeds")
        .means("For each VM of the plan, MTV runs a playbook that does nothing and succeeds.")
        .words(&[WHEN])
        .example("Given a pre-migration hook that succeeds")
        .before_plan()
        .later(),
    Sentence::new(Part::Plan, "a {word} hook that fails")
        .means("For each VM of the plan, MTV runs a playbook that does nothing and fails, and the VM's migration with it.")
        .words(&[WHEN])
        .example("Given a post-migration hook that fails")
        .before_plan()
        .later(),
    Sentence::new(Part::Plan, "a {word} hook that runs:")
        .means("For each VM of the plan, MTV runs this Ansible playbook. Modules may have their full names.")
        .words(&[WHEN])
        .argument(Argument::DocString(Field::of::<Playbook>("playbook", "what MTV runs")))
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
        .later(),
    Sentence::new(Part::Plan, "a {word} hook that launches the job template {string}")
        .means(
            "For each VM of the plan, MTV launches this job template; `hooks run on the automation controller` says where.",
        )
        .words(&[WHEN, Field::of::<String>("job template", "a job template of the automation controller")])
        .example("Given a post-migration hook that launches the job template \"register-vm\"")
        .before_plan()
        .later(),
];
