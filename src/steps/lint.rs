//! What can be said about a step before anything runs: whether its table and its words are understood.

use cucumber::gherkin::Step;

use super::error::StepError;
use super::table::Error;
use super::{checks, maps, plan, vms};
use crate::checks::find;
use crate::migration::PipelineStep;

/// Reads the table and the closed words of a step whose sentence is defined, as the step itself is going to.
///
/// # Errors
///
/// What the step would fail with.
pub fn lint(step: &Step) -> Result<(), StepError> {
    let sentence = step.value.as_str();
    if step.docstring.is_some() {
        return Err(Error::Shape("the sentence takes no doc string").into());
    }
    match sentence {
        "clones of these VMs:" => drop(vms::clone_rows(step)?),
        "storage is mapped as follows:" => drop(maps::storage_rows(step)?),
        "networks are mapped as follows:" => drop(maps::network_rows(step)?),
        "a cold migration plan" | "a cold migration plan that is refused" => drop(plan::options(step)?),
        "every VM passes these checks:" => drop(checks::named(step)?),
        _ if is_clone(sentence) => drop(vms::clone_options(step)?),
        _ if sentence.starts_with("the VM \"") && sentence.ends_with("\" as it is") => {
            drop(vms::as_it_is_options(step)?);
        }
        _ if step.table.is_some() => return Err(Error::Shape("the sentence takes no table").into()),
        _ => words(sentence)?,
    }
    Ok(())
}

/// `a clone of the VM "..."`, `3 clones of the VM "..."`
fn is_clone(sentence: &str) -> bool {
    let counted = sentence.split_once(' ').map(|(_, rest)| rest).unwrap_or_default();
    counted.starts_with("clone of the VM \"") || counted.starts_with("clones of the VM \"")
}

fn words(sentence: &str) -> Result<(), StepError> {
    let quoted = |before: &str, after: &str| sentence.strip_prefix(before)?.strip_suffix(after);
    if let Some(check) = quoted("every VM passes the \"", "\" check") {
        find(check)?;
    }
    if let Some(step) = quoted("the migration fails in the \"", "\" step") {
        step.parse::<PipelineStep>()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use cucumber::gherkin::{Feature, GherkinEnv};

    use super::*;

    fn said(step: &str) -> String {
        let feature = format!("Feature: f\n  Scenario: s\n    Given {step}\n");
        let feature = Feature::parse(feature, GherkinEnv::default()).expect("a feature");
        match lint(&feature.scenarios[0].steps[0]) {
            Ok(()) => "fine".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_steps_understand_is_fine() {
        for step in [
            "a source provider",
            "a clone of the VM \"a\"\n      | power | on |",
            "2 clones of the VM \"a\"",
            "the VM \"a\" as it is\n      | target name | b |",
            "clones of these VMs:\n      | VM | power |\n      | a | on |",
            "networks are mapped as follows:\n      | source | destination |\n      | VM Network | pod |",
            "storage is mapped as follows:\n      | source | storage class |\n      | LocalDS_0 | lab-block |",
            "a cold migration plan\n      | target power state | on |",
            "every VM passes these checks:\n      | memory |\n      | CPU |",
            "every VM passes the \"memory\" check",
            "the migration fails in the \"disk transfer\" step",
        ] {
            assert_eq!(said(step), "fine", "{step}");
        }
    }

    #[test]
    fn what_they_do_not_is_told_beforehand() {
        for (step, expected) in [
            (
                "a clone of the VM \"a\"\n      | pwoer | on |",
                "unknown option \"pwoer\"",
            ),
            (
                "1 clone of the VM \"a\"\n      | power | up |",
                "\"up\" is no value for \"power\"",
            ),
            (
                "the VM \"a\" as it is\n      | power | on |",
                "unknown option \"power\"",
            ),
            (
                "clones of these VMs:\n      | power |\n      | on |",
                "the column \"VM\" is missing",
            ),
            ("networks are mapped as follows:", "the sentence needs a table"),
            (
                "a cold migration plan that is refused\n      | warm | yes |",
                "unknown option \"warm\"",
            ),
            (
                "every VM passes these checks:\n      | memroy |",
                "there is no check \"memroy\"",
            ),
            ("every VM passes the \"serial\" check", "not yet available"),
            (
                "the migration fails in the \"Copy\" step",
                "no pipeline has a step \"Copy\"",
            ),
            ("a source provider\n      | a | b |", "the sentence takes no table"),
            (
                "a source provider\n      \"\"\"\n      a\n      \"\"\"",
                "the sentence takes no doc string",
            ),
        ] {
            assert!(said(step).contains(expected), "{step}: {}", said(step));
        }
    }
}
