//! Check `labels`: the target VM has the labels that the plan asks for.

use super::{Check, CheckedVm, Comparison, Need};

/// The target VM has the labels that the plan asks for.
pub struct LabelsCheck;

impl Check for LabelsCheck {
    fn name(&self) -> &'static str {
        "labels"
    }

    fn describe(&self) -> &'static str {
        "the target VM has the labels of `target labels`; it may have others, too"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("plans without `target labels`")
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Placement]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        if subject.planned.labels.is_empty() {
            Err("the plan has no `target labels`".to_owned())
        } else {
            Ok(())
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let has = |key: &String| {
            subject
                .placement
                .labels
                .get(key)
                .map_or("no such label", String::as_str)
        };
        let wanted = subject.planned.labels.iter();
        let compared = wanted.map(|(key, value)| Comparison::equal(key, value.as_str(), has(key)));
        compared.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn a_missing_label_and_another_value_are_found() {
        assert_eq!(failures(&LabelsCheck, &subject()), [""; 0]);
        let mut wrong = subject();
        wrong.planned.labels.insert("tier".into(), "1".into());
        wrong.placement.labels.insert("team".into(), "other".into());
        assert_eq!(
            failures(&LabelsCheck, &wrong),
            ["team: mtv, but other", "tier: 1, but no such label"]
        );
        wrong.planned.labels.clear();
        assert!(LabelsCheck.applies(&wrong).is_err());
    }
}
