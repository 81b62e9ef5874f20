//! Progress and rate of the migration of a VM.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::{Span, Stage};
use crate::events::{
    event::{self, Disk, Progress},
    words,
};

/// Number of latest events that the rate is computed from: it follows changes, yet does not flicker.
const SAMPLES: usize = 10;

/// Progress of the migration of one VM.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// VM name on the source.
    pub vm: String,
    /// Current pipeline step.
    pub step: String,
    /// Phase of the step: `Running`, `Completed`.
    pub phase: String,
    /// Time at which the current step began.
    pub since: Option<Timestamp>,
    /// Number of units done.
    pub completed: i64,
    /// Number of units in all.
    pub total: i64,
    /// Unit: `MB`, or empty where the numbers mean nothing.
    pub unit: String,
    /// Disks of the VM.
    pub disks: Vec<Disk>,
    /// Copies of the VM while it ran, and the last one; warm migrations only.
    pub precopies: Vec<Precopy>,
    /// Pipeline steps that have begun, in that order.
    pub stages: Vec<Stage>,
    samples: VecDeque<(Timestamp, i64)>,
}

/// A copy of a VM, from its snapshot to its last byte.
#[derive(Debug, Clone)]
pub struct Precopy {
    /// Number of the precopy, from 1.
    pub number: usize,
    /// Whether the VM was powered off for this copy.
    pub is_final: bool,
    /// Times at which its begin and end were reported.
    pub span: Span,
}

impl Transfer {
    /// The transfer of a VM that has not begun.
    pub(super) fn for_vm(vm: &str) -> Self {
        Self {
            vm: vm.to_owned(),
            step: String::new(),
            phase: String::new(),
            since: None,
            completed: 0,
            total: 0,
            unit: String::new(),
            disks: Vec::new(),
            precopies: Vec::new(),
            stages: Vec::new(),
            samples: VecDeque::new(),
        }
    }

    /// Updates the transfer with an observation of its progress.
    pub(super) fn move_on(&mut self, at: Timestamp, progress: &Progress) {
        let step = &progress.pipeline_step;
        let stage = match self.stages.iter().position(|stage| stage.name == *step) {
            Some(index) => self.stages.get_mut(index),
            None => {
                self.stages.push(Stage::begin(at, step));
                self.stages.last_mut()
            }
        };
        if let Some(stage) = stage {
            stage.move_on(at, progress);
        }
        if self.step != *step {
            self.since = Some(at);
            self.samples.clear();
        }
        self.step.clone_from(step);
        self.phase.clone_from(&progress.phase);
        self.unit.clone_from(&progress.unit);
        self.disks.clone_from(&progress.disks);
        (self.completed, self.total) = (progress.completed, progress.total);
        self.samples.push_back((at, progress.completed));
        if self.samples.len() > SAMPLES {
            self.samples.pop_front();
        }
    }

    /// Applies the begin or the end of a precopy.
    pub(super) fn precopy(&mut self, at: Timestamp, told: &event::Precopy) {
        let known = self.precopies.iter().position(|precopy| precopy.number == told.number);
        let index = known.unwrap_or_else(|| {
            self.precopies.push(Precopy {
                number: told.number,
                is_final: told.is_final,
                span: Span::begin(at),
            });
            self.precopies.len() - 1
        });
        if let Some(precopy) = self.precopies.get_mut(index).filter(|_| told.ended.is_some()) {
            precopy.span.finished = Some(at);
        }
    }

    /// Whether the current step is running.
    pub fn is_running(&self) -> bool {
        self.phase == "Running"
    }

    /// Percent of the step; `None` where its units mean nothing.
    pub fn percent(&self) -> Option<i64> {
        (!self.unit.is_empty()).then(|| percent(self.completed, self.total))
    }

    /// Units per second up to `now`: while a copy makes no progress, its rate falls.
    pub fn rate(&self, now: Timestamp) -> Option<f64> {
        let ((from, before), (_, after)) = (self.samples.front()?, self.samples.back()?);
        let seconds = now.duration_since(*from).as_secs_f64();
        let units = i32::try_from(after - before).ok().filter(|units| *units > 0)?;
        (seconds > 0.0).then(|| f64::from(units) / seconds)
    }

    /// `DiskTransferV2v 43 % (12.1 of 28.0 GB, 85 MB/s)`, or the step alone.
    pub fn describe(&self, now: Timestamp) -> String {
        let (Some(percent), true) = (self.percent(), self.is_running()) else {
            let phase = if self.is_running() {
                "started".to_owned()
            } else {
                self.phase.to_lowercase()
            };
            return format!("{} {phase}", self.step);
        };
        let amount = words::amount(self.completed, self.total, &self.unit);
        let rate = self
            .rate(now)
            .map(|rate| format!(", {}", words::rate(rate, &self.unit)));
        format!("{} {percent} % ({amount}{})", self.step, rate.unwrap_or_default())
    }

