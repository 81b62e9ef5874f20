//! The scenarios of a feature and the steps of each, in the order in which they run.

use cucumber::gherkin::{Feature, Rule, Scenario, Step};

/// All scenarios, each with its rule; those outside of rules first.
pub fn scenarios(feature: &Feature) -> impl Iterator<Item = (Option<&Rule>, &Scenario)> {
    let in_rules = feature
        .rules
        .iter()
        .flat_map(|rule| rule.scenarios.iter().map(move |scenario| (Some(rule), scenario)));
    let outside = feature.scenarios.iter().map(|scenario| (None, scenario));
    outside.chain(in_rules)
}

/// Steps of the feature's background, then those of the rule's.
pub fn background<'a>(feature: &'a Feature, rule: Option<&'a Rule>) -> impl Iterator<Item = &'a Step> + Clone {
    let backgrounds = [
        feature.background.as_ref(),
        rule.and_then(|rule| rule.background.as_ref()),
    ];
    backgrounds
        .into_iter()
        .flatten()
        .flat_map(|background| &background.steps)
}

/// All steps of a scenario, those of its backgrounds first.
pub fn steps<'a>(
    feature: &'a Feature,
    rule: Option<&'a Rule>,
    scenario: &'a Scenario,
) -> impl Iterator<Item = &'a Step> + Clone {
    background(feature, rule).chain(&scenario.steps)
}
