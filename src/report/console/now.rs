//! The current state of a run: live lines, regular lines in a log, and the full state on SIGUSR1.

use std::io::{self, Write};

use jiff::Timestamp;

use super::{BOLD, Console, DIM, title};
use crate::{
    events::{wait_status::WaitSnapshot, words},
    report::model::{Activity, Attempt},
};

impl<W: Write> Console<W> {
    /// One line for each running scenario, and one for each activity of the run itself.
    pub fn live(&self, now: Timestamp) -> Vec<String> {
        let separator = self.manner.marks.separator();
        let scenarios = self.run.running().map(|(_, scenario, attempt)| {
            // One clock per line, that of the scenario, so that it never runs backwards.
            let time = words::duration(attempt.span.until(now));
            let step = attempt.current_step().map(|step| step.sentence());
            // Lines are short: the transfers of the VMs imply the step.
            let mut parts = transfers(attempt, now);
            if parts.is_empty() {
                parts = step.into_iter().chain(activity(attempt)).collect();
            }
            if parts.is_empty() {
                parts.push(scenario.name.clone());
            }
            format!(
                "{} {DIM}{time:>10}{DIM:#}  {}",
                self.label(&attempt.key),
                parts.join(separator)
            )
        });
        let shared = open(&self.run.activities).map(|activity| {
            let time = words::duration(self.run.span.until(now));
            format!("{} {DIM}{time:>10}{DIM:#}  {}", self.run_label(), activity.title)
        });
        scenarios.chain(shared).collect()
    }

    /// Writes a line for each scenario that had no output for the time that [`Manner`](super::Manner) allows.
    ///
    /// # Errors
    /// Errors of the output stream.
    pub fn tick(&mut self, now: Timestamp) -> io::Result<()> {
        if self.manner.live {
            return Ok(());
        }
        let scenarios = self.run.running().map(|(_, scenario, attempt)| {
            let step = attempt.current_step().map(|step| step.sentence());
            let title = scenario.name.clone();
            let mut parts = vec![step.or_else(|| activity(attempt)).unwrap_or(title)];
            let transfers = transfers(attempt, now);
            if transfers.is_empty() && attempt.current_step().is_some() {
                parts.extend(activity(attempt));
            }
            parts.extend(transfers);
            let line = format!("still: {}, {}", parts.join(", "), elapsed(attempt, now));
            (Some(attempt.key.clone()), self.label(&attempt.key), line)
        });
        let shared = open(&self.run.activities).last().map(|activity| {
            let line = format!(
                "still: {}, {}",
                activity.title,
                words::duration(activity.span.until(now))
            );
            (None, self.run_label(), line)
        });
        let alive: Vec<_> = scenarios.chain(shared).collect();
        for (key, label, line) in alive {
            let silent = self.said.get(&key).map(|said| now.duration_since(*said).unsigned_abs());
            if silent.is_none_or(|silent| silent >= self.manner.silence) {
                writeln!(self.out, "{label}       {DIM}{line}{DIM:#}")?;
                self.said.insert(key, now);
            }
        }
        self.out.flush()
    }

    /// Writes the full state of the run: `stage` is the work before or after the scenarios, `seen` returns what the
    /// activity with an id waits for.
    ///
    /// # Errors
    /// Errors of the output stream.
    pub fn stand(
        &mut self,
        now: Timestamp,
        stage: Option<String>,
        seen: impl Fn(u64) -> Option<WaitSnapshot>,
    ) -> io::Result<()> {
        let mut lines = vec![format!(
            "{BOLD}where it stands{BOLD:#} after {}",
            words::duration(now.duration_since(self.manner.began).unsigned_abs())
        )];
        lines.extend(stage);
        for (feature, scenario, attempt) in self.run.running() {
            let time = words::duration(attempt.span.until(now));
            lines.push(format!(
                "{} {}  {DIM}{time}{DIM:#}",
                self.label(&attempt.key),
                title(feature, scenario)
            ));
            if let Some(step) = attempt.current_step() {
                let time = words::duration(step.span.until(now));
                lines.push(format!("  {}  {DIM}{time}{DIM:#}", step.sentence()));
            }
            lines.extend(
                attempt
                    .current_activities()
                    .flat_map(|activity| at_length(activity, now, &seen)),
            );
            for transfer in attempt.current_transfers() {
                let time = transfer
                    .since
                    .map(|since| words::duration(now.duration_since(since).unsigned_abs()));
                let time = time.unwrap_or_default();
                lines.push(format!(
                    "    {}: {}  {DIM}{time}{DIM:#}",
                    transfer.vm,
                    transfer.describe(now)
                ));
                lines.extend(transfer.disk_lines().map(|line| format!("      {line}")));
            }
        }
        let shared: Vec<&Activity> = open(&self.run.activities).collect();
        if !shared.is_empty() {
            lines.push("for all scenarios".to_owned());
            lines.extend(shared.into_iter().flat_map(|activity| at_length(activity, now, &seen)));
        }
        lines.push(self.so_far());
        for line in lines {
            writeln!(self.out, "{line}")?;
        }
        writeln!(self.out)?;
        self.out.flush()
    }

