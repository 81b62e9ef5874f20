//! Mistakes in steps, with their place in the step.

use std::ops::Range;

use thiserror::Error;

use crate::{
    checks::UnknownCheck,
    migration::{MisspeltCondition, UnknownStep},
    settings::nearest::nearest,
};

/// A step that does not say what its sentence needs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// An unknown option or column.
    #[error("unknown {what} \"{key}\"; {}", hint(.key, .allowed))]
    Unknown {
        /// `option`, or `column`.
        what: &'static str,
        /// As written.
        key: String,
        /// All that could be written.
        allowed: Vec<String>,
    },
    /// An option, a column or a value of the vocabulary that this version does not have yet.
    #[error("the {what} \"{key}\" is not yet available in this version")]
    Later {
        /// `option`, `column`, or `value`.
        what: &'static str,
        /// As written.
        key: String,
    },
    /// An option, a column or the source of a map stands there twice.
    #[error("the {what} \"{key}\" is given twice")]
    Twice {
        /// `option`, `column`, or `source`.
        what: &'static str,
        /// As written.
        key: String,
    },
    /// A column is missing.
    #[error("the column \"{column}\" is missing")]
    Missing {
        /// Name.
        column: String,
    },
    /// A value that an option, a column or the sentence does not take.
    #[error("\"{value}\" is no value for \"{key}\"; {}", taken(.value, .takes))]
    Value {
        /// Purpose of the value.
        key: String,
        /// As written.
        value: String,
        /// Allowed values.
        takes: String,
    },
    /// A template that MTV cannot read.
    #[error("\"{value}\" is no value for \"{key}\": {wrong}")]
    Template {
        /// Purpose of the template.
        key: String,
        /// As written.
        value: String,
        /// Place and reason of the mistake.
        wrong: String,
    },
    /// A label that Kubernetes does not take, or one that has two values.
    #[error("\"{label}\" is no label for \"{key}\"; {wrong}")]
    Label {
        /// Purpose of the label.
        key: String,
        /// As written.
        label: String,
        /// Why, in a sentence.
        wrong: String,
    },
    /// One value for several VMs.
    #[error("{count} VMs cannot have the same \"{key}\"; write a sentence for each VM")]
    Shared {
        /// The option.
        key: &'static str,
        /// Number of VMs.
        count: usize,
    },
    /// A check that does not exist.
    #[error(transparent)]
    Check(#[from] UnknownCheck),
    /// A condition that no plan has.
    #[error(transparent)]
    Condition(#[from] MisspeltCondition),
    /// A step that no pipeline has.
    #[error(transparent)]
    Step(#[from] UnknownStep),
    /// A doc string that is not what it should be.
    #[error("the doc string is no {what}: {reason}")]
    DocString {
        /// Expected form.
        what: &'static str,
        /// Why it is not.
        reason: String,
        /// Line of the mistake, from 1, if known.
        line: Option<usize>,
    },
    /// A table or a doc string that is missing, not wanted, or of another shape.
    #[error("{0}")]
    Shape(&'static str),
}

fn hint(key: &str, allowed: &[String]) -> String {
    let nearest = nearest(key, allowed.iter().map(String::as_str));
    match nearest.as_slice() {
        [] => format!("there are {}", allowed.join(", ")),
        alike => format!("did you mean {}?", alike.join(" or ")),
    }
}

/// What could be written, and the word that is probably meant by a value such as `On` or `true`.
fn taken(value: &str, takes: &str) -> String {
    let meant = match value.to_lowercase().as_str() {
        "true" => "yes".to_owned(),
        "false" => "no".to_owned(),
        lower => lower.to_owned(),
    };
    let mut words = takes.split(", ");
    match words.find(|word| word.to_lowercase() == meant) {
        Some(word) => format!("did you mean {word}? it takes {takes}"),
        None => match nearest(value, takes.split(", ")).first() {
            // Short words are like all long ones that have their letters.
            Some(word) if word.len() <= 2 * value.len() => format!("did you mean {word}? it takes {takes}"),
            _ => format!("it takes {takes}"),
        },
    }
}

/// Place of a mistake in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The step as a whole.
    Sentence,
    /// These bytes of the step's text.
    Words(Range<usize>),
    /// This cell of the step's table, both from 0.
    Cell {
        /// Row, the header being the first.
        row: usize,
        /// Column.
        column: usize,
    },
    /// This line of the doc string, from 1; 0 is the line that opens it.
    DocString(usize),
}

/// One mistake of a step.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{error}")]
pub struct Mistake {
    /// Place of the mistake.
    pub place: Place,
    /// The mistake.
    pub error: Error,
}

impl Mistake {
    /// A mistake in a cell of the table.
    pub fn cell(row: usize, column: usize, error: Error) -> Self {
        let place = Place::Cell { row, column };
        Self { place, error }
    }

    /// A mistake of the step as a whole.
    pub fn shape(error: &'static str) -> Self {
        Self {
            place: Place::Sentence,
            error: Error::Shape(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_other_letters_is_recognised() {
        let said = |value: &str, takes: &str| {
            let (key, value, takes) = ("key".to_owned(), value.to_owned(), takes.to_owned());
            Error::Value { key, value, takes }.to_string()
        };
        insta::assert_snapshot!(said("On", "on, off"), @r#""On" is no value for "key"; did you mean on? it takes on, off"#);
        insta::assert_snapshot!(said("True", "yes, no"), @r#""True" is no value for "key"; did you mean yes? it takes yes, no"#);
        insta::assert_snapshot!(said("readwriteonce", "ReadWriteOnce, Block"), @r#""readwriteonce" is no value for "key"; did you mean ReadWriteOnce? it takes ReadWriteOnce, Block"#);
        insta::assert_snapshot!(said("true", "on, off"), @r#""true" is no value for "key"; it takes on, off"#);
    }
}
