//! Events of a run as data. Console, JUnit and all other reports are derived from them.
//!
//! Each event becomes one line of `events.ndjson` at the moment it happens, so that a killed run can still be
//! reported on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::finding::Finding;
use crate::run::ScenarioKey;

/// Version of the line format; a reader refuses a newer one.
pub const FORMAT: u32 = 1;

/// One line of `events.ndjson`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When it happened.
    pub at: Timestamp,
    /// The event.
    pub event: Event,
}

/// Outcome of a step, a scenario or an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It succeeded.
    Passed,
    /// It failed.
    Failed,
    /// Not run.
    Skipped,
    /// Ended by the interruption of the run; its outcome is unknown.
    Interrupted,
}

/// The cluster that the run uses; named in every report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Name from the settings, such as `simulated lab`.
    pub name: String,
    /// Whether it is the simulated lab.
    pub simulated: bool,
    /// API server address.
    pub server: String,
    /// Kubernetes version, when it answered.
    pub kubernetes: Option<String>,
    /// OpenShift version, when it is an OpenShift cluster.
    pub openshift: Option<String>,
    /// MTV version, when its ClusterServiceVersion was found.
    pub mtv: Option<String>,
    /// Version of OpenShift Virtualization, when its HyperConverged was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnv: Option<String>,
    /// KubeVirt version, when its installation was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubevirt: Option<String>,
    /// CDI version, when its installation was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cdi: Option<String>,
}

/// A provider that the run migrates from, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Key in the providers file.
    pub key: String,
    /// `vsphere`, `ovirt`...
    pub platform: String,
    /// Version of the platform, as the providers file says.
    pub version: String,
    /// Address of its API, or of the share.
    pub address: String,
}

/// Command line of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invocation {
    /// The arguments of the process.
    pub arguments: Vec<String>,
    /// Options that select the same target from any folder.
    pub target: Vec<String>,
    /// Speed of the target's clock relative to real time; absent at 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<String>,
    /// Seed of names, ids and fault draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// Copy progress of a disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// Identity of the disk on the source: `[datastore] folder/file.vmdk` on vSphere.
    pub name: String,
    /// Units done, in the unit of the step.
    pub completed: i64,
    /// Units in all.
    pub total: i64,
}

/// Progress of a pipeline step of a VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// VM name on the source.
    pub vm: String,
    /// Pipeline step, such as `DiskTransferV2v`.
    pub pipeline_step: String,
    /// Phase of the step: `Running`, `Completed`, `Failed`, `Canceled`.
    pub phase: String,
    /// Units done.
    pub completed: i64,
    /// Units in all.
    pub total: i64,
    /// `MB`, or empty where units mean nothing.
    pub unit: String,
    /// Progress of each disk, in steps that copy disks; absent in older logs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disks: Vec<Disk>,
}

