//! Outcome of a migration, read from the status of its Plan.

use std::fmt;

use forklift_api::forklift::condition_types::FAILED;
use forklift_api::forklift::{Conditions, Ending, Plan, VmStatus};

use super::pipeline::PipelineStep;
use crate::cluster::blockers::describe;

/// Outcome of one run of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MigrationOutcome {
    /// All VMs that were not cancelled arrived.
    Succeeded,
    /// At least one VM did not arrive.
    Failed {
        /// Failed VMs, in the order of the plan.
        vms: Vec<FailedVm>,
        /// Message of Forklift about the plan as a whole.
        message: String,
    },
    /// The run was cancelled before a VM succeeded or failed.
    Canceled,
}

/// A VM that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedVm {
    /// Name on the source.
    pub vm: String,
    /// Pipeline step in which it failed, such as `DiskTransferV2v`; absent when Forklift failed it outside of any.
    pub step: Option<String>,
    /// Why, in Forklift's words.
    pub reasons: Vec<String>,
}

/// The outcome is not the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnexpectedOutcome(String);

impl MigrationOutcome {
    /// The outcome of this Migration, once there is one.
    pub fn from_plan(plan: &Plan, migration_uid: &str) -> Option<Self> {
        Some(match plan.ending_of(migration_uid)? {
            Ending::Succeeded => Self::Succeeded,
            Ending::Canceled => Self::Canceled,
            Ending::Failed => {
                let failed = plan.run_of(migration_uid)?.condition(FAILED)?;
                Self::Failed {
                    vms: plan
                        .status
                        .iter()
                        .flat_map(|status| status.vms())
                        .filter_map(failure)
                        .collect(),
                    message: failed.message.clone().unwrap_or_else(|| describe(failed)),
                }
            }
        })
    }

    /// Checks that the migration succeeded; the error has the actual outcome.
    pub fn succeeded(&self) -> Result<(), UnexpectedOutcome> {
        match self {
            Self::Succeeded => Ok(()),
            Self::Failed { .. } | Self::Canceled => Err(UnexpectedOutcome(self.to_string())),
        }
    }

    /// Checks that the migration failed; the error has the actual outcome.
    pub fn failed(&self) -> Result<(), UnexpectedOutcome> {
        match self {
            Self::Failed { .. } => Ok(()),
            Self::Succeeded | Self::Canceled => Err(UnexpectedOutcome(format!("{self}, but it should have failed"))),
        }
    }

    /// Checks that the migration was cancelled; the error has the actual outcome.
    pub fn canceled(&self) -> Result<(), UnexpectedOutcome> {
        match self {
            Self::Canceled => Ok(()),
            Self::Succeeded | Self::Failed { .. } => {
                Err(UnexpectedOutcome(format!("{self}, but it should have been cancelled")))
            }
        }
    }

    /// Checks that each of these VMs failed in this step.
    pub fn failed_in(&self, step: PipelineStep, vms: &[String]) -> Result<(), UnexpectedOutcome> {
        self.failed()?;
        let Self::Failed { vms: failed, .. } = self else {
            return Ok(());
        };
        let there = |vm: &String| {
            failed
                .iter()
                .any(|failure| failure.vm == *vm && failure.step.as_deref().is_some_and(|name| step.is(name)))
        };
        let elsewhere: Vec<&str> = vms.iter().filter(|vm| !there(vm)).map(String::as_str).collect();
        if elsewhere.is_empty() {
            return Ok(());
        }
        Err(UnexpectedOutcome(format!(
            "expected every VM to fail in the {step} step, but \"{}\" did not; {self}",
            elsewhere.join("\", \"")
        )))
    }
}

fn failure(vm: &VmStatus) -> Option<FailedVm> {
    let step = vm.pipeline.iter().find(|step| step.error.is_some());
    if step.is_none() && vm.error.is_none() && !vm.is_true(FAILED) {
        return None;
    }
    let mut reasons: Vec<String> = Vec::new();
    for error in step.and_then(|step| step.error.as_ref()).into_iter().chain(&vm.error) {
        for reason in &error.reasons {
            if !reasons.contains(reason) {
                reasons.push(reason.clone());
            }
        }
    }
    Some(FailedVm {
        vm: vm.source_name(),
        step: step.map(|step| step.name.clone()),
        reasons,
    })
}

