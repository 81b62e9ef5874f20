//! Polls that cost nothing while nothing changes.
//!
//! A poll that finds nothing new is wasted work, thousands of times in an hour of virtual time. A [`Poll`] therefore looks
//! again at its usual times only as long as something has [`changed`] since the look before the last one; otherwise it
//! waits for a change, or [`AT_LEAST`]. What it finds, and when, is the same.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::{Instant, is_virtual, sleep_until};

/// A poll looks so often, in simulated time, even if nothing changes.
pub(crate) const AT_LEAST: Duration = Duration::from_secs(5 * 60);

thread_local! {
    static UNDER_WAY: Cell<u64> = const { Cell::new(0) };
    static OF_WORLD: Arc<Observed> = Arc::default();
    static HELD: Cell<BTreeMap<String, Instant>> = const { Cell::new(BTreeMap::new()) };
}

/// What is known of the changes of a world, or of everything outside of worlds.
#[derive(Default)]
struct Observed {
    changes: watch::Sender<Changes>,
    announced: Mutex<BTreeSet<Instant>>,
}

#[derive(Clone, Copy, Default)]
struct Changes {
    count: u64,
    last: Option<Instant>,
}

fn observed() -> Arc<Observed> {
    static ELSEWHERE: LazyLock<Arc<Observed>> = LazyLock::new(Arc::default);
    if is_virtual() {
        OF_WORLD.with(Arc::clone)
    } else {
        Arc::clone(&ELSEWHERE)
    }
}

fn changes() -> Changes {
    *observed().changes.borrow()
}

/// Something in the simulation has changed: who polls must look again.
pub fn changed() {
    observed().changes.send_modify(|changes| {
        changes.count += 1;
        changes.last = Some(Instant::now());
    });
}

/// Something that a poll decides by the time will change at this moment.
pub fn changes_at(moment: Instant) {
    let observed = observed();
    let is_new = moment > Instant::now() && observed.announced().insert(moment);
    if is_new {
        tokio::spawn(async move {
            sleep_until(moment).await;
            observed.announced().remove(&moment);
            changed();
        });
    }
}

impl Observed {
    fn announced(&self) -> MutexGuard<'_, BTreeSet<Instant>> {
        self.announced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something in the simulation takes its time, and is a change at its end.
pub(crate) async fn under_way(lasting: impl Future<Output = ()>) {
    struct UnderWay;
    impl Drop for UnderWay {
        fn drop(&mut self) {
            UNDER_WAY.set(UNDER_WAY.get().saturating_sub(1));
            changed();
        }
    }
    UNDER_WAY.set(UNDER_WAY.get() + 1);
    let _under_way = UnderWay;
    lasting.await;
}

/// A look has found that something is held on purpose, in words for a person.
pub fn held(what: impl FnOnce() -> String) {
    if is_virtual() {
        let mut held = HELD.take();
        held.insert(what(), Instant::now());
        HELD.set(held);
    }
}

/// Everything waits: nothing has changed for so long that nothing is going to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standstill {
    /// Time since the last change.
    pub lasting: Duration,
    /// What is held on purpose.
    pub held: Vec<String>,
}

/// Whether nothing will happen any more in this world: nothing is under way, no change is announced, and all that is left
/// are polls that find nothing new.
pub fn standstill() -> Option<Standstill> {
    let lasting = changes().last.filter(|_| is_virtual())?.elapsed();
    let is_announced = !observed().announced().is_empty();
    (lasting > AT_LEAST * 2 && !is_announced && UNDER_WAY.get() == 0).then(|| {
        let all = HELD.take();
        let recently = all.iter().filter(|(_, noticed)| noticed.elapsed() <= AT_LEAST * 2);
        let held = recently.map(|(what, _)| what.clone()).collect();
        HELD.set(all);
        Standstill { lasting, held }
    })
}

/// Looks at something again and again.
#[derive(Debug, Clone, Copy)]
pub struct Poll {
    /// Changes at the begin of the look before the last one.
    before: u64,
    /// Changes at the begin of the last look.
    last: u64,
}

impl Default for Poll {
    fn default() -> Self {
        let never = u64::MAX;
        Self {
            before: never,
            last: never,
        }
    }
}

