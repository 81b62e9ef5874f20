//! Tests of planning: which scenarios are selected, their order, and the reasons for the others.

use super::*;
use crate::runner::{outline::expand, source::Reading};
use proptest::prelude::*;
use std::path::Path;

const FEATURES: &str = "\
@cold @vsphere @ovirt
Feature: Cold
  Scenario: Everywhere the feature says
    Given x

  @openstack @tier0
  Scenario: Only OpenStack
    Given x

  Scenario Outline: Rows of <os>
    Given x
    @esxi
    Examples:
      | os    |
      | Linux |
    Examples:
      | os      |
      | Windows |

  @openshift
  Rule: Remote
    @serial
    Scenario: In a rule
      Given x
";

fn file(text: &str, lines: &[usize]) -> ExpandedFile {
    let file = Reading::parse(text, Path::new("/x/features/a.feature"), "features/a.feature")
        .file
        .unwrap();
    ExpandedFile {
        scenarios: expand(&file).0,
        file,
        lines: lines.to_vec(),
    }
}

fn providers(keys: &[&str]) -> Vec<SelectedProvider> {
    keys.iter()
        .map(|key| SelectedProvider {
            key: (*key).to_owned(),
            tag: key.split('-').next().unwrap().to_owned(),
        })
        .collect()
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.scenarios.iter().map(|planned| planned.name.as_str()).collect()
}

fn select(keys: &[&str], tags: Option<&str>, name: Option<&str>, lines: &[usize]) -> Plan {
    let filter = Filter {
        tags: tags.map(|tags| tags.parse().unwrap()),
        name: name.map(|name| Regex::new(name).unwrap()),
        harmless: false,
    };
    Plan::new(&[file(FEATURES, lines)], &providers(keys), &filter)
}

#[test]
fn the_innermost_level_that_names_platforms_decides() {
    let plan = select(
        &["vsphere-8", "ovirt", "openstack", "openshift", "esxi"],
        None,
        None,
        &[],
    );
    assert_eq!(
        names(&plan),
        [
            "Everywhere the feature says [vsphere-8]",
            "Everywhere the feature says [ovirt]",
            "Only OpenStack [openstack]",
            "Rows of Linux [esxi]",
            "Rows of Windows [vsphere-8]",
            "Rows of Windows [ovirt]",
            "In a rule [openshift]",
        ]
    );
    assert_eq!(plan.features.len(), 1);
    assert_eq!(plan.features[0].rules[0].scenarios.len(), 1);
}

#[test]
fn a_copy_keeps_only_its_own_platform_tag_and_can_be_identified() {
    let plan = select(&["vsphere-8", "ovirt"], None, None, &[]);
    let feature = &plan.features[0];
    assert_eq!(feature.tags, ["cold"]);
    for scenario in &feature.scenarios {
        let planned = plan.planned(feature, scenario).unwrap();
        assert_eq!(planned.name, scenario.name);
        let platform = planned.provider.split('-').next().unwrap();
        assert_eq!(planned.tags, ["cold", platform]);
    }
}

#[test]
fn tags_and_names_and_lines_select_copies() {
    let all = ["vsphere-8", "ovirt", "openstack", "openshift", "esxi"];
    /// Tags, name, lines, and the titles of the selected scenarios.
    type Case<'a> = (Option<&'a str>, Option<&'a str>, &'a [usize], &'a [&'a str]);
    let cases: [Case<'_>; 9] = [
        (Some("@tier0"), None, &[], &["Only OpenStack [openstack]"]),
        (Some("@tier0 and @vsphere"), None, &[], &[]),
        (Some("@cold and @serial"), None, &[], &["In a rule [openshift]"]),
        (Some("@vsphere"), Some("Rows"), &[], &["Rows of Windows [vsphere-8]"]),
        (None, Some("^Rows.*\\[esxi\\]"), &[], &["Rows of Linux [esxi]"]),
        (None, None, &[8], &["Only OpenStack [openstack]"]),
        (None, None, &[15], &["Rows of Linux [esxi]"]),
        (None, None, &[21], &["In a rule [openshift]"]),
        (
            None,
            Some("Linux|Only"),
            &[2],
            &["Only OpenStack [openstack]", "Rows of Linux [esxi]"],
        ),
    ];
    for (tags, name, lines, expected) in cases {
        assert_eq!(
            names(&select(&all, tags, name, lines)),
            expected,
            "{tags:?} {name:?} {lines:?}"
        );
    }
}

#[test]
fn scenarios_that_are_left_out_have_a_reason() {
    let plan = select(
        &["vsphere-8", "openshift"],
        Some("@cold and not @serial"),
        Some("Every"),
        &[3, 11],
    );
    let left: Vec<_> = plan
        .left_out
        .iter()
        .map(|out| (out.line, out.name.as_str(), out.why.clone()))
        .collect();
    assert_eq!(names(&plan), ["Everywhere the feature says [vsphere-8]"]);
    assert_eq!(
        left,
        [
            (7, "Only OpenStack", Why::OtherLine),
            (15, "Rows of Linux", Why::NoProvider(vec!["esxi".to_owned()])),
            (18, "Rows of Windows [vsphere-8]", Why::Name),
            (23, "In a rule", Why::OtherLine),
        ]
    );
    let tags = select(&["openshift"], Some("not @serial"), None, &[]).left_out;
    assert_eq!(tags.last().map(|out| &out.why), Some(&Why::Tags));
}

