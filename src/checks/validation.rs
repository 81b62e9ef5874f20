//! Runs checks over all VMs of a plan, tells every finding, and fails with those that failed.

use thiserror::Error as ThisError;

use super::observe::{Agents, Extent, Observation, observe};
use super::{Check, Comparison, judge, registry, table};
use crate::events::finding::{Finding, Verdict};
use crate::{
    migration::{self, MigrationPlan},
    session::Scenario,
};

/// Which checks a sentence asks for.
pub enum Selection {
    /// All that apply.
    Applicable,
    /// These, and each of them must have compared something on every VM.
    Named(Vec<&'static dyn Check>),
}

impl Selection {
    /// Facts that the selected checks need.
    fn extent(&self) -> Extent {
        let (checks, agents) = match self {
            Self::Applicable => (registry(), Agents::Wanted),
            Self::Named(checks) => (checks.as_slice(), Agents::All),
        };
        let needs = checks.iter().flat_map(|check| check.needs()).copied().collect();
        Extent { needs, agents }
    }
}

/// The migrated VMs are not as they should be, or could not be looked at.
#[derive(Debug, ThisError)]
pub enum Error {
    /// Comparisons failed.
    #[error("{failed} of {all} comparisons failed\n{table}")]
    Failed {
        /// Number of failed comparisons.
        failed: usize,
        /// Number of comparisons.
        all: usize,
        /// Failed comparisons, as a table.
        table: String,
    },
    /// The VMs could not be looked at.
    #[error(transparent)]
    Unseen(#[from] migration::Error),
}

/// Observes all VMs of the plan and runs the checks.
pub async fn validate(scenario: &Scenario, plan: &MigrationPlan, selection: &Selection) -> Result<(), Error> {
    let seen = observe(scenario, plan, selection.extent()).await?;
    report(
        scenario,
        seen.iter()
            .flat_map(|observation| judge_all(observation, selection))
            .collect(),
    )
}

/// Checks the number of disks of every VM.
pub async fn disk_count(scenario: &Scenario, plan: &MigrationPlan, expected: usize) -> Result<(), Error> {
    let count = |observation: &Observation| match observation {
        Observation::Missing(vm) => missing(vm),
        Observation::Arrived(subject) => {
            Comparison::equal("disks", expected, subject.target.disks.len()).of(&subject.source.name, "disk count")
        }
    };
    let nothing_more = Selection::Named(Vec::new()).extent();
    let seen = observe(scenario, plan, nothing_more).await?;
    report(scenario, seen.iter().map(count).collect())
}

fn judge_all(observation: &Observation, selection: &Selection) -> Vec<Finding> {
    let subject = match observation {
        Observation::Missing(vm) => return vec![missing(vm)],
        Observation::Arrived(subject) => subject,
    };
    match selection {
        Selection::Applicable => registry().iter().flat_map(|check| judge(*check, subject)).collect(),
        Selection::Named(checks) => {
            let demanded = |check: &&'static dyn Check| demand(judge(*check, subject));
            checks.iter().flat_map(demanded).collect()
        }
    }
}

/// A check that a sentence names must not pass because it compared nothing.
fn demand(mut findings: Vec<Finding>) -> Vec<Finding> {
    if findings.iter().all(|finding| finding.verdict == Verdict::Skipped) {
        for finding in &mut findings {
            finding.verdict = Verdict::Failed;
            finding.expected = "something to compare".to_owned();
            finding.observed = "nothing".to_owned();
        }
    }
    findings
}

fn missing(vm: &str) -> Finding {
    Comparison::holds("target VM", "a target VM", "none", false).of(vm, "VM name")
}

fn report(scenario: &Scenario, findings: Vec<Finding>) -> Result<(), Error> {
    for finding in &findings {
        scenario.log.finding(finding.clone());
    }
    verdict(&findings)
}

fn verdict(findings: &[Finding]) -> Result<(), Error> {
    let failed = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Failed)
        .count();
    match failed {
        0 => Ok(()),
        failed => Err(Error::Failed {
            failed,
            all: findings
                .iter()
                .filter(|finding| finding.verdict != Verdict::Skipped)
                .count(),
            table: table::failed(findings),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::{checked_vm::sample::subject, find};

    #[test]
    fn all_that_failed_is_in_one_error_and_a_missing_vm_is_a_finding() {
        let mut wrong = subject();
        wrong.target.memory_mib = Some(1024);
        wrong.target.disks.pop();
        let seen = [
            Observation::Arrived(Box::new(wrong)),
            Observation::Missing("win".into()),
        ];
        let findings: Vec<Finding> = seen
            .iter()
            .flat_map(|observation| judge_all(observation, &Selection::Applicable))
            .collect();
        insta::assert_snapshot!(verdict(&findings).expect_err("failed"), @r"
        6 of 41 comparisons failed
        VM    check       of            expected                               observed  note
        rhel  memory      guest memory  2048 MiB                               1024 MiB
        rhel  storage     Hard disk 2   Bound claim of class lab-block         no claim  nothing was filled from [LocalDS_1] rhel/disk2.vmdk
        rhel  disk count  disks         2                                      1
        rhel  PVC names   Hard disk 2   plan-rhel-disk-1- and five characters  no claim
        rhel  disk order  disk 2        Hard disk 2                            none
        win   VM name     target VM     a target VM                            none
        ");
    }

    #[test]
    fn a_named_check_must_compare_something() {
        let mut instance = subject();
        instance.target.instance_type = Some("u1.medium".into());
        let seen = Observation::Arrived(Box::new(instance));
        assert!(verdict(&judge_all(&seen, &Selection::Applicable)).is_ok());
        let named = Selection::Named(vec![find("memory").expect("a check")]);
        insta::assert_snapshot!(verdict(&judge_all(&seen, &named)).expect_err("failed"), @r#"
        1 of 1 comparisons failed
        VM    check   of  expected              observed  note
        rhel  memory  VM  something to compare  nothing   CPU and memory come from the instance type "u1.medium"
        "#);
    }
}
