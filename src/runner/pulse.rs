//! Detects that a step blocks the thread of all scenarios: such a run cannot end in order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sim_clock::{sleep, ticks};

const BEAT: Duration = Duration::from_millis(500);

/// A counter that is incremented while its thread is not blocked. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// Increments the counter while the work runs, on the same thread.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        let mut beats = ticks(BEAT);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = beats.tick() => self.0.fetch_add(1, Ordering::Relaxed),
            };
        }
    }

    /// Returns once the counter has not changed for this time; called from another thread.
    pub async fn stopped(&self, patience: Duration) {
        let mut felt = self.0.load(Ordering::Relaxed);
        loop {
            sleep(patience).await;
            let now = self.0.load(Ordering::Relaxed);
            if now == felt {
                return;
            }
            felt = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocked_thread_is_detected_by_another_thread() {
        let (pulse, patience) = (Pulse::default(), BEAT * 2);
        let watched = pulse.clone();
        let watch = std::thread::spawn(move || runtime().block_on(watched.stopped(patience)));
        runtime().block_on(pulse.during(async {
            sleep(patience * 3).await;
            assert!(!watch.is_finished(), "a step that takes long but yields blocks nobody");
            std::thread::sleep(patience * 3);
            assert!(watch.is_finished(), "a step that blocks was not noticed");
        }));
        watch.join().unwrap();
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    }
}
