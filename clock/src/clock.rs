//! The clock of a simulation: how long its durations take.
//!
//! There are two kinds of durations. *Unstated* durations belong to the simulation: copying, booting, converting, the
//! three-second requeue of controllers. *Stated* durations are user input: a precopy interval, a cutover time. In
//! virtual time both take what they say. In scaled time both are divided by the factor; above [`STATED_LIMIT`] stated
//! durations do not shrink further, so that they stay long enough for a test to act in.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    Poll, STATED_LIMIT, Speed, now,
    poll::{AT_LEAST, under_way},
    sleep,
};

/// Clock of a simulation. All waiting in it goes through the clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    speed: Speed,
}

impl Clock {
    /// Creates a clock with this speed.
    pub fn new(speed: Speed) -> Self {
        Self { speed }
    }

    /// Speed of the clock.
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Time that an unstated simulated duration takes.
    pub fn unstated(&self, simulated: Duration) -> Duration {
        match self.speed {
            Speed::Virtual => simulated,
            Speed::Factor(factor) => simulated.div_f64(factor),
            Speed::Max => Duration::ZERO,
        }
    }

    /// Time that a stated simulated duration takes.
    pub fn stated(&self, simulated: Duration) -> Duration {
        match self.speed {
            Speed::Virtual => simulated,
            Speed::Factor(factor) => simulated.div_f64(factor.min(STATED_LIMIT)),
            Speed::Max => simulated.div_f64(STATED_LIMIT),
        }
    }

    /// Sleeps for an unstated simulated duration.
    pub async fn sleep(&self, simulated: Duration) {
        let lasting = self.unstated(simulated);
        if lasting.is_zero() {
            tokio::task::yield_now().await;
        } else {
            under_way(sleep(lasting)).await;
        }
    }

    /// Sleeps for a stated simulated duration.
    pub async fn sleep_stated(&self, simulated: Duration) {
        under_way(sleep(self.stated(simulated))).await;
    }

    /// Time until a controller reconciles again; never zero, so that a waiting controller does not spin.
    pub fn requeue(&self, simulated: Duration) -> Duration {
        self.unstated(simulated).max(Duration::from_millis(2))
    }

    /// Waits before a retry, for the duration of [`Self::requeue`], which is never zero.
    pub async fn wait(&self, simulated: Duration) {
        sleep(self.requeue(simulated)).await;
    }

    /// Waits until a poll looks again, for the duration of [`Self::requeue`], which is never zero.
    pub async fn poll(&self, poll: Poll, simulated: Duration) {
        poll.wait(self.requeue(simulated), self.requeue(AT_LEAST)).await;
    }

    /// Current time, which all timestamps of the simulation use.
    pub fn now(&self) -> Timestamp {
        now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_durations_stop_shrinking_at_the_limit() {
        let minute = Duration::from_secs(60);
        for (speed, unstated, stated) in [
            ("virtual", 60_000, 60_000),
            ("1", 60_000, 60_000),
            ("60", 1_000, 1_000),
            ("600", 100, 1_000),
            ("max", 0, 1_000),
        ] {
            let clock = Clock::new(speed.parse().unwrap());
            assert_eq!(clock.unstated(minute).as_millis(), unstated, "unstated at {speed}");
            assert_eq!(clock.stated(minute).as_millis(), stated, "stated at {speed}");
        }
    }
}
