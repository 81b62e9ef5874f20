//! What a run consists of: scenarios selected, copied per provider, titled, keyed, in a stable order.

use std::collections::{BTreeSet, HashMap};

use cucumber::gherkin;
use regex::Regex;
use sha2::{Digest as _, Sha256};

use super::{outline::Concrete, source::FeatureFile, tags::TagExpression};
use crate::report::event::ScenarioKey;

/// Tags that name source platforms; `esxi` is a vSphere provider with an ESXi endpoint.
pub const PLATFORM_TAGS: [&str; 7] = ["vsphere", "esxi", "ovirt", "openstack", "openshift", "ova", "hyperv"];

/// A provider that was selected for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedProvider {
    /// Its key in the providers file.
    pub key: String,
    /// The one of [`PLATFORM_TAGS`] that scenarios select it by.
    pub tag: String,
}

/// A parsed file with its scenarios.
#[derive(Debug, Clone)]
pub struct ExpandedFile {
    /// The file.
    pub file: FeatureFile,
    /// Its scenarios.
    pub scenarios: Vec<Concrete>,
    /// Lines that `--input file:line` asked for; none means all.
    pub lines: Vec<usize>,
}

/// What the user asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `--tags`, evaluated on the copies.
    pub tags: Option<TagExpression>,
    /// `--name`, matched against the copies' titles.
    pub name: Option<Regex>,
    /// Leaves out what changes more than its own objects.
    pub harmless: bool,
}

impl Filter {
    fn excludes(&self, tags: &[String], name: &str) -> Option<Why> {
        if self.tags.as_ref().is_some_and(|expression| !expression.selects(tags)) {
            Some(Why::Tags)
        } else if self.name.as_ref().is_some_and(|expression| !expression.is_match(name)) {
            Some(Why::Name)
        } else if self.harmless && tags.iter().any(|tag| tag == "destructive") {
            Some(Why::Destructive)
        } else {
            None
        }
    }
}

/// A copy of a scenario for one provider.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Unique within the suite, stable between runs, usable as folder name and label value.
    pub key: String,
    /// Title of the feature.
    pub feature: String,
    /// Title of the rule.
    pub rule: Option<String>,
    /// Title with the provider.
    pub name: String,
    /// Key of the provider.
    pub provider: String,
    /// All its tags, without `@`, other platforms' tags removed.
    pub tags: Vec<String>,
    /// File as it is shown.
    pub file: String,
    /// Line in the file.
    pub line: usize,
    /// Nothing else runs meanwhile.
    pub serial: bool,
    /// Why it is skipped on this target.
    pub withheld: Option<String>,
}

impl Planned {
    /// The argument of one of its tags: `MTV-559` of `@known_issue(MTV-559)`.
    pub fn argument(&self, tag: &str) -> Option<&str> {
        let arguments = self.tags.iter().filter_map(|written| written.strip_prefix(tag));
        arguments
            .filter_map(|argument| argument.strip_prefix('(')?.strip_suffix(')'))
            .next()
    }

    /// The key of an attempt, counted from 1.
    pub fn attempt(&self, attempt: usize) -> ScenarioKey {
        if attempt <= 1 {
            ScenarioKey(self.key.clone())
        } else {
            ScenarioKey(format!("{}-{attempt}", self.key))
        }
    }
}

/// A scenario that was not planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Title; with the provider where the scenario applies to it.
    pub name: String,
    /// File as it is shown.
    pub file: String,
    /// Line in the file.
    pub line: usize,
    /// The reason.
    pub why: Why,
}

/// Why a scenario is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// `--input file:line` means another one.
    OtherLine,
    /// It applies to these platforms, and none of the providers is of them.
    NoProvider(Vec<String>),
    /// `--tags` excludes it.
    Tags,
    /// `--name` excludes it.
    Name,
    /// It is `@destructive`, and that was not allowed.
    Destructive,
}

/// Finds a scenario again in what cucumber hands around.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    path: Option<std::path::PathBuf>,
    line: usize,
    name: String,
}

impl Identity {
    /// Of a scenario in a feature.
    pub fn of(feature: &gherkin::Feature, scenario: &gherkin::Scenario) -> Self {
        Self {
            path: feature.path.clone(),
            line: scenario.position.line,
            name: scenario.name.clone(),
        }
    }
}

/// The scenarios of a run.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The features that cucumber is given.
    pub features: Vec<gherkin::Feature>,
    /// The scenarios in running order.
    pub scenarios: Vec<Planned>,
    /// Those that are not run.
    pub left_out: Vec<LeftOut>,
    index: HashMap<Identity, usize>,
    /// Tags of every candidate, for the message when nothing was selected.
    pub known_tags: BTreeSet<String>,
    /// Titles of every candidate.
    pub known_names: BTreeSet<String>,
}

