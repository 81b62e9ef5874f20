//! The scenarios of a run: selected, copied per provider, with titles and keys, in a stable order.

use std::collections::{BTreeSet, HashMap};

use cucumber::gherkin;
use regex::Regex;
use sha2::{Digest as _, Sha256};

use super::{
    outline::{self, Concrete},
    source::FeatureFile,
    tags::TagExpression,
};
use crate::run::{RunId, ScenarioKey};

/// Tags that name source platforms; `esxi` is a vSphere provider with an ESXi endpoint.
pub const PLATFORM_TAGS: [&str; 7] = ["vsphere", "esxi", "ovirt", "openstack", "openshift", "ova", "hyperv"];

/// A provider that was selected for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedProvider {
    /// Key of the provider in the providers file.
    pub key: String,
    /// Platform tag, one of [`PLATFORM_TAGS`].
    pub tag: String,
}

/// A parsed feature file with its expanded scenarios.
#[derive(Debug, Clone)]
pub struct ExpandedFile {
    /// The parsed file.
    pub file: FeatureFile,
    /// Scenarios of the file.
    pub scenarios: Vec<Concrete>,
    /// Lines selected by `--input file:line`; empty means all.
    pub lines: Vec<usize>,
}

/// Options that select scenarios.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Value of `--tags`, evaluated on the copies.
    pub tags: Option<TagExpression>,
    /// Value of `--name`, matched against the copies' titles.
    pub name: Option<Regex>,
    /// Whether to leave out scenarios that change more than their own objects.
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
    /// Key of the copy: unique within the suite, stable between runs, valid as folder name and label value.
    pub key: String,
    /// Title of the feature.
    pub feature: String,
    /// Title of the rule.
    pub rule: Option<String>,
    /// Title of the scenario, with the provider.
    pub name: String,
    /// Key of the provider.
    pub provider: String,
    /// All tags of the copy, without `@` and without tags of other platforms.
    pub tags: Vec<String>,
    /// Path of the feature file as it is displayed.
    pub file: String,
    /// Line in the feature file.
    pub line: usize,
    /// Whether no other scenario may run at the same time.
    pub serial: bool,
    /// Reason why it is skipped on this target; `None` if it is run.
    pub withheld: Option<String>,
}

impl Planned {
    /// Argument of a tag of the scenario: `MTV-559` of `@known_issue(MTV-559)`.
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
    /// Title of the scenario; with the provider if the scenario applies to it.
    pub name: String,
    /// Path of the feature file as it is displayed.
    pub file: String,
    /// Line in the feature file.
    pub line: usize,
    /// Reason why it was not planned.
    pub why: Why,
}

/// Why a scenario is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// `--input file:line` selects another scenario.
    OtherLine,
    /// The scenario applies to these platforms, and no selected provider has one of them.
    NoProvider(Vec<String>),
    /// `--tags` excludes the scenario.
    Tags,
    /// `--name` excludes the scenario.
    Name,
    /// The scenario is `@destructive`, and that was not allowed.
    Destructive,
}

/// Identifies a scenario among those that cucumber passes around.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    path: Option<std::path::PathBuf>,
    line: usize,
    name: String,
}

impl Identity {
    /// Identity of a scenario in a feature.
    pub fn new(feature: &gherkin::Feature, scenario: &gherkin::Scenario) -> Self {
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
    /// The features for cucumber.
    pub features: Vec<gherkin::Feature>,
    /// The scenarios in running order.
    pub scenarios: Vec<Planned>,
    /// Scenarios that are not run.
    pub left_out: Vec<LeftOut>,
    index: HashMap<Identity, usize>,
    /// Tags of all candidates, for the message if nothing was selected.
    pub known_tags: BTreeSet<String>,
    /// Titles of all candidates.
    pub known_names: BTreeSet<String>,
}

impl Plan {
    /// Selects scenarios, and copies them for the providers.
    pub fn new(files: &[ExpandedFile], providers: &[SelectedProvider], filter: &Filter) -> Self {
        let mut plan = Self::default();
        for expanded in files {
            plan.add(expanded, providers, filter);
        }
        plan
    }

