//! Durations as sentences state them, and the cucumber parameter `{duration}`.

use std::str::FromStr;
use std::time::Duration;

use cucumber::Parameter;

use super::field::{Takes, Value};
use super::mistake::Error;

/// `90 seconds`, `1 minute`, `2 hours`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "duration", regex = r"\d+ (?:seconds?|minutes?|hours?)")]
pub struct StatedDuration(pub Duration);

impl FromStr for StatedDuration {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::read("duration", text)
    }
}

impl Value for StatedDuration {
    fn takes() -> Takes {
        Takes::Text("a duration, such as 90 seconds, 1 minute or 2 hours")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        let stated = || {
            let (number, unit) = text.split_once(' ')?;
            let seconds: u64 = match unit {
                "second" | "seconds" => 1,
                "minute" | "minutes" => 60,
                "hour" | "hours" => 60 * 60,
                _ => return None,
            };
            Some(Self(Duration::from_secs(
                number.parse::<u64>().ok()?.checked_mul(seconds)?,
            )))
        };
        stated().ok_or_else(|| Self::refuse(key, text))
    }
}

/// A stated duration of whole minutes, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholeMinutes(pub u64);

impl TryFrom<StatedDuration> for WholeMinutes {
    type Error = Error;

    fn try_from(StatedDuration(stated): StatedDuration) -> Result<Self, Error> {
        Self::read("interval", &format!("{} seconds", stated.as_secs()))
    }
}

impl Value for WholeMinutes {
    fn takes() -> Takes {
        Takes::Text("whole minutes, such as 1 minute or 2 hours")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        let seconds = StatedDuration::read(key, text)?.0.as_secs();
        match seconds % 60 {
            0 if seconds > 0 => Ok(Self(seconds / 60)),
            _ => Err(Self::refuse(key, text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_and_plural_are_alike() {
        for (text, seconds) in [
            ("90 seconds", 90),
            ("1 second", 1),
            ("1 minute", 60),
            ("1 minutes", 60),
            ("2 hours", 7200),
            ("1 hour", 3600),
        ] {
            assert_eq!(text.parse(), Ok(StatedDuration(Duration::from_secs(seconds))), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "90",
            "90s",
            "two minutes",
            "-1 minutes",
            "1 fortnight",
            "99999999999999999999 hours",
        ] {
            assert!(text.parse::<StatedDuration>().is_err(), "{text}");
        }
        insta::assert_snapshot!(
            StatedDuration::read("guest agent timeout", "5 min").expect_err("refused"),
            @r#""5 min" is no value for "guest agent timeout"; it takes a duration, such as 90 seconds, 1 minute or 2 hours"#
        );
    }

    #[test]
    fn minutes_are_whole() {
        assert_eq!(WholeMinutes::read("interval", "120 seconds"), Ok(WholeMinutes(2)));
        insta::assert_snapshot!(
            WholeMinutes::read("interval", "90 seconds").expect_err("refused"),
            @r#""90 seconds" is no value for "interval"; it takes whole minutes, such as 1 minute or 2 hours"#
        );
        assert!(WholeMinutes::read("interval", "0 minutes").is_err());
    }
}
