//! A step function to begin with, for a sentence that does not exist yet.

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
    let mut parameters = vec![("world".to_owned(), "&mut MigrationWorld")];
    if step.table.is_some() || step.docstring.is_some() {
        // cucumber knows it by this name.
        parameters.push(("step".to_owned(), "&Step"));
    }
    for (position, argument) in arguments.iter().enumerate() {
        parameters.push((argument.name(position, &arguments), argument.ty()));
    }
    let typed: Vec<String> = parameters.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    format!(
        "\
// in SENTENCES:
Sentence::new(Part::{part}, {expression:?})
    .means(\"...\")
    .example({example:?}),

#[{attribute}(expr = {expression:?})]
async fn {name}({typed}) -> StepResult {{
    let _ = ({names});
    Err(anyhow::anyhow!(\"this step does nothing yet\").into())
}}
",
        example = format!("{:?} {}", step.ty, step.value),
        name = function_name(&expression),
        typed = typed.join(", "),
        names = names.join(", "),
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
    use cucumber::{World, given};

    use super::*;
    use crate::steps::catalogue::tests::step;
    use crate::steps::{StepResult, catalogue};

    /// The world of the pasted step below.
    #[derive(Debug, Default, World)]
    struct MigrationWorld;

    // A snippet as it is pasted: that it compiles is the test.
    #[given(expr = "{int} hats of {string}:")]
    async fn hats_of(world: &mut MigrationWorld, step: &Step, number: usize, text: String) -> StepResult {
        let _ = (world, step, number, text);
        Err(anyhow::anyhow!("this step does nothing yet").into())
    }

    #[test]
    fn a_snippet_compiles_as_it_is_pasted() {
        let snippet = snippet(&step("Given 2 hats of \"a\":\n      | x |"));
        let (_, function) = snippet.split_once("\n\n").expect("a sentence and a function");
        let pasted: Vec<&str> = include_str!("snippet.rs").lines().map(str::trim).collect();
        let lines: Vec<&str> = function.lines().map(str::trim).collect();
        assert!(pasted.windows(lines.len()).any(|window| window == lines), "{function}");
    }

    #[test]
    fn a_snippet_has_the_sentence_and_its_function() {
        insta::assert_snapshot!(snippet(&step("Given 2 disks of \"a\" move to \"b\" within 5 minutes (or never)")), @r#"
        // in SENTENCES:
        Sentence::new(Part::Plan, "{int} disks of {string} move to {string} within {duration} \\(or never)")
            .means("...")
            .example("Given 2 disks of \"a\" move to \"b\" within 5 minutes (or never)"),

        #[given(expr = "{int} disks of {string} move to {string} within {duration} \\(or never)")]
        async fn disks_of_move_to_within_or_never(world: &mut MigrationWorld, number: usize, text: String, text2: String, duration: StatedDuration) -> StepResult {
            let _ = (world, number, text, text2, duration);
            Err(anyhow::anyhow!("this step does nothing yet").into())
        }
        "#);
    }

    #[test]
    fn the_expression_matches_the_step() {
        let texts = ["it is 5% (or more) of a/b \\ {c}", "2 disks of \"a\" in 1 hour"];
        for text in texts {
            let (expression, _) = expression(text);
            assert!(
                catalogue::compile(&expression).is_some_and(|regex| regex.is_match(text)),
                "{expression}"
            );
        }
    }
}
