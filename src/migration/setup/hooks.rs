//! Hooks: playbooks that MTV runs before or after the migration of each VM.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use forklift_api::forklift::{Conditions as _, Hook, HookRef, HookSpec};

use super::plan_builder::PlanBuilder;
use crate::migration::Error;
use crate::run::names;

/// A playbook that does nothing and succeeds.
pub const SUCCEEDS: &str = "\
- name: A hook that succeeds
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Succeed
      ansible.builtin.debug:
        msg: this hook succeeds, as it should
";

/// A playbook that does nothing and fails.
pub const FAILS: &str = "\
- name: A hook that fails
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Fail
      ansible.builtin.fail:
        msg: this hook fails, as it should
";

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookTime {
    /// Before the disks are copied.
    PreMigration,
    /// After the VM has been created.
    PostMigration,
}

impl HookTime {
    /// The step of the pipeline.
    fn step(self) -> &'static str {
        match self {
            Self::PreMigration => "PreHook",
            Self::PostMigration => "PostHook",
        }
    }
}

impl fmt::Display for HookTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PreMigration => "pre-migration",
            Self::PostMigration => "post-migration",
        })
    }
}

/// A hook of every VM of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedHook {
    /// When it runs.
    pub time: HookTime,
    /// The Ansible playbook.
    pub playbook: String,
}

/// The hooks of a plan, judged by Forklift.
#[derive(Debug, Default)]
pub(in crate::migration) struct JudgedHooks {
    pub(in crate::migration) references: Vec<HookRef>,
    /// Whether a blocking condition of a hook is expected.
    pub(in crate::migration) blocked: bool,
}

impl PlanBuilder<'_> {
    /// Creates the hooks.
    pub(in crate::migration) async fn hooks(&self, wanted: &[WantedHook]) -> Result<JudgedHooks, Error> {
        let mut hooks = JudgedHooks::default();
        for WantedHook { time, playbook } in wanted {
            let spec = HookSpec {
                image: Some(self.scenario.session.settings.target.hook_image.clone()),
                playbook: Some(STANDARD.encode(playbook)),
                ..HookSpec::default()
            };
            let name = names::unique(&format!("{}-{}", self.source.base_name, time.step().to_lowercase()));
            let what = format!("{time} hook");
            let judged = self
                .judge(Hook::new(&name, spec), &what, |hook| hook.status.conditions())
                .await?;
            hooks.blocked |= judged.blocked;
            hooks.references.push(HookRef {
                hook: judged.reference,
                step: time.step().to_owned(),
            });
        }
        Ok(hooks)
    }
}
