//! A scenario applies to no platform that cannot do what it asks for.

use cucumber::gherkin::Step;

use super::{Rule, order, sentences::Sentences};
use crate::{
    runner::{
        outline::Concrete,
        plan::{ExpandedFile, PLATFORM_TAGS, platforms},
        problem::Problem,
        text::{Place, Text},
    },
    steps::sentence::{Argument, Sentence},
};

/// What some platforms cannot do, whatever their version.
struct Limit {
    /// Cucumber Expressions of the sentences that ask for it.
    sentences: &'static [&'static str],
    /// Options and columns that ask for it, unless their value is no.
    options: &'static [&'static str],
    /// The platforms that can, or those that cannot.
    platforms: Platforms,
    /// Why the others cannot.
    reason: &'static str,
}

enum Platforms {
    Only(&'static [&'static str]),
    AllBut(&'static str),
}

const VSPHERE: Platforms = Platforms::Only(&["vsphere", "esxi"]);

/// The facts. Those about MTV are in Forklift's `pkg/controller/plan/validation.go` and in the adapters below
/// `pkg/controller/plan/adapter/`.
const LIMITS: &[Limit] = &[
    Limit {
        sentences: &[
            "a warm migration plan",
            "the plan {string} is a warm migration of the VM {string}",
            "precopies are taken every {duration}",
            "the migration runs with cutover in {duration}",
            "the cutover is scheduled in {duration}",
            "the cutover is scheduled now",
            "{int} precopy/precopies has/have completed",
            "at least {int} precopy/precopies was/were taken",
        ],
        options: &[],
        platforms: Platforms::Only(&["vsphere", "esxi", "ovirt"]),
        reason: "MTV takes precopies from vSphere and oVirt only",
    },
    Limit {
        sentences: &[
            "storage is mapped for copy-offload",
            "every disk was copied by the storage array",
            "disks were copied as follows:",
            "volumes were populated on the dedicated hosts",
        ],
        options: &["offload"],
        platforms: VSPHERE,
        reason: "MTV lets storage arrays copy the disks of vSphere VMs only",
    },
    Limit {
        sentences: &[],
        options: &["rdm", "RDM as LUN"],
        platforms: VSPHERE,
        reason: "raw device mappings are a feature of vSphere",
    },
    Limit {
        sentences: &[
            "a clone of the VM {string}",
            "{int} clone(s) of the VM {string}",
            "clones of these VMs:",
            "every clone gets these disks:",
            "every clone has {int} snapshot(s)",
        ],
        options: &[],
        platforms: Platforms::AllBut("ova"),
        reason: "an OVA file has no platform that could clone it; write: Given the VM \"...\" as it is",
    },
    Limit {
        sentences: &[],
        options: &["LUKS", "LUKS passphrase"],
        platforms: Platforms::Only(&["vsphere", "esxi", "ova"]),
        reason: "MTV opens encrypted disks of vSphere VMs and OVA files only",
    },
    Limit {
        sentences: &[],
        options: &["shared disks", "migrate shared disks"],
        platforms: VSPHERE,
        reason: "MTV migrates disks that VMs share from vSphere only",
    },
    Limit {
        sentences: &["inspection reports the operating system and all file systems"],
        options: &["preflight inspection"],
        platforms: VSPHERE,
        reason: "MTV inspects the guests of vSphere VMs only",
    },
    Limit {
        sentences: &[
            "a source provider with its CA under {string}",
            "a source provider that skips certificate verification",
        ],
        options: &[],
        platforms: Platforms::AllBut("ova"),
        reason: "a share of OVA files has no certificate",
    },
];

impl Limit {
    fn allows(&self, platform: &str) -> bool {
        match self.platforms {
            Platforms::Only(can) => can.contains(&platform),
            Platforms::AllBut(cannot) => platform != cannot,
        }
    }

    /// Where a step asks for it.
    fn asked_for(&self, text: &Text, step: &Step, sentence: &Sentence) -> Option<Place> {
        if self.sentences.contains(&sentence.expression) {
            return Some(text.whole(step.position.line));
        }
        let table = step.table.as_ref()?;
        let meant = |cell: &String| self.options.contains(&cell.as_str());
        let yes = |cell: Option<&String>| cell.is_some_and(|value| !value.is_empty() && value != "no");
        match sentence.argument {
            Argument::Options(_) => {
                let row = |row: &Vec<String>| row.first().is_some_and(meant) && yes(row.get(1));
                Some(text.cell(table, table.rows.iter().position(row)?, 0))
            }
            Argument::Rows(_) => {
                let column = table.rows.first()?.iter().position(meant)?;
                let asked = table.rows.iter().skip(1).any(|row| yes(row.get(column)));
                asked.then(|| text.cell(table, 0, column))
            }
            Argument::None | Argument::Names(_) | Argument::DocString(_) => None,
        }
    }
}