impl fmt::Display for MigrationOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded => f.write_str("the migration succeeded"),
            Self::Canceled => f.write_str("the migration was cancelled"),
            Self::Failed { vms, message } if vms.is_empty() => write!(f, "the migration failed: {message}"),
            Self::Failed { vms, .. } => {
                f.write_str("the migration failed")?;
                for vm in vms {
                    write!(f, "\n  {vm}")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for FailedVm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VM \"{}\" failed", self.vm)?;
        if let Some(step) = &self.step {
            write!(f, " in the {step} step")?;
        }
        match self.reasons.as_slice() {
            [] => f.write_str(", and Forklift gives no reason"),
            reasons => write!(f, ": {}", reasons.join("; ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan(conditions: Value, vms: Value) -> Plan {
        let mut plan = Plan::new("p1", forklift_api::forklift::PlanSpec::default());
        let nothing = json!({"namespace": "", "name": "", "uid": "", "generation": 0});
        let pair = json!({"source": nothing, "destination": nothing});
        let maps = json!({"network": nothing, "storage": nothing});
        let run = |uid: &str, conditions: Value| {
            let migration = json!({"namespace": "mtv", "name": "m", "uid": uid, "generation": 1});
            json!({"conditions": conditions, "plan": nothing, "provider": pair, "map": maps, "migration": migration})
        };
        let status = json!({
            "conditions": [condition("Ready"), condition("Failed")],
            "migration": {"history": [run("earlier", json!([condition("Failed")])), run("mine", conditions)], "vms": vms},
        });
        plan.status = Some(serde_json::from_value(status).expect("a plan status"));
        plan
    }

    fn condition(type_: &str) -> Value {
        json!({
            "type": type_, "status": "True", "category": "Advisory", "lastTransitionTime": "2026-08-21T10:00:00Z",
            "message": format!("The plan execution has {}.", type_.to_uppercase()),
        })
    }

    fn failed_vm() -> Value {
        let reasons = json!(["Guest conversion failed. See pod logs for details."]);
        json!({
            "id": "vm-103", "name": "rhel-a", "phase": "Completed", "conditions": [condition("Failed")],
            "error": {"phase": "CopyDisksVirtV2V", "reasons": reasons},
            "pipeline": [
                {"name": "Initialize", "phase": "Completed", "progress": {"completed": 0, "total": 1}},
                {"name": "DiskTransferV2v", "phase": "Running", "progress": {"completed": 0, "total": 10240},
                 "error": {"phase": "Running", "reasons": reasons}},
                {"name": "VirtualMachineCreation", "phase": "Pending", "progress": {"completed": 0, "total": 1}},
            ],
        })
    }

    fn arrived_vm() -> Value {
        json!({"id": "vm-104", "name": "rhel-b", "phase": "Completed", "conditions": [condition("Succeeded")], "pipeline": []})
    }

    #[test]
    fn a_run_that_goes_on_has_no_outcome() {
        assert_eq!(
            MigrationOutcome::from_plan(&plan(json!([condition("Executing")]), json!([])), "mine"),
            None
        );
    }

    #[test]
    fn the_end_of_an_earlier_run_is_not_ours() {
        assert_eq!(
            MigrationOutcome::from_plan(&plan(json!([condition("Succeeded")]), json!([])), "later"),
            None
        );
    }

    #[test]
    fn success_and_cancellation_are_read_from_our_run() {
        let succeeded = MigrationOutcome::from_plan(&plan(json!([condition("Succeeded")]), json!([])), "mine");
        assert_eq!(succeeded, Some(MigrationOutcome::Succeeded));
        let canceled = MigrationOutcome::from_plan(&plan(json!([condition("Canceled")]), json!([])), "mine");
        assert_eq!(canceled, Some(MigrationOutcome::Canceled));
    }

    #[test]
    fn a_failure_names_vm_step_and_reasons() {
        let plan = plan(json!([condition("Failed")]), json!([failed_vm(), arrived_vm()]));
        let outcome = MigrationOutcome::from_plan(&plan, "mine").expect("an outcome");
        insta::assert_snapshot!(outcome.succeeded().expect_err("it failed"), @r#"
        the migration failed
          VM "rhel-a" failed in the DiskTransferV2v step: Guest conversion failed. See pod logs for details.
        "#);
    }

    #[test]
    fn a_failure_that_names_no_vm_carries_the_plan_s_message() {
        let plan = plan(json!([condition("Failed")]), json!([arrived_vm()]));
        let outcome = MigrationOutcome::from_plan(&plan, "mine").expect("an outcome");
        insta::assert_snapshot!(outcome, @"the migration failed: The plan execution has FAILED.");
    }

    #[test]
    fn failing_in_a_step_means_every_vm() {
        let step: PipelineStep = "disk transfer".parse().expect("a step");
        let plan = plan(json!([condition("Failed")]), json!([failed_vm(), arrived_vm()]));
        let outcome = MigrationOutcome::from_plan(&plan, "mine").expect("an outcome");
        assert_eq!(outcome.failed_in(step, &["rhel-a".to_owned()]), Ok(()));
        let both = ["rhel-a".to_owned(), "rhel-b".to_owned()];
        insta::assert_snapshot!(outcome.failed_in(step, &both).expect_err("one arrived"), @r#"
        expected every VM to fail in the disk transfer step, but "rhel-b" did not; the migration failed
          VM "rhel-a" failed in the DiskTransferV2v step: Guest conversion failed. See pod logs for details.
        "#);
    }

    #[test]
    fn success_where_failure_was_expected_is_said() {
        let unexpected = MigrationOutcome::Succeeded.failed().expect_err("it succeeded");
        insta::assert_snapshot!(unexpected, @"the migration succeeded, but it should have failed");
    }
}
