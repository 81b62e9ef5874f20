//! Time that an object spent in each phase during a wait.

use std::time::Duration;

use sim_clock::Instant;

use crate::events::words;

/// The phases of one or more subjects (the VMs of a plan), in the order in which they were first seen.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    tracks: Vec<Track>,
}

#[derive(Debug)]
struct Track {
    subject: String,
    /// Phase, and when it was entered; a phase that comes back has several entries.
    entered: Vec<(String, Instant)>,
}

impl Timeline {
    /// Takes in the phase of each subject as it is now.
    pub(super) fn see(&mut self, now: Instant, phases: Vec<(String, String)>) {
        for (subject, phase) in phases {
            let track = match self.tracks.iter().position(|track| track.subject == subject) {
                Some(index) => self.tracks.get_mut(index),
                None => {
                    let entered = Vec::new();
                    self.tracks.push(Track { subject, entered });
                    self.tracks.last_mut()
                }
            };
            if let Some(track) = track
                && track.entered.last().is_none_or(|(last, _)| *last != phase)
            {
                track.entered.push((phase, now));
            }
        }
    }

    /// `Initialize 2.00 s, DiskTransferV2v 58 min 01 s (still)`, a line for each subject.
    pub(super) fn lines(&self, now: Instant) -> Vec<String> {
        self.tracks.iter().map(|track| track.line(now)).collect()
    }
}

impl Track {
    fn line(&self, now: Instant) -> String {
        let ends = self.entered.iter().skip(1).map(|(_, at)| *at).chain([now]);
        let mut sums: Vec<(&str, Duration)> = Vec::new();
        for ((phase, from), to) in self.entered.iter().zip(ends) {
            match sums.iter_mut().find(|(known, _)| known == phase) {
                Some((_, sum)) => *sum += to - *from,
                None => sums.push((phase, to - *from)),
            }
        }
        let current = self.entered.last().map(|(phase, _)| phase.as_str());
        let parts: Vec<String> = sums
            .into_iter()
            .map(|(phase, sum)| {
                let still = if Some(phase) == current { " (still)" } else { "" };
                format!("{phase} {}{still}", words::duration(sum))
            })
            .collect();
        let of = if self.subject.is_empty() {
            String::new()
        } else {
            format!("\"{}\": ", self.subject)
        };
        format!("{of}{}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of one subject that is in each of these phases for so many seconds.
    fn line(subject: &str, phases: &[(&str, u64)]) -> Vec<String> {
        let mut timeline = Timeline::default();
        let mut now = Instant::now();
        for (phase, seconds) in phases {
            timeline.see(now, vec![(subject.to_owned(), (*phase).to_owned())]);
            now += Duration::from_secs(*seconds);
        }
        timeline.lines(now)
    }

    #[test]
    fn the_last_phase_goes_on() {
        let phases = [("Initialize", 2), ("DiskTransferV2v", 10), ("DiskTransferV2v", 3471)];
        assert_eq!(
            line("rhel", &phases),
            ["\"rhel\": Initialize 2.00 s, DiskTransferV2v 58 min 01 s (still)"]
        );
        assert!(line("rhel", &[]).is_empty());
    }

    #[test]
    fn a_phase_that_comes_back_is_summed_up() {
        let phases = [("Starting", 10), ("Running", 10), ("Starting", 10)];
        assert_eq!(line("", &phases), ["Starting 20.0 s (still), Running 10.0 s"]);
    }
}