#[test]
fn scenarios_that_need_a_newer_mtv_are_withheld_with_the_reason() {
    let text = "Feature: F\n  @mtv(2.11)\n  Scenario: S\n    Given x\n  Rule: R\n    @mtv(2.9.1)\n    Scenario: T\n      Given x\n    Scenario: U\n      Given x\n";
    let run = |mtv: Option<&str>| {
        let mut plan = Plan::new(&[file(text, &[])], &providers(&["vsphere"]), &Filter::default());
        plan.withhold(mtv);
        let withheld = plan.scenarios.iter().filter_map(|planned| planned.withheld.clone());
        let run = plan
            .features
            .iter()
            .flat_map(|feature| &feature.rules)
            .map(|rule| rule.scenarios.len());
        (withheld.collect::<Vec<_>>(), run.sum::<usize>())
    };
    assert_eq!(run(Some("2.11.0")), (vec![], 2));
    assert_eq!(
        run(Some("2.10.5")),
        (vec!["it needs MTV 2.11, and this is 2.10.5".to_owned()], 2)
    );
    assert_eq!(run(Some("2.9.0")).1, 1);
    assert_eq!(run(None), (vec![], 2));
}

#[test]
fn destructive_scenarios_have_to_be_allowed() {
    let file = file("Feature: F\n  @destructive\n  Scenario: S\n    Given x\n", &[]);
    let plan = |harmless| {
        let filter = Filter {
            harmless,
            ..Filter::default()
        };
        Plan::new(std::slice::from_ref(&file), &providers(&["vsphere"]), &filter)
    };
    assert_eq!(names(&plan(false)), ["S [vsphere]"]);
    let left_out = plan(true).left_out;
    assert_eq!(
        left_out.iter().map(|out| &out.why).collect::<Vec<_>>(),
        [&Why::Destructive]
    );
}

#[test]
fn without_platform_tags_a_scenario_applies_to_all() {
    let file = file("Feature: F\n  Scenario: S\n    Given x\n", &[]);
    let filter = Filter {
        tags: Some("@ovirt or @vsphere".parse().unwrap()),
        ..Filter::default()
    };
    let plan = Plan::new(&[file], &providers(&["vsphere", "ovirt"]), &filter);
    assert_eq!(names(&plan), ["S [vsphere]", "S [ovirt]"]);
}

#[test]
fn keys_are_unique_and_stable() {
    let plan = select(&["vsphere-8", "ovirt"], None, None, &[]);
    let again = select(&["vsphere-8", "ovirt"], None, None, &[]);
    let keys: BTreeSet<_> = plan.scenarios.iter().map(|planned| &planned.key).collect();
    assert_eq!(keys.len(), plan.scenarios.len());
    assert_eq!(keys, again.scenarios.iter().map(|planned| &planned.key).collect());
    assert_eq!(plan.scenarios[0].attempt(2).0, format!("{}-2", plan.scenarios[0].key));
}

proptest! {
    #[test]
    fn keys_are_label_values(name in ".{0,80}", provider in "[a-zA-Z0-9._-]{0,70}", attempt in 1usize..99) {
        let key = format!("{}-{attempt}", key("features/a.feature", 3, &name, &provider));
        prop_assert!(key.len() <= 63, "{key}");
        prop_assert!(key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{key}");
        prop_assert!(!key.starts_with('-') && !key.ends_with('-'), "{key}");
    }
}

#[test]
fn parts_have_whole_features_and_about_as_many_scenarios() {
    let named = |name: &str, text: &str| {
        let file = Reading::parse(text, &Path::new("/x/features").join(name), name)
            .file
            .unwrap();
        ExpandedFile {
            scenarios: expand(&file).0,
            file,
            lines: Vec::new(),
        }
    };
    let scenarios = |feature: &str, count: usize| {
        let all = (0..count).map(|number| format!("  Scenario: {feature}{number}\n    Given x\n"));
        format!("@vsphere\nFeature: {feature}\n{}", all.collect::<String>())
    };
    let files = [
        named("a.feature", &scenarios("A", 3)),
        named("b.feature", &scenarios("B", 1)),
        named("c.feature", &scenarios("C", 1)),
        named("d.feature", &scenarios("D", 2)),
    ];
    let filter = Filter {
        tags: None,
        name: None,
        harmless: false,
    };
    let parts = Plan::new(&files, &providers(&["vsphere"]), &filter).divide(2);
    let features = |part: &Plan| {
        part.features
            .iter()
            .map(|feature| feature.name.clone())
            .collect::<String>()
    };
    assert_eq!(parts.iter().map(features).collect::<Vec<_>>(), ["A", "BCD"]);
    for part in &parts {
        let in_features = part.features.iter().flat_map(|feature| {
            let planned = |scenario| part.planned(feature, scenario).unwrap().name.as_str();
            feature.scenarios.iter().map(planned)
        });
        assert_eq!(in_features.collect::<Vec<_>>(), names(part));
    }
}
