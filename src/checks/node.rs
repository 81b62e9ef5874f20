//! Check `node`: the target VM runs on a node that the plan allows.

use std::collections::BTreeMap;

use super::{Check, CheckedVm, Comparison, Need};

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

    fn needs(&self) -> &'static [Need] {
        &[Need::Placement]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        if subject.planned.node_labels.is_empty() {
            Err("the plan has no `target node`".to_owned())
        } else {
            Ok(())
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let placement = &subject.placement;
        let selector = Comparison::equal(
            "node selector",
            shown(&subject.planned.node_labels),
            shown(&placement.node_labels),
        );
        let target = &subject.target;
        let node = match &placement.node {
            None if target.run_strategy == "Halted" => Comparison::skipped("node", "the VM is to be off"),
            // No node may have these labels, or none of them any room.
            None => {
                let observed = format!("none, the VM is {}", target.printable_status);
                Comparison::holds("node", one_of(&placement.allowed), observed, false)
            }
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
        [] => "a node with these labels (no node has them)".to_owned(),
        [only] => only.clone(),
        nodes => format!("one of {}", nodes.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn a_vm_that_finds_no_node_is_found() {
        let mut stuck = subject();
        stuck.placement.node = None;
        stuck.placement.allowed.clear();
        stuck.target.run_strategy = "Always".into();
        stuck.target.printable_status = "Starting".into();
        assert_eq!(
            failures(&NodeCheck, &stuck),
            ["node: a node with these labels (no node has them), but none, the VM is Starting"]
        );
    }

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
        wrong.placement.node_labels = wrong.planned.node_labels.clone();
        wrong.target.run_strategy = "Halted".into();
        assert_eq!(failures(&NodeCheck, &wrong), [""; 0]);
        wrong.planned.node_labels.clear();
        assert!(NodeCheck.applies(&wrong).is_err());
    }
}