/// Scenarios whose tags name a platform that cannot do what they ask for, or that no platform can carry out.
pub fn problems(expanded: &ExpandedFile, sentences: &mut Sentences) -> Vec<Problem> {
    let scenarios = expanded.scenarios.iter();
    scenarios
        .flat_map(|concrete| of_scenario(expanded, concrete, sentences))
        .collect()
}

fn of_scenario(expanded: &ExpandedFile, concrete: &Concrete, sentences: &mut Sentences) -> Vec<Problem> {
    let text = &expanded.file.text;
    let named = platforms(&expanded.file.feature, concrete);
    let mut able = match named.is_empty() {
        true => PLATFORM_TAGS.map(str::to_owned).to_vec(),
        false => named.clone(),
    };
    let mut problems = Vec::new();
    for step in order::steps(expanded, concrete) {
        let [sentence] = *sentences.of(step) else { continue };
        for limit in LIMITS {
            let Some(place) = limit.asked_for(text, step, sentence) else {
                continue;
            };
            let (can, cannot): (Vec<String>, Vec<String>) = able.into_iter().partition(|tag| limit.allows(tag));
            // Each platform is told once why it cannot.
            able = can;
            let tags = cannot
                .iter()
                .map(|tag| format!("@{tag}"))
                .collect::<Vec<_>>()
                .join(" and ");
            let problem = |what: String| text.problem(Rule::PlatformCannot, place, what).hint(limit.reason);
            if !named.is_empty() && !cannot.is_empty() {
                problems.push(problem(format!(
                    "the scenario is tagged {tags}, but cannot be carried out there"
                )));
            } else if able.is_empty() && !cannot.is_empty() {
                problems.push(problem(
                    "no platform can do this and what is asked for before".to_owned(),
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        runner::lint::check::tests::{expanded, shown},
        steps::catalogue,
    };

    fn found(text: &str) -> String {
        shown(&problems(&expanded("a", text), &mut Sentences::default()))
    }

    #[test]
    fn platforms_that_cannot_are_named_with_the_reason() {
        let text = "@ovirt @openstack\nFeature: F\n  Background:\n    Given a source provider\n  Scenario: S\n    And a warm migration plan\n    When the migration runs with cutover in 5 minutes\n  @vsphere\n  Scenario: T\n    And a warm migration plan\n      | RDM as LUN | yes |\n  @ova\n  Scenario: U\n    Given a clone of the VM \"a\"\n      | LUKS | yes |\n  @hyperv\n  Scenario: V\n    Given clones of these VMs:\n      | VM | LUKS |\n      | a  | no   |\n      | b  | yes  |\n    And a cold migration plan\n      | RDM as LUN | no |\n  Scenario: W\n    And a warm migration plan that is refused\n";
        insta::assert_snapshot!(found(text), @r#"
        a:6:5: the scenario is tagged @openstack, but cannot be carried out there
            MTV takes precopies from vSphere and oVirt only
        a:14:5: the scenario is tagged @ova, but cannot be carried out there
            an OVA file has no platform that could clone it; write: Given the VM "..." as it is
        a:19:14: the scenario is tagged @hyperv, but cannot be carried out there
            MTV opens encrypted disks of vSphere VMs and OVA files only
        "#);
    }

    #[test]
    fn without_tags_some_platform_must_be_left() {
        let text = "Feature: F\n  Scenario: S\n    Given clones of these VMs:\n      | VM | LUKS |\n      | a  | yes  |\n    And a warm migration plan\n";
        assert_eq!(found(text), "");
    }

    #[test]
    fn the_facts_are_about_what_can_be_said() {
        let options: Vec<&str> = catalogue::sentences()
            .flat_map(|sentence| match sentence.argument {
                Argument::Options(fields) | Argument::Rows(fields) => {
                    fields.all.iter().map(|field| field.name).collect()
                }
                Argument::None | Argument::Names(_) | Argument::DocString(_) => Vec::new(),
            })
            .collect();
        for limit in LIMITS {
            for expression in limit.sentences {
                assert!(
                    catalogue::sentences().any(|known| known.expression == *expression),
                    "{expression}"
                );
            }
            assert!(
                limit.options.iter().all(|option| options.contains(option)),
                "{:?}",
                limit.options
            );
            assert!(PLATFORM_TAGS.iter().any(|tag| limit.allows(tag)), "{}", limit.reason);
            assert!(PLATFORM_TAGS.iter().any(|tag| !limit.allows(tag)), "{}", limit.reason);
        }
    }
}
