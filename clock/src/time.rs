//! Timers and the time of day: virtual in a world, real elsewhere.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
pub use tokio::time::{Instant, Sleep, error::Elapsed, sleep, sleep_until, timeout, timeout_at};

use crate::world;

/// The current time: that of the world this thread belongs to, else that of the machine.
pub fn now() -> Timestamp {
    world::now().unwrap_or_else(Timestamp::now)
}

/// Real time as a stream of ticks, also in a world: for what a person looks at.
pub struct Ticks(mpsc::Receiver<()>);

/// Ticks every `period` of real time, first at once. Ticks that nobody waited for are left out.
pub fn ticks(period: Duration) -> Ticks {
    let (sender, receiver) = mpsc::channel(1);
    // A thread of its own: the timers of a world are virtual.
    std::thread::spawn(move || {
        while !sender.is_closed() {
            let _ = sender.try_send(());
            std::thread::sleep(period);
        }
    });
    Ticks(receiver)
}

impl Ticks {
    /// Waits for the next tick.
    pub async fn tick(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending().await
        }
    }
}