impl Plan {
    /// Selects and copies.
    pub fn new(files: &[ExpandedFile], providers: &[SelectedProvider], filter: &Filter) -> Self {
        let mut plan = Self::default();
        for expanded in files {
            plan.add(expanded, providers, filter);
        }
        plan
    }

    /// Keeps from cucumber what needs a newer MTV than the target has, as `@mtv(2.11)` says. Where it is not known
    /// what the target has, everything is run.
    pub fn withhold(&mut self, mtv: Option<&str>) {
        let Some(mtv) = mtv else { return };
        for planned in &mut self.scenarios {
            let needed = planned.argument("mtv").filter(|needed| numbers(mtv) < numbers(needed));
            planned.withheld = needed.map(|needed| format!("it needs MTV {needed}, and this is {mtv}"));
        }
        let mut features = std::mem::take(&mut self.features);
        for feature in &mut features {
            let mut scenarios = std::mem::take(&mut feature.scenarios);
            let mut rules = std::mem::take(&mut feature.rules);
            let runs = |scenario: &gherkin::Scenario| self.of(feature, scenario).is_none_or(|of| of.withheld.is_none());
            scenarios.retain(runs);
            rules.iter_mut().for_each(|rule| rule.scenarios.retain(runs));
            rules.retain(|rule| !rule.scenarios.is_empty());
            (feature.scenarios, feature.rules) = (scenarios, rules);
        }
        features.retain(|feature| !(feature.scenarios.is_empty() && feature.rules.is_empty()));
        self.features = features;
    }

    /// What was planned for a scenario that cucumber runs.
    pub fn of(&self, feature: &gherkin::Feature, scenario: &gherkin::Scenario) -> Option<&Planned> {
        self.index
            .get(&Identity::of(feature, scenario))
            .and_then(|index| self.scenarios.get(*index))
    }

    fn add(&mut self, expanded: &ExpandedFile, providers: &[SelectedProvider], filter: &Filter) {
        let source = &expanded.file.feature;
        let mut feature = source.clone();
        feature.scenarios.clear();
        feature.tags.retain(|tag| !is_platform(tag));
        for rule in &mut feature.rules {
            rule.scenarios.clear();
            rule.tags.retain(|tag| !is_platform(tag));
        }
        let asked_for = AskedFor::of(expanded);
        for concrete in &expanded.scenarios {
            let left_out = |name: &str, why| LeftOut {
                name: name.to_owned(),
                file: expanded.file.text.name.clone(),
                line: concrete.scenario.position.line,
                why,
            };
            if !asked_for.includes(concrete) {
                self.left_out.push(left_out(&concrete.scenario.name, Why::OtherLine));
                continue;
            }
            let rule = concrete.rule.and_then(|index| source.rules.get(index));
            let platforms = platforms(source, concrete);
            let applies = |provider: &&SelectedProvider| platforms.is_empty() || platforms.contains(&provider.tag);
            if !providers.iter().any(|provider| applies(&provider)) {
                let why = Why::NoProvider(platforms.clone());
                self.left_out.push(left_out(&concrete.scenario.name, why));
            }
            for provider in providers.iter().filter(applies) {
                let mut scenario = concrete.scenario.clone();
                scenario.tags.retain(|tag| !is_platform(tag));
                scenario.tags.push(provider.tag.clone());
                scenario.name = format!("{} [{}]", concrete.scenario.name, provider.key);
                let mut tags: Vec<String> = Vec::new();
                for tag in source
                    .tags
                    .iter()
                    .chain(rule.iter().flat_map(|rule| &rule.tags))
                    .chain(&scenario.tags)
                {
                    if (*tag == provider.tag || !is_platform(tag)) && !tags.contains(tag) {
                        tags.push(tag.clone());
                    }
                }
                self.known_tags.extend(tags.iter().cloned());
                self.known_names.insert(scenario.name.clone());
                if let Some(why) = filter.excludes(&tags, &scenario.name) {
                    self.left_out.push(left_out(&scenario.name, why));
                    continue;
                }
                let line = scenario.position.line;
                let planned = Planned {
                    key: key(&expanded.file.text.name, line, &concrete.scenario.name, &provider.key),
                    feature: source.name.clone(),
                    rule: rule.map(|rule| rule.name.clone()),
                    name: scenario.name.clone(),
                    provider: provider.key.clone(),
                    serial: tags.iter().any(|tag| tag == "serial"),
                    withheld: None,
                    tags,
                    file: expanded.file.text.name.clone(),
                    line,
                };
                self.index.insert(Identity::of(source, &scenario), self.scenarios.len());
                self.scenarios.push(planned);
                match concrete.rule.and_then(|index| feature.rules.get_mut(index)) {
                    Some(rule) => rule.scenarios.push(scenario),
                    None => feature.scenarios.push(scenario),
                }
            }
        }
        feature.rules.retain(|rule| !rule.scenarios.is_empty());
        if !(feature.scenarios.is_empty() && feature.rules.is_empty()) {
            self.features.push(feature);
        }
    }
}

