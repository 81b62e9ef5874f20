//! Why a wait ended otherwise than it should, in words that say what was seen and what to do.

use std::fmt;

use kube::runtime::watcher;
use sim_clock::Standstill;
use thiserror::Error as ThisError;

use crate::events::words;

/// Why a wait did not end as it should.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The deadline has passed.
    #[error("gave up after {deadline} waiting for {awaited}{}\n{last}{}", deadlock(.standstill), what_to_do(.advice))]
    TimedOut {
        /// The awaited condition.
        awaited: String,
        /// The deadline, in words.
        deadline: String,
        /// State of the object at the end.
        last: Box<LastSeen>,
        /// Remedy.
        advice: Option<String>,
        /// In virtual time: nothing happened any more.
        standstill: Option<Standstill>,
    },
    /// The condition cannot become true any more.
    #[error("waiting for {awaited} cannot succeed: {}{}\n{last}", .reason.why, what_to_do(&.reason.remedy))]
    Failed {
        /// The awaited condition.
        awaited: String,
        /// Why not.
        reason: TerminalFailure,
        /// State of the object at the end.
        last: Box<LastSeen>,
    },
    /// The object was deleted meanwhile.
    #[error(
        "{object} was deleted while waiting for {awaited}{}\n{last}",
        what_to_do("see whether a step of the scenario deletes it; otherwise find out who does")
    )]
    Deleted {
        /// The awaited condition.
        awaited: String,
        /// The object.
        object: String,
        /// State of the object before.
        last: Box<LastSeen>,
    },
    /// Another object of the same name stands in its place.
    #[error(
        "{object} was replaced by another one of the same name while waiting for {awaited}{}\n{last}",
        what_to_do("see whether a step of the scenario makes it anew; otherwise find out who does")
    )]
    Replaced {
        /// The awaited condition.
        awaited: String,
        /// The object.
        object: String,
        /// State of the object before.
        last: Box<LastSeen>,
    },
    /// The API server refuses to show the object.
    #[error(
        "the API server refuses to show {object} while waiting for {awaited}{}",
        what_to_do(
            "log in as a user who may get, list and watch this kind of object, or install what brings the kind"
        )
    )]
    Refused {
        /// The awaited condition.
        awaited: String,
        /// The object.
        object: String,
        /// Cause.
        #[source]
        source: Box<watcher::Error>,
    },
    /// The run was interrupted.
    #[error("interrupted while waiting for {awaited}")]
    Cancelled {
        /// The awaited condition.
        awaited: String,
    },
}

impl Error {
    /// Whether the interruption of the run ended the wait.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled { .. })
    }
}

/// Why there is no use in waiting any longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalFailure {
    /// The reason.
    pub why: String,
    /// The remedy, if known.
    pub remedy: Option<String>,
}

impl From<String> for TerminalFailure {
    fn from(why: String) -> Self {
        Self { why, remedy: None }
    }
}

/// Lines that say that more time would not have helped.
fn deadlock(standstill: &Option<Standstill>) -> String {
    let Some(Standstill { lasting, held }) = standstill else {
        return String::new();
    };
    let mut text = format!(
        "\n  deadlock: nothing has happened in the lab for {}, and nothing was going to",
        words::duration(*lasting)
    );
    for what in held {
        text.push_str("\n    ");
        text.push_str(what);
    }
    text
}

fn what_to_do<'a>(advice: impl Into<Advice<'a>>) -> Advice<'a> {
    advice.into()
}

/// A last line that says what to do, or nothing.
struct Advice<'a>(Option<&'a str>);

impl<'a> From<&'a str> for Advice<'a> {
    fn from(advice: &'a str) -> Self {
        Self(Some(advice))
    }
}

impl<'a> From<&'a Option<String>> for Advice<'a> {
    fn from(advice: &'a Option<String>) -> Self {
        Self(advice.as_deref())
    }
}

impl fmt::Display for Advice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(advice) => write!(f, "\n  what to do: {advice}"),
            None => Ok(()),
        }
    }
}

/// Last observation of a wait: state of the object, unmet clauses, failures of the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastSeen {
    /// `Plan auto-ab12/auto-ab12-...-cold`
    pub object: String,
    /// State, one line per condition; `None` if the object was never observed.
    pub state: Option<Vec<String>>,
    /// Clauses of the condition that do not hold.
    pub unmet: Vec<String>,
    /// Time in each phase during the wait.
    pub phases: Vec<String>,
    /// Interruptions of the watch.
    pub trouble: Option<String>,
}

impl fmt::Display for LastSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            None => write!(f, "  {} was never seen", self.object)?,
            Some(lines) if lines.is_empty() => write!(f, "  {} was last seen without any status", self.object)?,
            Some(lines) => {
                write!(f, "  {} was last seen with", self.object)?;
                for line in lines {
                    write!(f, "\n    {line}")?;
                }
            }
        }
        for (title, lines) in [("still missing", &self.unmet), ("time in each phase", &self.phases)] {
            if !lines.is_empty() {
                write!(f, "\n  {title}")?;
            }
            for line in lines {
                write!(f, "\n    {line}")?;
            }
        }
        if let Some(trouble) = &self.trouble {
            write!(f, "\n  {trouble}")?;
        }
        Ok(())
    }
}
