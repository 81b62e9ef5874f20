//! Which of Forklift's conditions keep an object from being used, and how its conditions read.

use forklift_api::forklift::{Condition, condition_types};

use super::{remedy::remedy, wait::TerminalFailure};

/// Conditions that say that something else is not ready yet. They block, but they go by themselves: a plan that is
/// validated a moment before its maps or providers are shows one of them (`pkg/controller/plan/validation.go`).
const PASSING: [&str; 4] = [
    condition_types::NETWORK_MAP_NOT_READY,
    condition_types::STORAGE_MAP_NOT_READY,
    condition_types::SOURCE_PROVIDER_NOT_READY,
    condition_types::DESTINATION_PROVIDER_NOT_READY,
];

/// The conditions that keep a provider, a map or a plan from being used and that do not go by themselves.
pub fn blockers(conditions: &[Condition]) -> Vec<&Condition> {
    conditions
        .iter()
        .filter(|condition| condition.is_blocker() && !PASSING.contains(&condition.type_.as_str()))
        .collect()
}

/// Why an object with these conditions cannot become ready, and what to do about it; for
/// [`Wait::fails_when`](super::wait::Wait::fails_when).
pub fn blocked(conditions: &[Condition]) -> Option<TerminalFailure> {
    let blockers = blockers(conditions);
    let mut remedies: Vec<&str> = blockers.iter().filter_map(|blocker| remedy(&blocker.type_)).collect();
    remedies.dedup();
    (!blockers.is_empty()).then(|| TerminalFailure {
        why: describe_all(blockers),
        remedy: (!remedies.is_empty()).then(|| remedies.join("; ")),
    })
}

/// One condition as a sentence: type, reason, message, items.
pub fn describe(condition: &Condition) -> String {
    let mut text = condition.type_.clone();
    if let Some(reason) = condition.reason.as_deref().filter(|reason| !reason.is_empty()) {
        text.push_str(&format!(" ({reason})"));
    }
    if let Some(message) = condition.message.as_deref().filter(|message| !message.is_empty()) {
        text.push_str(&format!(": {}", message.trim()));
    }
    let items: Vec<&str> = condition.items.iter().flatten().map(|item| item.trim()).collect();
    if !items.is_empty() {
        text.push_str(&format!(" [{}]", items.join("; ")));
    }
    text
}

/// Several conditions, one sentence each.
pub fn describe_all<'a>(conditions: impl IntoIterator<Item = &'a Condition>) -> String {
    let sentences: Vec<String> = conditions.into_iter().map(describe).collect();
    match sentences.as_slice() {
        [] => "no conditions".to_owned(),
        _ => sentences.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(type_: &str, category: &str) -> Condition {
        Condition {
            type_: type_.to_owned(),
            category: category.to_owned(),
            status: "True".to_owned(),
            ..Condition::default()
        }
    }

    #[test]
    fn critical_and_error_block_but_for_those_that_pass() {
        let conditions = [
            condition("VMNetworksNotMapped", "Critical"),
            condition("NotValid", "Error"),
            condition("NetworkMapNotReady", "Critical"),
            condition("TargetNameNotValid", "Warn"),
            condition("Ready", "Required"),
        ];
        let types: Vec<&str> = blockers(&conditions).iter().map(|c| c.type_.as_str()).collect();
        assert_eq!(types, ["VMNetworksNotMapped", "NotValid"]);
    }

    #[test]
    fn only_true_critical_and_error_conditions_block() {
        for (category, status, blocks) in [
            ("Critical", "True", true),
            ("Error", "True", true),
            ("Critical", "False", false),
            ("Warn", "True", false),
            ("Required", "True", false),
        ] {
            let other = Condition {
                status: status.to_owned(),
                message: Some("no".to_owned()),
                ..condition("X", category)
            };
            let conditions = [condition("Ready", "Required"), other];
            assert_eq!(blocked(&conditions).is_some(), blocks, "{category}={status}");
        }
    }

    #[test]
    fn a_condition_reads_as_a_sentence() {
        let unmapped = Condition {
            reason: Some("NotValid".into()),
            message: Some("VM has unmapped networks.".into()),
            items: Some(vec![" id:vm-431 name:'rhel8' ".into()]),
            ..condition("VMNetworksNotMapped", "Critical")
        };
        insta::assert_snapshot!(
            describe(&unmapped),
            @"VMNetworksNotMapped (NotValid): VM has unmapped networks. [id:vm-431 name:'rhel8']"
        );
        insta::assert_snapshot!(describe_all([&condition("Ready", "Required"), &unmapped]), @"Ready, VMNetworksNotMapped (NotValid): VM has unmapped networks. [id:vm-431 name:'rhel8']");
        insta::assert_snapshot!(describe_all([]), @"no conditions");
    }
}
