//! Pauses that somebody stated. Kubernetes' timestamps have whole seconds, too coarse for a fast clock: how long a pause
//! still lasts is remembered here.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Ends of pauses by what pauses.
#[derive(Default)]
pub struct Pauses(Mutex<HashMap<String, Instant>>);

impl Pauses {
    /// Begins a pause of so much real time.
    pub fn begin(&self, key: String, lasting: Duration) {
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.insert(key, Instant::now() + lasting);
    }

    /// Whether the pause is over; `None` when it did not begin in this process.
    pub fn is_over(&self, key: &str) -> Option<bool> {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.get(key).map(|end| *end <= Instant::now())
    }
}