    /// Skips scenarios that need a newer MTV than the target's, as `@mtv(2.11)` says. If the version of the target is
    /// unknown, all scenarios are run.
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
            let runs =
                |scenario: &gherkin::Scenario| self.planned(feature, scenario).is_none_or(|of| of.withheld.is_none());
            scenarios.retain(runs);
            rules.iter_mut().for_each(|rule| rule.scenarios.retain(runs));
            rules.retain(|rule| !rule.scenarios.is_empty());
            (feature.scenarios, feature.rules) = (scenarios, rules);
        }
        features.retain(|feature| !(feature.scenarios.is_empty() && feature.rules.is_empty()));
        self.features = features;
    }

    /// Divides the features into parts with about the same number of scenarios.
    pub fn divide(self, parts: usize) -> Vec<Self> {
        if parts <= 1 {
            return vec![self];
        }
        let mut shares = vec![Self::default(); parts];
        for feature in &self.features {
            let Some(share) = shares.iter_mut().min_by_key(|share| share.scenarios.len()) else {
                continue;
            };
            let in_rules = feature.rules.iter().flat_map(|rule| &rule.scenarios);
            for scenario in feature.scenarios.iter().chain(in_rules) {
                if let Some(planned) = self.planned(feature, scenario) {
                    share
                        .index
                        .insert(Identity::new(feature, scenario), share.scenarios.len());
                    share.scenarios.push(planned.clone());
                }
            }
            share.features.push(feature.clone());
        }
        shares
    }

    /// Replaces `<run>` with the id of the run in all steps; titles stay the same in all runs.
    pub fn name_run(&mut self, run: &RunId) {
        for feature in &mut self.features {
            let rules = feature.rules.iter_mut().flat_map(|rule| &mut rule.scenarios);
            for scenario in feature.scenarios.iter_mut().chain(rules) {
                outline::name_run(&mut scenario.steps, run.as_str());
            }
        }
    }

    /// The planned scenario for one that cucumber runs.
    pub fn planned(&self, feature: &gherkin::Feature, scenario: &gherkin::Scenario) -> Option<&Planned> {
        self.index
            .get(&Identity::new(feature, scenario))
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
        let asked_for = AskedFor::from_file(expanded);
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
                self.index
                    .insert(Identity::new(source, &scenario), self.scenarios.len());
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

/// The numbers of a version such as `2.11.0`, for comparison.
fn numbers(version: &str) -> Vec<u64> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect()
}

fn is_platform(tag: &str) -> bool {
    PLATFORM_TAGS.contains(&tag)
}

/// The tags of a scenario, its rule, its feature and its Examples; of platform tags only those of [`platforms`].
pub fn tags(feature: &gherkin::Feature, concrete: &Concrete) -> BTreeSet<String> {
    let rule = concrete.rule.and_then(|index| feature.rules.get(index));
    let of_rule = rule.iter().flat_map(|rule| &rule.tags);
    let all = feature.tags.iter().chain(of_rule).chain(&concrete.scenario.tags);
    let others = all.filter(|tag| !is_platform(tag)).cloned();
    others.chain(platforms(feature, concrete)).collect()
}

/// The platform tags of the innermost level that has any: Examples, scenario, rule, feature.
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

/// Selects the scenarios of a file by line.
struct AskedFor<'a> {
    expanded: &'a ExpandedFile,
    rows: BTreeSet<usize>,
    headings: BTreeSet<usize>,
}

impl<'a> AskedFor<'a> {
    fn from_file(expanded: &'a ExpandedFile) -> Self {
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

    /// Whether one of the lines selects this scenario: a line of its row, the scenario, its rule or the feature.
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

/// The key of a copy: at most 56 characters, so that a label value has room for the attempt.
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
mod tests;
