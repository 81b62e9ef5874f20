//! Begin and end of each pipeline step of a VM, and of the copy of each disk.

use jiff::Timestamp;

use super::Span;
use crate::events::event::{Disk, Progress};

/// A pipeline step of a VM, from when it was first observed to run until it was observed to have ended.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Name of the step in Forklift, such as `DiskTransferV2v`.
    pub name: String,
    /// Last observed phase.
    pub phase: String,
    /// Begin and end.
    pub span: Span,
    /// Number of units done.
    pub completed: i64,
    /// Number of units in all.
    pub total: i64,
    /// Unit: `MB`, or empty where the numbers mean nothing.
    pub unit: String,
    /// Disks of the VM, in steps that copy them.
    pub disks: Vec<DiskCopy>,
}

/// The copy of a disk.
#[derive(Debug, Clone)]
pub struct DiskCopy {
    /// Identifier of the disk on the source.
    pub name: String,
    /// From the first observed progress until the disk was observed to be complete.
    pub span: Span,
    /// Number of units done.
    pub completed: i64,
    /// Number of units in all.
    pub total: i64,
}

impl Stage {
    /// A step that begins at this time.
    pub(super) fn begin(at: Timestamp, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            phase: String::new(),
            span: Span::begin(at),
            completed: 0,
            total: 0,
            unit: String::new(),
            disks: Vec::new(),
        }
    }

    /// Updates the step with an observation of its progress.
    pub(super) fn move_on(&mut self, at: Timestamp, progress: &Progress) {
        self.phase.clone_from(&progress.phase);
        self.unit.clone_from(&progress.unit);
        (self.completed, self.total) = (progress.completed, progress.total);
        if progress.phase != "Running" {
            self.span.finished.get_or_insert(at);
        }
        for disk in &progress.disks {
            let copy = match self.disks.iter().position(|copy| copy.name == disk.name) {
                Some(index) => self.disks.get_mut(index),
                None => {
                    self.disks.push(DiskCopy {
                        name: disk.name.clone(),
                        span: Span::default(),
                        completed: 0,
                        total: 0,
                    });
                    self.disks.last_mut()
                }
            };
            if let Some(copy) = copy {
                copy.move_on(at, disk);
            }
        }
    }
}

impl DiskCopy {
    fn move_on(&mut self, at: Timestamp, disk: &Disk) {
        (self.completed, self.total) = (disk.completed, disk.total);
        if self.completed > 0 {
            self.span.started.get_or_insert(at);
        }
        if self.completed > 0 && self.completed >= self.total {
            self.span.finished.get_or_insert(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::report::{model::Run, story};

    #[test]
    fn stages_and_disks_have_a_beginning_and_an_end() {
        let at = |second: i64| Timestamp::from_second(1_770_000_000 + second).unwrap();
        let disk = |completed| Disk {
            name: "[ds1] a/a.vmdk".to_owned(),
            completed,
            total: 10,
        };
        let mut stage = Stage::begin(at(0), "DiskTransfer");
        for (second, completed, phase) in [
            (0, 0, "Running"),
            (2, 4, "Running"),
            (5, 10, "Running"),
            (6, 10, "Completed"),
        ] {
            let progress = Progress {
                vm: "a".to_owned(),
                pipeline_step: "DiskTransfer".to_owned(),
                phase: phase.to_owned(),
                completed,
                total: 10,
                unit: "MB".to_owned(),
                disks: vec![disk(completed)],
            };
            stage.move_on(at(second), &progress);
        }
        assert_eq!(stage.span.duration(), Duration::from_secs(6));
        assert_eq!(stage.disks.len(), 1);
        assert_eq!(stage.disks[0].span.duration(), Duration::from_secs(3));
    }

    #[test]
    fn a_step_that_still_runs_has_no_end() {
        let run = Run::fold(&story::two_scenarios());
        let transfers = &run.features[0].scenarios[1].last().unwrap().transfers;
        let names: Vec<_> = transfers[0].stages.iter().map(|stage| stage.name.as_str()).collect();
        assert_eq!(names, ["Initialize", "DiskTransferV2v"]);
        assert!(transfers[0].stages[1].span.finished.is_none());
        assert!(transfers[0].stages[1].disks[0].span.finished.is_some());
    }
}
