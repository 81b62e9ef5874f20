//! Check `node`: the target VM runs on a node that the plan allows.

use std::collections::BTreeMap;

use super::{Check, Comparison, Subject};

/// The target VM runs on a node that the plan allows.
pub struct NodeCheck;

impl Check for NodeCheck {
    fn name(&self) -> &'static str {
        "node"
    }

    fn describe(&self) -> &'static str {
        "the target VM has the node selector of `target node`, and runs on a node that has these labels"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("plans without `target node`; of VMs that are off only the selector is compared")
    }

    fn applies(&self, subject: &Subject) -> Result<(), String> {
        match subject.planned.node_labels.is_empty() {
            true => Err("the plan has no `target node`".to_owned()),
            false => Ok(()),
        }
    }

    fn compare(&self, subject: &Subject) -> Vec<Comparison> {
        let placement = &subject.placement;
        let selector = Comparison::equal(
            "node selector",
            shown(&subject.planned.node_labels),
            shown(&placement.node_labels),
        );
        let node = match &placement.node {
            None => Comparison::skipped("node", "the VM does not run"),
            Some(node) => Comparison::holds(
                "node",
                one_of(&placement.allowed),
                node,
                placement.allowed.contains(node),
            ),
        };
        vec![selector, node]
    }
}

fn shown(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    match pairs.as_slice() {
        [] => "none".to_owned(),
        pairs => pairs.join(", "),
    }
}

fn one_of(nodes: &[String]) -> String {
    match nodes {
        [] => "a node with these labels, but there is none".to_owned(),
        [only] => only.clone(),
        nodes => format!("one of {}", nodes.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::subject::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn another_node_and_a_lost_selector_are_found() {
        assert_eq!(failures(&NodeCheck, &subject()), [""; 0]);
        let mut wrong = subject();
        wrong.placement.node = Some("worker-2".into());
        wrong.placement.node_labels.clear();
        assert_eq!(
            failures(&NodeCheck, &wrong),
            ["node selector: disk=ssd, but none", "node: worker-1, but worker-2"]
        );
        wrong.placement.allowed.push("worker-2".into());
        assert_eq!(failures(&NodeCheck, &wrong), ["node selector: disk=ssd, but none"]);
        wrong.placement.node = None;
        assert_eq!(NodeCheck.compare(&wrong).len(), 2);
        wrong.planned.node_labels.clear();
        assert!(NodeCheck.applies(&wrong).is_err());
    }
}
