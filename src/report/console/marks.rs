//! The marks of the console: Unicode or plain ASCII, depending on the locale.

use anstyle::Style;

use super::{BAD, GOOD, NOT_RUN};
use crate::events::event::Outcome;

/// Character set of the console's marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// `✓`, `✗`
    Unicode,
    /// `ok`, `FAIL`
    Ascii,
}

impl Marks {
    /// Marks that the locale of the process allows. The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set decides
    /// (POSIX, "Internationalization Variables"); if none is set, Windows shows Unicode and other systems do not.
    pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| variable(name).filter(|value| !value.is_empty()));
        let unicode = locale.map_or(cfg!(windows), |locale| {
            let locale = locale.to_lowercase();
            locale.ends_with("utf-8") || locale.ends_with("utf8")
        });
        if unicode { Self::Unicode } else { Self::Ascii }
    }

    /// Style and mark of an outcome; `None` is an attempt that has not ended.
    pub(super) fn of(self, outcome: Option<Outcome>) -> (Style, &'static str) {
        match (outcome, self) {
            (Some(Outcome::Passed), Self::Unicode) => (GOOD, "✓"),
            (Some(Outcome::Passed), Self::Ascii) => (GOOD, "ok"),
            (Some(Outcome::Skipped | Outcome::Interrupted), _) => (NOT_RUN, "-"),
            (Some(Outcome::Failed) | None, Self::Unicode) => (BAD, "✗"),
            (Some(Outcome::Failed) | None, Self::Ascii) => (BAD, "FAIL"),
        }
    }

    /// The mark that ends a text that was cut off.
    pub fn ellipsis(self) -> &'static str {
        match self {
            Self::Unicode => "…",
            Self::Ascii => "...",
        }
    }

    /// The mark between the parts of a live line.
    pub(super) fn separator(self) -> &'static str {
        match self {
            Self::Unicode => " · ",
            Self::Ascii => " | ",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let of = |variables: &[(&str, &str)]| {
            Marks::of_locale(|name| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[("LANG", "de_DE.UTF-8")]), Marks::Unicode);
        assert_eq!(of(&[("LANG", "C.utf8")]), Marks::Unicode);
        assert_eq!(of(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]), Marks::Ascii);
        assert_eq!(
            of(&[("LC_ALL", ""), ("LC_CTYPE", "en_US.UTF-8"), ("LANG", "C")]),
            Marks::Unicode
        );
        assert_eq!(of(&[("LANG", "de_DE.ISO-8859-1")]), Marks::Ascii);
    }
}
