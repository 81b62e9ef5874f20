//! The conditions of collected objects: those that indicate a problem first, then the others.

use maud::{Markup, html};
use serde_json::Value;

/// Maximum number of rows of the table.
const ROWS: usize = 60;

struct Condition<'a> {
    object: &'a str,
    kind: String,
    status: String,
    category: String,
    words: String,
}

/// A table of the conditions in files of name and YAML text.
pub(super) fn table<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    let found: Vec<Condition<'a>> = files.flat_map(|(name, text)| of(name, text)).collect();
    let (wrong, right): (Vec<_>, Vec<_>) = found.iter().partition(|condition| condition.is_bad());
    html! {
        @if !wrong.is_empty() { (rows("Conditions that say something is wrong", &wrong)) }
        @if !right.is_empty() {
            details.file {
                summary { "conditions that are as they should be " span.soft { (right.len()) } }
                (rows("Conditions", &right))
            }
        }
    }
}

fn rows(caption: &str, conditions: &[&Condition<'_>]) -> Markup {
    html! {
        div.scroll { table.checks.conditions {
            caption { (caption) }
            thead { tr { th scope="col" { "Object" } th scope="col" { "Condition" } th scope="col" { "Status" } th scope="col" { "Reason and message" } } }
            tbody { @for condition in conditions.iter().take(ROWS) {
                tr.failed[condition.is_bad()] {
                    td { bdi { (condition.object) } }
                    td { (condition.kind) " " span.soft { (condition.category) } }
                    td { (condition.status) }
                    td { bdi { (condition.words) } }
                }
            } }
        } }
    }
}

impl Condition<'_> {
    fn is_bad(&self) -> bool {
        let grave = matches!(self.category.as_str(), "Critical" | "Error" | "Warn");
        // A VM that is powered off and a pod that has completed are not ready, which is not a problem.
        let off = ["virtualmachine-", "pod-"]
            .iter()
            .any(|kind| self.object.starts_with(kind));
        let unmet = matches!(self.kind.as_str(), "Ready" | "Succeeded" | "Available") && self.status == "False" && !off;
        let met = self.kind == "Failed" && self.status == "True";
        (grave && self.status == "True") || unmet || met
    }
}

fn of<'a>(name: &'a str, text: &str) -> Vec<Condition<'a>> {
    // YAML that was cut off may be invalid; the file is shown as text in any case.
    let object: Value = serde_saphyr::from_str(text).unwrap_or_default();
    let object = &object;
    let pick = |pointer: &str| object.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    let vms = pick("/status/migration/vms").flat_map(|vm| vm["conditions"].as_array().into_iter().flatten());
    let all = pick("/status/conditions").chain(vms);
    let said = |condition: &Value, key: &str| condition[key].as_str().unwrap_or_default().to_owned();
    let told = all.map(|condition| Condition {
        object: name.trim_end_matches(".yaml"),
        kind: said(condition, "type"),
        status: said(condition, "status"),
        category: said(condition, "category"),
        words: match (said(condition, "reason"), said(condition, "message")) {
            (reason, message) if reason.is_empty() => message,
            (reason, message) => format!("{reason}: {message}"),
        },
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_indicate_a_problem_come_first() {
        let plan = "status:\n  conditions:\n  - {type: Ready, status: 'True', category: Required, message: fine}\n  - {type: VMMissing, status: 'True', category: Critical, reason: NotFound, message: no VM}\n  migration:\n    vms:\n    - conditions:\n      - {type: Failed, status: 'True', category: Advisory, message: the VM failed}\n";
        let pod = "status:\n  conditions:\n  - {type: Ready, status: 'False', reason: PodCompleted}\n";
        let files = [("plan-a.yaml", plan), ("cut.yaml", "a: ["), ("pod-a.yaml", pod)];
        let shown = table(files.into_iter()).into_string();
        let place = |words: &str| shown.find(words).unwrap();
        assert!(
            place("no VM") < place("the VM failed") && place("the VM failed") < place("fine"),
            "{shown}"
        );
        assert_eq!(shown.matches("class=\"failed\"").count(), 2, "{shown}");
    }
}
