//! Whether the thread of all scenarios still lives: one that a step blocks cannot end in order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

const BEAT: Duration = Duration::from_millis(500);

/// Beats as long as its thread can do anything. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// Beats for as long as the work takes, on the thread that does it.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            self.0.fetch_add(1, Ordering::Relaxed);
            if let Ok(done) = tokio::time::timeout(BEAT, &mut work).await {
                return done;
            }
        }
    }

    /// Returns when nothing has been felt for so long; called from another thread.
    pub async fn stopped(&self, patience: Duration) {
        let mut felt = self.0.load(Ordering::Relaxed);
        loop {
            tokio::time::sleep(patience).await;
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
    fn a_step_that_blocks_its_thread_is_felt_by_another() {
        let (pulse, patience) = (Pulse::default(), BEAT * 2);
        let watched = pulse.clone();
        let watch = std::thread::spawn(move || runtime().block_on(watched.stopped(patience)));
        runtime().block_on(pulse.during(async {
            tokio::time::sleep(patience * 3).await;
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
