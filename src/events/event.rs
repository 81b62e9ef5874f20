//! What happened, as data: the one truth from which console, JUnit and every other report are derived.
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
    /// What happened.
    pub event: Event,
}

/// How a step, a scenario or an activity ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As it should.
    Passed,
    /// Not as it should.
    Failed,
    /// Not run.
    Skipped,
    /// Cut off when the run was interrupted: nobody knows how it would have ended.
    Interrupted,
}

/// What the run talks to; named in every report.
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
    /// Its key in the providers file.
    pub key: String,
    /// `vsphere`, `ovirt`...
    pub platform: String,
    /// Version of the platform, as the providers file says.
    pub version: String,
    /// Address of its API, or of the share.
    pub address: String,
}

/// How a run was started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invocation {
    /// The arguments of the process.
    pub arguments: Vec<String>,
    /// The options that lead to the same target from any folder.
    pub target: Vec<String>,
    /// How much faster than real time the target's clock goes, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<String>,
}

/// How far a disk is copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// What identifies it: `[datastore] folder/file.vmdk` on vSphere.
    pub name: String,
    /// Units done, in the unit of the step.
    pub completed: i64,
    /// Units in all.
    pub total: i64,
}

/// How far a pipeline step of a VM is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// VM name on the source.
    pub vm: String,
    /// Pipeline step, such as `DiskTransferV2v`.
    pub pipeline_step: String,
    /// How the step stands: `Running`, `Completed`, `Failed`, `Canceled`.
    pub phase: String,
    /// Units done.
    pub completed: i64,
    /// Units in all.
    pub total: i64,
    /// `MB`, or empty where units mean nothing.
    pub unit: String,
    /// How far each disk is, in steps that copy disks; absent in older logs.
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
    /// Whether it is the last one, after the cutover, when the VM is off.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// When it began, by MTV's clock.
    pub started: Option<Timestamp>,
    /// When it ended, by MTV's clock; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// The first line of every log.
    RunStarted {
        /// [`FORMAT`].
        format: u32,
        /// Run id, such as `auto-ab12`.
        run: String,
        /// What it runs on.
        target: Target,
        /// Version of this suite.
        suite: String,
        /// How many scenarios were selected.
        selected: usize,
        /// When the program began, preflight included; absent in older logs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        began: Option<Timestamp>,
        /// What it migrates from; absent in older logs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sources: Vec<Source>,
        /// How it was started; absent in older logs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invocation: Option<Invocation>,
    },
    /// The target cannot be used: none of the scenarios is run.
    Unusable {
        /// What is in the way.
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
        /// Its tags, without `@`.
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
        /// The rows of its table; absent in older logs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        table: Vec<Vec<String>>,
        /// Its doc string; absent in older logs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        doc_string: Option<String>,
        /// Whether it makes something go wrong on purpose; absent where it does not, and in older logs.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        injects_failure: bool,
    },
    /// A step ended.
    StepFinished {
        /// Scenario.
        scenario: ScenarioKey,
        /// Position.
        step: usize,
        /// How.
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
        /// What is done, in words.
        title: String,
    },
    /// It ended.
    ActivityFinished {
        /// Scenario; absent for what the whole run shares.
        scenario: Option<ScenarioKey>,
        /// Which.
        activity: u64,
        /// How.
        outcome: Outcome,
        /// How long it took, in milliseconds.
        milliseconds: u64,
        /// Why it failed.
        message: Option<String>,
    },
    /// The migration of a VM moved on.
    Progress {
        /// Scenario.
        scenario: ScenarioKey,
        /// How far it is.
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
        /// What it found.
        finding: Finding,
    },
    /// What was collected about a scenario that failed, before its teardown.
    Evidence {
        /// Which.
        scenario: ScenarioKey,
        /// Folder of it, relative to the run's.
        folder: String,
        /// Names of the files in it.
        files: Vec<String>,
        /// What could not be collected, and why.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        problems: Vec<String>,
    },
    /// An attempt of a scenario ended, teardown included.
    ScenarioFinished {
        /// Which.
        scenario: ScenarioKey,
        /// How.
        outcome: Outcome,
        /// Why, when no step of it says so: it could not be set up, or it was not run.
        message: Option<String>,
        /// Whether another attempt follows.
        retried: bool,
    },
    /// Something that the run created could not be removed.
    Leftover {
        /// What it is, such as `Provider auto-ab12/auto-ab12-source-vsphere`.
        subject: String,
        /// Why it is still there, and what blocks it.
        reason: String,
    },
    /// What the run created and left, because the user wants to look at it.
    Kept {
        /// The scenario that created them; absent for what the whole run shares.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scenario: Option<ScenarioKey>,
        /// What they are, such as `Plan auto-ab12/auto-ab12-source-vsphere-8-0-3-x7kq-cold`.
        subjects: Vec<String>,
        /// The command that removes them.
        remove_with: String,
    },
    /// The last line of a log that ended by itself.
    RunFinished {
        /// Exit code of the process.
        exit_code: u8,
        /// Whether a signal ended it.
        interrupted: bool,
    },
}

impl Event {
    /// The scenario that it is of; `None`: the run as a whole.
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
