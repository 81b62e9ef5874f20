//! Refuses unknown tags, because they select nothing.

use super::Rule;
use crate::{
    runner::{
        known_tags::{self, KNOWN_TAGS, Wrong},
        problem::Problem,
        source::FeatureFile,
    },
    settings::nearest::nearest,
};

/// Mistakes in the tags of a file; `own` are tags of the project, without `@`.
pub fn problems(file: &FeatureFile, own: &[String]) -> Vec<Problem> {
    let feature = &file.feature;
    let of_rules = feature.rules.iter().map(|rule| (rule.position.line, &rule.tags));
    let in_rules = feature.rules.iter().flat_map(|rule| &rule.scenarios);
    let scenarios = feature.scenarios.iter().chain(in_rules);
    let of_scenarios = scenarios.flat_map(|scenario| {
        let examples = scenario
            .examples
            .iter()
            .map(|examples| (examples.position.line, &examples.tags));
        std::iter::once((scenario.position.line, &scenario.tags)).chain(examples)
    });
    let all = std::iter::once((feature.position.line, &feature.tags))
        .chain(of_rules)
        .chain(of_scenarios);
    all.flat_map(|(heading, tags)| tags.iter().map(move |tag| (heading, tag)))
        .filter_map(|(heading, tag)| {
            let problem = |rule, what: String| file.text.problem(rule, file.text.tag(heading, tag), what);
            if own
                .iter()
                .any(|own| own.trim_start_matches('@') == known_tags::split(tag).0)
            {
                return None;
            }
            match known_tags::known(tag).err()? {
                Wrong::Unknown => {
                    Some(problem(Rule::UnknownTag, format!("nobody knows the tag @{tag}")).hint(meant(tag, own)))
                }
                Wrong::Argument(known) => {
                    let what = format!("@{tag} is not of the form {}", known.written);
                    Some(problem(Rule::TagArgument, what).hint(format!("it means: {}", known.meaning)))
                }
            }
        })
        .collect()
}

fn meant(tag: &str, own: &[String]) -> String {
    let (name, _) = known_tags::split(tag);
    let known = KNOWN_TAGS
        .iter()
        .map(|known| known.name)
        .chain(own.iter().map(|own| own.trim_start_matches('@')));
    match nearest(name, known).as_slice() {
        [] => "`mtv-bdd tags` lists the tags; your own belong into the setting run.tags".to_owned(),
        alike => format!(
            "did you mean @{}? your own tags belong into the setting run.tags",
            alike.join(", @")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::lint::check::tests::{expanded, shown};

    #[test]
    fn tags_are_checked_at_every_level() {
        let text = "@tier0 @ours\nFeature: F\n  @ours(1) @vpshere\n  Rule: R\n    @jira(559)\n    Scenario Outline: <a>\n      Given <a>\n      @xyzzy\n      Examples:\n        | a |\n        | 1 |\n";
        let file = expanded("a", text).file;
        let found = problems(&file, &["@ours".to_owned()]);
        insta::assert_snapshot!(shown(&found), @"
        a:3:12: nobody knows the tag @vpshere
            did you mean @vsphere? your own tags belong into the setting run.tags
        a:5:5: @jira(559) is not of the form @jira(MTV-559)
            it means: the issue that it belongs to
        a:8:7: nobody knows the tag @xyzzy
            `mtv-bdd tags` lists the tags; your own belong into the setting run.tags
        ");
    }
}