impl Poll {
    /// A look begins.
    pub fn look(&mut self) {
        self.before = self.last;
        self.last = changes().count;
    }

    /// Waits for the next look; if nothing changes, no longer than `at_most`.
    pub async fn wait(self, interval: Duration, at_most: Duration) {
        let begin = Instant::now();
        let mut changes = observed().changes.subscribe();
        let change = changes.wait_for(|changes| changes.count != self.before);
        // The sender lives as long as the thread or the process.
        let _ = crate::timeout(at_most, change).await;
        let intervals = begin.elapsed().as_nanos().div_ceil(interval.as_nanos().max(1)).max(1);
        sleep_until(begin + interval * u32::try_from(intervals).unwrap_or(u32::MAX)).await;
    }
}

/// Waits until nothing has happened in this world for so long, and nothing will. Outside of a world it never ends.
pub async fn standstill_of(at_least: Duration) -> Standstill {
    if !is_virtual() {
        return std::future::pending().await;
    }
    loop {
        crate::sleep(AT_LEAST).await;
        if let Some(found) = standstill().filter(|found| found.lasting >= at_least) {
            return found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{World, WorldOptions, sleep};

    const THREE: Duration = Duration::from_secs(3);

    /// Simulated seconds at which a poll looked, with changes at these seconds.
    fn looks(changes: &'static [u64], until: u64) -> Vec<u64> {
        let begin = "2026-03-01T08:00:00Z".parse().unwrap();
        let world = World::begin(WorldOptions { seed: 1, begin }).unwrap();
        let looks = world.run(async {
            let begin = Instant::now();
            tokio::spawn(async move {
                for second in changes {
                    sleep_until(begin + Duration::from_secs(*second)).await;
                    changed();
                }
            });
            let (mut poll, mut looks) = (Poll::default(), Vec::new());
            loop {
                poll.look();
                let now = begin.elapsed().as_secs();
                if now > until {
                    return looks;
                }
                looks.push(now);
                poll.wait(THREE, AT_LEAST).await;
            }
        });
        looks.unwrap()
    }

    #[test]
    fn a_poll_looks_at_its_usual_times_after_a_change_and_rarely_without() {
        assert_eq!(looks(&[], 700), [0, 3, 303, 603]);
        // Twice after each change, on the grid of three seconds.
        assert_eq!(looks(&[100], 300), [0, 3, 102, 105]);
        assert_eq!(looks(&[100, 104], 300), [0, 3, 102, 105, 108]);
    }

    #[tokio::test]
    async fn polls_in_real_time_wait_for_a_change_too() {
        let (millisecond, hour) = (Duration::from_millis(1), Duration::from_secs(3600));
        let mut poll = Poll::default();
        poll.look();
        poll.look();
        let begin = Instant::now();
        poll.wait(millisecond, millisecond * 30).await;
        assert!(begin.elapsed() >= millisecond * 30);
        poll.look();
        changed();
        poll.wait(millisecond, hour).await;
    }

    #[test]
    fn a_moment_that_was_announced_is_a_change() {
        let begin = "2026-03-01T08:00:00Z".parse().unwrap();
        let world = World::begin(WorldOptions { seed: 1, begin }).unwrap();
        let waited = world.run(async {
            let begin = Instant::now();
            for _ in 0..3 {
                changes_at(begin + Duration::from_secs(100));
            }
            let mut poll = Poll::default();
            poll.look();
            poll.look();
            poll.wait(THREE, AT_LEAST).await;
            begin.elapsed()
        });
        assert_eq!(waited.unwrap(), Duration::from_secs(102));
    }

    #[test]
    fn a_standstill_says_what_is_held() {
        let begin = "2026-03-01T08:00:00Z".parse().unwrap();
        let world = World::begin(WorldOptions { seed: 1, begin }).unwrap();
        let seen = world.run(async {
            changed();
            held(|| "the door".to_owned());
            sleep(AT_LEAST * 2).await;
            let early = standstill();
            held(|| "the window".to_owned());
            sleep(THREE).await;
            (early, standstill())
        });
        let standstill = Standstill {
            lasting: AT_LEAST * 2 + THREE,
            held: vec!["the window".to_owned()],
        };
        assert_eq!(seen.unwrap(), (None, Some(standstill)));
    }
}
