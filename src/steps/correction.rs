//! Corrected steps: the nearest sentence with the values of an unknown step.

use std::sync::LazyLock;

use cucumber::Parameter as _;
use cucumber::codegen::Regex;

use super::duration::StatedDuration;
use super::sentence::Sentence;

/// Quoted texts, durations and numbers, as a step has them.
static VALUES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r#""[^"]*"|{}|\b\d+\b"#, StatedDuration::REGEX)).ok());

/// What can be chosen in an expression: a placeholder, an optional part, alternatives.
static CHOICES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\{(?<placeholder>\w+)\}|\((?<optional>\w+)\)|(?<alternatives>[\w-]+(?:/[\w-]+)+)").ok()
});

/// The sentence as the step with this text would say it. Values that the step does not have are left open.
pub fn correction(sentence: &Sentence, text: &str) -> String {
    let mut values: Vec<&str> = VALUES
        .iter()
        .flat_map(|values| values.find_iter(text))
        .map(|value| value.as_str())
        .collect();
    let Some(choices) = &*CHOICES else {
        return sentence.expression.to_owned();
    };
    let mut several = false;
    let mut said = String::new();
    let mut end = 0;
    for choice in choices.captures_iter(sentence.expression) {
        let (Some(whole), group) = (choice.get(0), |name| choice.name(name).map(|group| group.as_str())) else {
            continue;
        };
        said.push_str(sentence.expression.get(end..whole.start()).unwrap_or_default());
        end = whole.end();
        if let Some(placeholder) = group("placeholder") {
            let own = values.iter().position(|value| fits(placeholder, value));
            let value = own.map_or_else(|| open(placeholder), |position| values.remove(position));
            several = placeholder == "int" && value != "1";
            said.push_str(value);
        } else if let Some(optional) = group("optional") {
            said.push_str(if several { optional } else { "" });
        } else if let Some(alternatives) = group("alternatives") {
            let mut alternatives = alternatives.split('/');
            let first = alternatives.clone().next().unwrap_or_default();
            said.push_str(alternatives.find(|word| text.contains(*word)).unwrap_or(first));
        }
    }
    said.push_str(sentence.expression.get(end..).unwrap_or_default());
    said
}

fn fits(placeholder: &str, value: &str) -> bool {
    match placeholder {
        "string" => value.starts_with('"'),
        "int" => value.parse::<u64>().is_ok(),
        "duration" => value.contains(' ') && !value.starts_with('"'),
        _ => false,
    }
}

fn open(placeholder: &str) -> &'static str {
    match placeholder {
        "string" => "\"...\"",
        "int" => "2",
        "duration" => "5 minutes",
        _ => "...",
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue;
    use super::*;

    /// The sentence of that expression with the values of this step.
    fn corrected(expression: &str, text: &str) -> String {
        let sentence = catalogue::sentences().find(|sentence| sentence.expression == expression);
        correction(sentence.expect(expression), text)
    }

    #[test]
    fn values_stay_and_missing_ones_are_left_open() {
        let clone = "a clone of the VM {string}";
        assert_eq!(
            corrected(clone, "a klone of the VM \"a b\""),
            "a clone of the VM \"a b\""
        );
        assert_eq!(corrected(clone, "a clone of the VM rhel8"), "a clone of the VM \"...\"");
        let clones = "{int} clone(s) of the VM {string}";
        assert_eq!(corrected(clones, "3 cloness of VM \"a\""), "3 clones of the VM \"a\"");
        assert_eq!(corrected(clones, "1 copy of the VM \"a\""), "1 clone of the VM \"a\"");
        let cutover = "the migration runs with cutover in {duration}";
        let said = "the migration runs with a cutover in 90 seconds";
        assert_eq!(
            corrected(cutover, said),
            "the migration runs with cutover in 90 seconds"
        );
    }
}
