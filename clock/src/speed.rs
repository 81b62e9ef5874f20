//! Speed of simulated time.

use std::{fmt, str::FromStr};

/// The factor above which stated durations do not shrink further.
pub const STATED_LIMIT: f64 = 60.0;

/// How simulated time passes: `virtual`, or relative to real time: `1`, `60`, `max`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// Time stands still while anything works, and jumps when everything waits. Only inside a [`World`](crate::World).
    Virtual,
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
        match text {
            "virtual" => return Ok(Self::Virtual),
            "max" => return Ok(Self::Max),
            _ => {}
        }
        match text.parse::<f64>() {
            Ok(factor) if factor.is_finite() && factor > 0.0 => Ok(Self::Factor(factor)),
            _ => Err(format!(
                "speed '{text}' is none of: a positive number, 'max', 'virtual'"
            )),
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Virtual => f.write_str("virtual"),
            Self::Factor(factor) => write!(f, "{factor}"),
            Self::Max => f.write_str("max"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_written_as_they_are_read() {
        for text in ["virtual", "1", "60", "max", "0.5"] {
            assert_eq!(text.parse::<Speed>().unwrap().to_string(), text);
        }
        for text in ["0", "-3", "fast", "NaN", "inf"] {
            assert!(text.parse::<Speed>().is_err(), "{text}");
        }
    }
}
