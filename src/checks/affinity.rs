//! Check `affinity`: the target VM has the affinity that the scenario gives it.

use k8s_openapi::api::core::v1::Affinity;

use super::{Check, CheckedVm, Comparison, Need};

/// The target VM has the affinity that the scenario gives it.
pub struct AffinityCheck;

impl Check for AffinityCheck {
    fn name(&self) -> &'static str {
        "affinity"
    }

    fn describe(&self) -> &'static str {
        "the target VM has the affinity of `the target affinity is:`"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("plans without an affinity")
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Placement]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        match &subject.planned.affinity {
            Some(_) => Ok(()),
            None => Err("the scenario gives no affinity".to_owned()),
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let (wanted, has) = (subject.planned.affinity.as_ref(), subject.placement.affinity.as_ref());
        vec![Comparison::holds("affinity", shown(wanted), shown(has), wanted == has)]
    }
}

fn shown(affinity: Option<&Affinity>) -> String {
    // What came as YAML can be written as JSON.
    affinity.map_or_else(
        || "none".to_owned(),
        |affinity| serde_json::to_string(affinity).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn a_lost_affinity_is_found() {
        assert_eq!(failures(&AffinityCheck, &subject()), [""; 0]);
        let mut lost = subject();
        lost.placement.affinity = None;
        assert_eq!(
            failures(&AffinityCheck, &lost),
            [
                r#"affinity: {"podAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"podAffinityTerm":{"topologyKey":"kubernetes.io/hostname"},"weight":50}]}}, but none"#
            ]
        );
        lost.planned.affinity = None;
        assert!(AffinityCheck.applies(&lost).is_err());
    }
}
