//! The clock of the suite: what a person states, divided by the speed of the lab's clock.

use std::time::Duration;

use crate::settings::Speed;

/// The factor above which stated durations do not shrink further: a person must still be able to act in them.
const STATED_LIMIT: f64 = 60.0;

/// Answers of servers and the work of this process are not simulated: a deadline never gets shorter than this by the
/// lab's speed alone.
const SHORTEST_DEADLINE: Duration = Duration::from_secs(20);

/// Divides stated durations by the speed of the target; the speed of a real cluster is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    factor: f64,
}

impl Clock {
    /// A clock of the given speed. Above 60, and at `max`, stated durations do not shrink further.
    pub fn new(speed: Speed) -> Self {
        let factor = match speed {
            // Virtual time costs nothing, so that durations need not shrink.
            Speed::Virtual => 1.0,
            Speed::Factor(factor) => factor.min(STATED_LIMIT),
            Speed::Max => STATED_LIMIT,
        };
        Self { factor }
    }

    /// Real time.
    pub fn real() -> Self {
        Self { factor: 1.0 }
    }

    /// Real time that a stated duration takes: a precopy interval, a cutover.
    pub fn stated(&self, duration: Duration) -> Duration {
        duration.div_f64(self.factor)
    }

    /// The stated duration that so much real time stands for.
    pub fn simulated(&self, real: Duration) -> Duration {
        real.mul_f64(self.factor)
    }

    /// Real time after which a wait with a stated deadline gives up.
    pub fn deadline(&self, duration: Duration) -> Duration {
        self.stated(duration).max(duration.min(SHORTEST_DEADLINE))
    }

    /// The duration in words; with the lab's clock also in real time.
    pub fn describe(&self, stated: Duration) -> String {
        let words = humantime::format_duration(stated);
        let real = self.deadline(stated);
        if real == stated {
            words.to_string()
        } else {
            let real = Duration::from_millis(u64::try_from(real.as_millis()).unwrap_or(u64::MAX));
            format!(
                "{words} by the lab's clock, {} of real time",
                humantime::format_duration(real)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_durations_shrink_up_to_the_limit_and_deadlines_keep_a_floor() {
        let seconds = Duration::from_secs;
        for (speed, stated, duration, deadline) in [
            ("1", 3600, 3600, 3600),
            ("60", 3600, 60, 60),
            ("600", 3600, 60, 60),
            ("max", 3600, 60, 60),
            ("60", 60, 1, 20),
            ("60", 6, 0, 6),
        ] {
            let clock = Clock::new(speed.parse().unwrap());
            assert_eq!(
                clock.stated(seconds(stated)).as_secs(),
                duration,
                "{stated} s at {speed}"
            );
            assert_eq!(
                clock.deadline(seconds(stated)),
                seconds(deadline),
                "deadline of {stated} s at {speed}"
            );
        }
        assert_eq!(Clock::real().describe(seconds(90)), "1m 30s");
        assert_eq!(
            Clock::new(Speed::Factor(60.0)).describe(seconds(3600)),
            "1h by the lab's clock, 1m of real time"
        );
    }
}
