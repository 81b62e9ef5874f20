//! Simulated time: a speed factor makes the lab run faster than real time.
//!
//! There are two kinds of durations. *Unstated* durations belong to the simulation: copying, booting, converting, the
//! three-second requeue of controllers. *Stated* durations are user input: a precopy interval, a cutover time. Both
//! are divided by the factor. Above [`STATED_LIMIT`], stated durations do not shrink further, so that they stay long
//! enough for a test to act in.

use std::{fmt, str::FromStr, time::Duration};

use jiff::Timestamp;

/// The factor above which stated durations do not shrink further.
pub const STATED_LIMIT: f64 = 60.0;

/// Speed of the lab relative to real time: `1`, `60`, `max`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// Simulated durations are divided by this factor.
    Factor(f64),
    /// Unstated durations take no time.
    Max,
}

impl Default for Speed {
    fn default() -> Self {
        Self::Factor(60.0)
    }
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "max" {
            return Ok(Self::Max);
        }
        match text.parse::<f64>() {
            Ok(factor) if factor.is_finite() && factor > 0.0 => Ok(Self::Factor(factor)),
            _ => Err(format!("speed '{text}' is neither a positive number nor 'max'")),
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Factor(factor) => write!(f, "{factor}"),
            Self::Max => f.write_str("max"),
        }
    }
}

/// Clock of the lab. All waiting in the lab goes through it.
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

    /// Real time that an unstated simulated duration takes.
    pub fn unstated(&self, simulated: Duration) -> Duration {
        match self.speed {
            Speed::Factor(factor) => simulated.div_f64(factor),
            Speed::Max => Duration::ZERO,
        }
    }

    /// Real time that a stated simulated duration takes.
    pub fn stated(&self, simulated: Duration) -> Duration {
        match self.speed {
            Speed::Factor(factor) => simulated.div_f64(factor.min(STATED_LIMIT)),
            Speed::Max => simulated.div_f64(STATED_LIMIT),
        }
    }

    /// Sleeps for an unstated simulated duration.
    pub async fn sleep(&self, simulated: Duration) {
        let real = self.unstated(simulated);
        if real.is_zero() {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(real).await;
        }
    }

    /// Sleeps for a stated simulated duration.
    pub async fn sleep_stated(&self, simulated: Duration) {
        tokio::time::sleep(self.stated(simulated)).await;
    }

    /// Real time until a controller reconciles again; never zero, so that a waiting controller does not spin.
    pub fn requeue(&self, simulated: Duration) -> Duration {
        self.unstated(simulated).max(Duration::from_millis(2))
    }

    /// Waits before a retry, for the duration of [`Self::requeue`], which is never zero.
    pub async fn wait(&self, simulated: Duration) {
        tokio::time::sleep(self.requeue(simulated)).await;
    }

    /// Current wall-clock time, which all timestamps of the lab use.
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_durations_stop_shrinking_at_the_limit() {
        let minute = Duration::from_secs(60);
        for (speed, unstated, stated) in [
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

    #[test]
    fn invalid_speeds_are_rejected() {
        for text in ["0", "-3", "fast", "NaN", "inf"] {
            assert!(text.parse::<Speed>().is_err(), "{text}");
        }
    }
}