/// A copy of a VM that goes on running. Only warm migrations have them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Precopy {
    /// VM name on the source.
    pub vm: String,
    /// From 1.
    pub number: usize,
    /// Whether it is the final copy after the cutover, with the VM powered off.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// When it began, by MTV's clock.
    pub started: Option<Timestamp>,
    /// When it ended, by MTV's clock; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// The first line of every log.
    RunStarted {
        /// [`FORMAT`].
        format: u32,
        /// Run id, such as `auto-ab12`.
        run: String,
        /// The target.
        target: Target,
        /// Version of this suite.
        suite: String,
        /// Number of selected scenarios.
        selected: usize,
        /// When the program began, preflight included; absent in older logs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        began: Option<Timestamp>,
        /// Source providers; absent in older logs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sources: Vec<Source>,
        /// Command line; absent in older logs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invocation: Option<Box<Invocation>>,
    },
    /// The target is not usable; no scenario is run.
    Unusable {
        /// Reason.
        reason: String,
    },
    /// An attempt of a scenario begins.
    ScenarioStarted {
        /// Which.
        scenario: ScenarioKey,
        /// Title of its feature.
        feature: String,
        /// Title of its rule, if it stands in one.
        rule: Option<String>,
        /// Title, expanded: `A Linux VM keeps its hardware [vsphere]`.
        name: String,
        /// Key of the source provider that it runs for.
        provider: Option<String>,
        /// Tags, without `@`.
        tags: Vec<String>,
        /// Feature file, relative to the workspace root where possible.
        file: String,
        /// Line of the scenario in it.
        line: usize,
        /// 1 for the first attempt.
        attempt: usize,
    },
    /// A step begins.
    StepStarted {
        /// Scenario.
        scenario: ScenarioKey,
        /// Position in the scenario, background steps first, from 0.
        step: usize,
        /// `Given`, `When`, `Then`, `And`...
        keyword: String,
        /// The sentence.
        text: String,
        /// Rows of the data table; absent in older logs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        table: Vec<Vec<String>>,
        /// Doc string; absent in older logs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        doc_string: Option<String>,
        /// Whether the step injects a failure on purpose; absent when false and in older logs.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        injects_failure: bool,
    },
    /// A step ended.
    StepFinished {
        /// Scenario.
        scenario: ScenarioKey,
        /// Position.
        step: usize,
        /// Outcome.
        outcome: Outcome,
        /// Why it failed or was skipped, in words.
        message: Option<String>,
    },
    /// Part of a step begins: a clone, a wait, a creation.
    ActivityStarted {
        /// Scenario; absent for what the whole run shares.
        scenario: Option<ScenarioKey>,
        /// Unique within the run.
        activity: u64,
        /// Title, such as `cloning the VM "rhel8"`.
        title: String,
    },
    /// An activity ended.
    ActivityFinished {
        /// Scenario; absent for what the whole run shares.
        scenario: Option<ScenarioKey>,
        /// Which.
        activity: u64,
        /// Outcome.
        outcome: Outcome,
        /// Duration in milliseconds.
        milliseconds: u64,
        /// Why it failed.
        message: Option<String>,
    },
    /// The migration of a VM moved on.
    Progress {
        /// Scenario.
        scenario: ScenarioKey,
        /// The progress.
        #[serde(flatten)]
        progress: Progress,
    },
    /// A precopy of a VM began; a second event says that it ended. The times of the two records are exact, those of MTV
    /// have whole seconds.
    Precopy {
        /// Scenario.
        scenario: ScenarioKey,
        /// Which, and since when.
        #[serde(flatten)]
        precopy: Precopy,
    },
    /// A check said something about a VM.
    Checked {
        /// Scenario.
        scenario: ScenarioKey,
        /// The finding.
        finding: Finding,
    },
    /// Evidence collected for a failed scenario before its teardown.
    Evidence {
        /// Which.
        scenario: ScenarioKey,
        /// Folder of it, relative to the run's.
        folder: String,
        /// Names of the files in it.
        files: Vec<String>,
        /// What could not be collected, with the reason.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        problems: Vec<String>,
    },
    /// An attempt of a scenario ended, teardown included.
    ScenarioFinished {
        /// Which.
        scenario: ScenarioKey,
        /// Outcome.
        outcome: Outcome,
        /// Reason, if no step has it: the set-up failed, or the scenario was not run.
        message: Option<String>,
        /// Whether another attempt follows.
        retried: bool,
    },
    /// Something that the run created could not be removed.
    Leftover {
        /// The object or VM, such as `Provider auto-ab12/auto-ab12-source-vsphere`.
        subject: String,
        /// Why it was not removed, and what blocks its removal.
        reason: String,
    },
    /// Objects of the run that are kept at the request of the user.
    Kept {
        /// The scenario that created them; absent for what the whole run shares.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scenario: Option<ScenarioKey>,
        /// The objects, such as `Plan auto-ab12/auto-ab12-source-vsphere-8-0-3-x7kq-cold`.
        subjects: Vec<String>,
        /// The command that removes them.
        remove_with: String,
    },
    /// The last line of a complete log.
    RunFinished {
        /// Exit code of the process.
        exit_code: u8,
        /// Whether a signal ended the run.
        interrupted: bool,
        /// Real time that the run took, where the other times are virtual.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        real_milliseconds: Option<u64>,
    },
}

impl Event {
    /// The scenario that the event belongs to; `None` for the run as a whole.
    pub fn scenario(&self) -> Option<&ScenarioKey> {
        match self {
            Self::ScenarioStarted { scenario, .. }
            | Self::StepStarted { scenario, .. }
            | Self::StepFinished { scenario, .. }
            | Self::Progress { scenario, .. }
            | Self::Precopy { scenario, .. }
            | Self::Checked { scenario, .. }
            | Self::Evidence { scenario, .. }
            | Self::ScenarioFinished { scenario, .. } => Some(scenario),
            Self::ActivityStarted { scenario, .. }
            | Self::ActivityFinished { scenario, .. }
            | Self::Kept { scenario, .. } => scenario.as_ref(),
            Self::RunStarted { .. } | Self::Unusable { .. } | Self::Leftover { .. } | Self::RunFinished { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_older_logs_are_read_and_what_is_new_is_left_out_where_it_says_nothing() {
        let older = r#"{"type":"progress","scenario":"a","vm":"rhel","pipelineStep":"Initialize","phase":"Running","completed":0,"total":1,"unit":""}"#;
        let event: Event = serde_json::from_str(older).unwrap();
        assert!(matches!(&event, Event::Progress { progress, .. } if progress.disks.is_empty()));
        assert_eq!(serde_json::to_string(&event).unwrap(), older);
    }

    #[test]
    fn a_line_names_the_scenario_before_the_vm_and_its_disks_last() {
        let line = r#"{"type":"progress","scenario":"a","vm":"rhel","pipelineStep":"DiskTransfer","phase":"Running","completed":1,"total":2,"unit":"MB","disks":[{"name":"d","completed":1,"total":2}]}"#;
        let event: Event = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        let line = r#"{"type":"precopy","scenario":"a","vm":"rhel","number":1,"final":true,"started":null,"ended":"2026-08-21T10:00:00Z"}"#;
        let event: Event = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
    }

    #[test]
    fn a_precopy_that_goes_on_has_no_end() {
        let line = r#"{"type":"precopy","scenario":"a","vm":"rhel","number":2,"final":false,"started":"2026-08-21T10:00:00Z"}"#;
        let event: Event = serde_json::from_str(line).unwrap();
        let Event::Precopy { precopy, .. } = &event else {
            panic!("not a precopy: {event:?}");
        };
        assert_eq!((precopy.number, precopy.ended), (2, None));
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
    }
}
