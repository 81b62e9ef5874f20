//! A step function to begin with, for a sentence that does not exist yet.

use std::fmt::Write as _;
use std::sync::LazyLock;

use cucumber::Parameter as _;
use cucumber::codegen::Regex;
use cucumber::gherkin::{Step, StepType};

use super::duration::StatedDuration;

/// Rust to paste into a file below `src/steps/`: the sentence for its `SENTENCES`, and a step function.
pub fn snippet(step: &Step) -> String {
    let (expression, arguments) = expression(&step.value);
    let part = match step.ty {
        StepType::Given => "Plan",
        StepType::When => "When",
        StepType::Then => "Then",
    };
    let attribute = format!("{:?}", step.ty).to_lowercase();
    let mut parameters = String::from("_world: &mut MigrationWorld");
    if step.table.is_some() || step.docstring.is_some() {
        parameters.push_str(", _step: &Step");
    }
    for (position, argument) in arguments.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(
            parameters,
            ", _{}: {}",
            argument.name(position, &arguments),
            argument.ty()
        );
    }
    let example = format!("{:?} {}", step.ty, step.value);
    format!(
        "\
// in SENTENCES:
Sentence::new(Part::{part}, {expression:?})
    .means(\"...\")
    .example({example:?}),

#[{attribute}(expr = {expression:?})]
async fn {name}({parameters}) -> StepResult {{
    Err(anyhow::anyhow!(\"this step does nothing yet\").into())
}}
",
        name = function_name(&expression),
    )
}

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placeholder {
    Text,
    Number,
    Duration,
}

impl Placeholder {
    fn ty(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::Number => "usize",
            Self::Duration => "StatedDuration",
        }
    }

    /// `text`, or `text2` for the second one of its kind.
    fn name(self, position: usize, all: &[Self]) -> String {
        let word = match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Duration => "duration",
        };
        let before = all.iter().take(position).filter(|other| **other == self).count();
        if before == 0 {
            word.to_owned()
        } else {
            format!("{word}{}", before + 1)
        }
    }
}

/// The Cucumber Expression that matches a text, and its placeholders.
fn expression(text: &str) -> (String, Vec<Placeholder>) {
    static VALUES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r#""[^"]*"|\b{}\b|\b\d+\b"#, StatedDuration::REGEX)).ok());
    let mut expression = String::new();
    let mut placeholders = Vec::new();
    let mut end = 0;
    for value in VALUES.iter().flat_map(|values| values.find_iter(text)) {
        expression.push_str(&escaped(text.get(end..value.start()).unwrap_or_default()));
        let (written, placeholder) = match value.as_str() {
            quoted if quoted.starts_with('"') => ("{string}", Placeholder::Text),
            number if number.contains(' ') => ("{duration}", Placeholder::Duration),
            _ => ("{int}", Placeholder::Number),
        };
        expression.push_str(written);
        placeholders.push(placeholder);
        end = value.end();
    }
    expression.push_str(&escaped(text.get(end..).unwrap_or_default()));
    (expression, placeholders)
}

/// Characters that mean something in a Cucumber Expression are taken literally.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, '(' | '{' | '/' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn function_name(expression: &str) -> String {
    let words = expression.split(' ').filter(|word| !word.contains('{'));
    let words = words.map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
    let name = words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_")
        .to_lowercase();
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => name,
        _ => format!("step_{name}"),
    }
}

#[cfg(test)]
mod tests {
    use cucumber::gherkin::{Feature, GherkinEnv};

    use super::*;

    fn of(lines: &str) -> String {
        let feature = format!("Feature: f\n  Scenario: s\n    {lines}\n");
        let feature = Feature::parse(feature, GherkinEnv::default()).expect("a feature");
        snippet(&feature.scenarios[0].steps[0])
    }

    #[test]
    fn a_snippet_has_the_sentence_and_its_function() {
        insta::assert_snapshot!(of("Given 2 disks of \"a\" move to \"b\" within 5 minutes (or never):\n      | x |"), @r#"
        // in SENTENCES:
        Sentence::new(Part::Plan, "{int} disks of {string} move to {string} within {duration} \\(or never):")
            .means("...")
            .example("Given 2 disks of \"a\" move to \"b\" within 5 minutes (or never):"),

        #[given(expr = "{int} disks of {string} move to {string} within {duration} \\(or never):")]
        async fn disks_of_move_to_within_or_never(_world: &mut MigrationWorld, _step: &Step, _number: usize, _text: String, _text2: String, _duration: StatedDuration) -> StepResult {
            Err(anyhow::anyhow!("this step does nothing yet").into())
        }
        "#);
    }

    #[test]
    fn a_plain_sentence_takes_nothing() {
        insta::assert_snapshot!(of("Then nothing is left"), @r#"
        // in SENTENCES:
        Sentence::new(Part::Then, "nothing is left")
            .means("...")
            .example("Then nothing is left"),

        #[then(expr = "nothing is left")]
        async fn nothing_is_left(_world: &mut MigrationWorld) -> StepResult {
            Err(anyhow::anyhow!("this step does nothing yet").into())
        }
        "#);
    }
}