    /// `so far: 1 passed, 1 running, 1 waiting; 4 checks: 3 passed, 1 failed`
    fn so_far(&self) -> String {
        let (tally, running) = (self.run.scenarios(), self.run.running().count());
        let scenarios = words::parts(&[
            (tally.passed, "passed"),
            (tally.failed - running, "failed"),
            (tally.interrupted, "interrupted"),
            (tally.skipped, "not run"),
            (running, "running"),
            (self.run.selected.saturating_sub(tally.total()), "waiting"),
        ]);
        let checks = self.run.checks();
        let parts = [
            (checks.passed, "passed"),
            (checks.failed, "failed"),
            (checks.skipped, "skipped"),
        ];
        match checks.total() {
            0 => format!("so far: {scenarios}"),
            total => format!(
                "so far: {scenarios}; {}: {}",
                words::count(total, "check"),
                words::parts(&parts)
            ),
        }
    }
}

fn open(activities: &[Activity]) -> impl Iterator<Item = &Activity> {
    activities.iter().filter(|activity| activity.outcome.is_none())
}

/// Time that the current step has taken; between steps, that of the latest activity or of the whole attempt.
fn elapsed(attempt: &Attempt, now: Timestamp) -> String {
    let step = attempt.current_step().map(|step| step.span);
    let activity = attempt.current_activities().last().map(|activity| activity.span);
    words::duration(step.or(activity).unwrap_or(attempt.span).until(now))
}

/// Progress of the running transfers of an attempt.
fn transfers(attempt: &Attempt, now: Timestamp) -> Vec<String> {
    let several = attempt.current_transfers().count() > 1;
    let told = attempt.current_transfers().map(|transfer| {
        let vm = if several {
            format!("{} ", short(&transfer.vm))
        } else {
            String::new()
        };
        let disks = transfer.disk_percents().map(|percents| format!(", disks {percents}"));
        format!("{vm}{}{}", transfer.describe(now), disks.unwrap_or_default())
    });
    told.collect()
}

/// The end of a long name: names of clones differ there.
fn short(name: &str) -> String {
    match name.rsplit_once('-') {
        Some((_, end)) if name.len() > 20 => format!("..{end}"),
        _ => name.to_owned(),
    }
}

/// Title of the latest activity that is running in an attempt.
fn activity(attempt: &Attempt) -> Option<String> {
    attempt
        .current_activities()
        .last()
        .map(|activity| activity.title.clone())
}

/// An activity, the condition that it waits for, and the last observation.
fn at_length(activity: &Activity, now: Timestamp, seen: impl Fn(u64) -> Option<WaitSnapshot>) -> Vec<String> {
    let time = words::duration(activity.span.until(now));
    let mut lines = vec![format!("    {}  {DIM}{time}{DIM:#}", activity.title)];
    if let Some(WaitSnapshot { awaited, state }) = seen(activity.id) {
        // Many activities are named after the condition they wait for.
        if !activity.title.contains(&awaited) {
            lines.push(format!("      waiting for {awaited}"));
        }
        lines.extend(state.into_iter().map(|line| format!("        {line}")));
    }
    lines
}
