//! Remaining time of pauses between precopies. Timestamps of Kubernetes have whole seconds, too coarse for a fast clock,
//! so the lab keeps precise end times in memory.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sim_clock::{Instant, changes_at};

/// End times of pauses by key.
#[derive(Default)]
pub struct Pauses(Mutex<HashMap<String, Instant>>);

impl Pauses {
    /// Begins a pause of this much real time.
    pub fn begin(&self, key: String, lasting: Duration) {
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end = Instant::now() + lasting;
        ends.insert(key, end);
        changes_at(end);
    }

    /// Whether the pause is over; `None`: it did not begin in this process.
    pub fn is_over(&self, key: &str) -> Option<bool> {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.get(key).map(|end| *end <= Instant::now())
    }
}