    /// Percent of each disk: `43 %, 100 %`; `None` for a single disk, whose percent is that of the whole.
    pub fn disk_percents(&self) -> Option<String> {
        let percents = self
            .disks
            .iter()
            .map(|disk| format!("{} %", percent(disk.completed, disk.total)));
        (self.disks.len() > 1).then(|| percents.collect::<Vec<_>>().join(", "))
    }

    /// One line per disk: `43 %  12.1 of 28.0 GB  [datastore1] a/a.vmdk`.
    pub fn disk_lines(&self) -> impl Iterator<Item = String> {
        self.disks.iter().map(|disk| {
            let amount = words::amount(disk.completed, disk.total, &self.unit);
            format!("{:3} %  {amount}  {}", percent(disk.completed, disk.total), disk.name)
        })
    }
}

fn percent(completed: i64, total: i64) -> i64 {
    if total > 0 {
        completed.clamp(0, total) * 100 / total
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_770_000_000 + second).unwrap()
    }

    fn progress(step: &str, (completed, total): (i64, i64), unit: &str, disks: &[Disk]) -> Progress {
        Progress {
            vm: "a".to_owned(),
            pipeline_step: step.to_owned(),
            phase: "Running".to_owned(),
            completed,
            total,
            unit: unit.to_owned(),
            disks: disks.to_vec(),
        }
    }

    #[test]
    fn the_rate_follows_the_latest_events_and_falls_when_nothing_moves() {
        let mut transfer = Transfer::for_vm("a");
        for (second, completed) in [(0, 0), (10, 1000), (20, 2000)] {
            transfer.move_on(at(second), &progress("DiskTransfer", (completed, 20_480), "MB", &[]));
        }
        assert_eq!(transfer.describe(at(20)), "DiskTransfer 9 % (2.0 of 20.0 GB, 100 MB/s)");
        assert_eq!(transfer.describe(at(200)), "DiskTransfer 9 % (2.0 of 20.0 GB, 10 MB/s)");
        for second in 21..40 {
            transfer.move_on(at(second), &progress("DiskTransfer", (second * 200, 20_480), "MB", &[]));
        }
        assert_eq!(transfer.rate(at(39)), Some(200.0));
    }

    #[test]
    fn a_precopy_lasts_from_its_first_event_to_its_second() {
        let mut transfer = Transfer::for_vm("a");
        for (second, number, has_ended) in [(0, 1, false), (9, 1, true), (30, 2, false)] {
            let precopy = event::Precopy {
                vm: "a".to_owned(),
                number,
                is_final: number == 2,
                started: None,
                ended: has_ended.then(|| at(second)),
            };
            transfer.precopy(at(second), &precopy);
        }
        let told = transfer.precopies.iter().map(|precopy| {
            (
                precopy.number,
                precopy.is_final,
                precopy.span.started,
                precopy.span.finished,
            )
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [(1, false, Some(at(0)), Some(at(9))), (2, true, Some(at(30)), None)]
        );
    }

    #[test]
    fn a_new_step_resets_the_progress() {
        let mut transfer = Transfer::for_vm("a");
        transfer.move_on(at(0), &progress("DiskTransfer", (20_480, 20_480), "MB", &[]));
        transfer.move_on(at(9), &progress("ImageConversion", (0, 1), "", &[]));
        assert_eq!(transfer.describe(at(12)), "ImageConversion started");
        assert_eq!(transfer.since, Some(at(9)));
    }

    #[test]
    fn disks_are_described_separately() {
        let disk = |name: &str, completed| Disk {
            name: name.to_owned(),
            completed,
            total: 10_240,
        };
        let disks = [disk("[ds1] a/a.vmdk", 10_240), disk("[ds1] a/a_1.vmdk", 512)];
        let mut transfer = Transfer::for_vm("a");
        transfer.move_on(at(0), &progress("DiskTransfer", (10_752, 20_480), "MB", &disks));
        assert_eq!(transfer.disk_percents().as_deref(), Some("100 %, 5 %"));
        assert_eq!(
            transfer.disk_lines().collect::<Vec<_>>(),
            [
                "100 %  10.0 of 10.0 GB  [ds1] a/a.vmdk",
                "  5 %  0.5 of 10.0 GB  [ds1] a/a_1.vmdk"
            ]
        );
    }
}
