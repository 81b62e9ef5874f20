//! A world: one thread with virtual time and seeded random numbers.
//!
//! tokio's paused clock advances exactly when no task of the runtime can run and no blocking task is running. It does
//! not wait for sockets, so whatever works in a world is connected in memory.

use std::{cell::Cell, io, time::Duration};

use jiff::Timestamp;
use thiserror::Error;
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use crate::{Instant, sleep};

/// Simulated time after which a world in which only idle timers are left is a deadlock. Longer than any deadline of a
/// test; with nothing else to do it passes in milliseconds.
const END_OF_TIME: Duration = Duration::from_secs(14 * 24 * 60 * 60);

thread_local! {
    static ORIGIN: Cell<Option<Origin>> = const { Cell::new(None) };
}

/// What `Instant` and `Timestamp` were when the world began.
#[derive(Clone, Copy)]
struct Origin {
    instant: Instant,
    timestamp: Timestamp,
}

/// Whether this thread belongs to a world.
pub fn is_virtual() -> bool {
    ORIGIN.get().is_some()
}

pub(crate) fn now() -> Option<Timestamp> {
    let origin = ORIGIN.get()?;
    let elapsed = origin.instant.elapsed();
    Some(origin.timestamp.saturating_add(elapsed).unwrap_or(Timestamp::MAX))
}

/// A random UUID (version 4). In a world it depends on the seed alone.
pub fn uuid() -> Uuid {
    uuid::Builder::from_random_bytes(fastrand::u128(..).to_le_bytes()).into_uuid()
}

/// Settings of a world.
#[derive(Debug, Clone, Copy)]
pub struct WorldOptions {
    /// Seed of all random numbers.
    pub seed: u64,
    /// Time of day at which the world begins.
    pub begin: Timestamp,
}

/// Everything waits, and no timer is left that could end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("deadlock: everything waits for something that nothing will do")]
pub struct Deadlock;

/// The runtime of one world. The thread that makes it is the thread of the world.
pub struct World {
    runtime: Runtime,
}

impl World {
    /// Begins a world on this thread.
    ///
    /// # Errors
    /// Errors of the operating system.
    pub fn begin(options: WorldOptions) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build()?;
        fastrand::seed(options.seed);
        let instant = {
            let _entered = runtime.enter();
            Instant::now()
        };
        let timestamp = options.begin;
        ORIGIN.set(Some(Origin { instant, timestamp }));
        Ok(Self { runtime })
    }

    /// The runtime, to spawn tasks from other threads.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Runs `work` to its end.
    ///
    /// # Errors
    /// [`Deadlock`] as soon as `work` and everything else in the world waits without a timer.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, Deadlock> {
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                done = work => Ok(done),
                () = sleep(END_OF_TIME) => Err(Deadlock),
            }
        })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        ORIGIN.set(None);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant as RealInstant;

    use super::*;
    use crate::{now, timeout};

    fn world(seed: u64) -> World {
        let begin = "2026-03-01T08:00:00Z".parse().unwrap();
        World::begin(WorldOptions { seed, begin }).unwrap()
    }

    #[test]
    fn two_hours_pass_in_no_time_and_timestamps_agree() {
        let real = RealInstant::now();
        let world = world(1);
        let (before, after) = world
            .run(async {
                let before = now();
                sleep(Duration::from_secs(7200)).await;
                (before, now())
            })
            .unwrap();
        assert_eq!(before.to_string(), "2026-03-01T08:00:00Z");
        assert_eq!(after.as_second() - before.as_second(), 7200);
        assert!(real.elapsed() < Duration::from_secs(60));
        drop(world);
        assert!(!is_virtual());
    }

    #[test]
    fn time_stands_still_while_something_works() {
        let world = world(1);
        let passed = world
            .run(async {
                let begun = Instant::now();
                let patience = timeout(Duration::from_secs(1), async {
                    for _ in 0..1000 {
                        tokio::task::yield_now().await;
                    }
                    let work = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_millis(50)));
                    work.await.unwrap();
                });
                patience.await.unwrap();
                begun.elapsed()
            })
            .unwrap();
        assert_eq!(passed, Duration::ZERO);
    }

    #[test]
    fn a_deadlock_is_told_at_once() {
        let real = RealInstant::now();
        assert_eq!(world(1).run(std::future::pending::<()>()), Err(Deadlock));
        assert!(real.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn the_seed_fixes_random_numbers() {
        let drawn = |seed| {
            let _world = world(seed);
            (uuid(), fastrand::u64(..))
        };
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
    }
}