/// `2.11.0` as numbers that can be compared.
fn numbers(version: &str) -> Vec<u64> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect()
}

fn is_platform(tag: &str) -> bool {
    PLATFORM_TAGS.contains(&tag)
}

/// The tags of a scenario, of whatever holds it, and of the Examples it comes from; platforms as [`platforms`] says.
pub fn tags(feature: &gherkin::Feature, concrete: &Concrete) -> BTreeSet<String> {
    let rule = concrete.rule.and_then(|index| feature.rules.get(index));
    let of_rule = rule.iter().flat_map(|rule| &rule.tags);
    let all = feature.tags.iter().chain(of_rule).chain(&concrete.scenario.tags);
    let others = all.filter(|tag| !is_platform(tag)).cloned();
    others.chain(platforms(feature, concrete)).collect()
}

/// The platforms that the innermost level names which names any.
pub fn platforms(feature: &gherkin::Feature, concrete: &Concrete) -> Vec<String> {
    let rule = concrete.rule.and_then(|index| feature.rules.get(index));
    // Expansion appends the tags of the Examples to the scenario's.
    let own = concrete.scenario.tags.len().saturating_sub(concrete.example_tags.len());
    let levels: [&[String]; 4] = [
        &concrete.example_tags,
        concrete.scenario.tags.get(..own).unwrap_or_default(),
        rule.map_or(&[], |rule| &rule.tags),
        &feature.tags,
    ];
    levels
        .into_iter()
        .map(|level| level.iter().filter(|tag| is_platform(tag)).cloned().collect::<Vec<_>>())
        .find(|named| !named.is_empty())
        .unwrap_or_default()
}

/// Which scenarios of a file the lines that were asked for mean.
struct AskedFor<'a> {
    expanded: &'a ExpandedFile,
    rows: BTreeSet<usize>,
    headings: BTreeSet<usize>,
}

impl<'a> AskedFor<'a> {
    fn of(expanded: &'a ExpandedFile) -> Self {
        let mut asked_for = Self {
            expanded,
            rows: BTreeSet::new(),
            headings: BTreeSet::from([expanded.file.feature.position.line]),
        };
        for concrete in &expanded.scenarios {
            let line = concrete.scenario.position.line;
            asked_for.rows.extend((line != concrete.heading).then_some(line));
            asked_for.headings.insert(concrete.heading);
            asked_for.headings.extend(asked_for.rule_line(concrete));
        }
        asked_for
    }

    fn rule_line(&self, concrete: &Concrete) -> Option<usize> {
        let rule = self.expanded.file.feature.rules.get(concrete.rule?)?;
        Some(rule.position.line)
    }

    /// Whether a line means this scenario: its row, the scenario, its rule or the feature.
    fn includes(&self, concrete: &Concrete) -> bool {
        let lines = &self.expanded.lines;
        lines.is_empty()
            || lines.iter().any(|line| {
                if self.rows.contains(line) {
                    return concrete.scenario.position.line == *line;
                }
                match self.headings.range(..=*line).next_back() {
                    Some(heading) if *heading == concrete.heading => true,
                    Some(heading) => {
                        Some(*heading) == self.rule_line(concrete)
                            || *heading == self.expanded.file.feature.position.line
                    }
                    None => true,
                }
            })
    }
}

/// At most 56 characters, so that a label value has room for the attempt.
fn key(file: &str, line: usize, name: &str, provider: &str) -> String {
    let mut hash = Sha256::new();
    for part in [file, &line.to_string(), name, provider] {
        hash.update(part);
        hash.update([0]);
    }
    let hash: String = hash
        .finalize()
        .iter()
        .take(3)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut slug = slug(name, 32);
    for part in [self::slug(provider, 15), hash] {
        if !slug.is_empty() && !part.is_empty() {
            slug.push('-');
        }
        slug.push_str(&part);
    }
    slug
}

fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(longest);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
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
    fn a_copy_keeps_only_its_own_platform_tag_and_is_found_again() {
        let plan = select(&["vsphere-8", "ovirt"], None, None, &[]);
        let feature = &plan.features[0];
        assert_eq!(feature.tags, ["cold"]);
        for scenario in &feature.scenarios {
            let planned = plan.of(feature, scenario).unwrap();
            assert_eq!(planned.name, scenario.name);
            let platform = planned.provider.split('-').next().unwrap();
            assert_eq!(planned.tags, ["cold", platform]);
        }
    }

    #[test]
    fn tags_and_names_and_lines_select_copies() {
        let all = ["vsphere-8", "ovirt", "openstack", "openshift", "esxi"];
        /// Tags, name, lines, and the titles that they select.
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
    fn what_is_left_out_is_told_with_the_reason() {
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
    fn what_needs_a_newer_mtv_is_withheld_with_the_reason() {
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
    fn what_is_destructive_is_allowed_by_name() {
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
    fn no_platform_anywhere_means_all() {
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
}
