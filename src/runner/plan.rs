//! What a run consists of: scenarios selected, copied per provider, titled, keyed, in a stable order.

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

    /// Puts the id of the run in the place of `<run>` in all steps; titles stay the same from run to run.
    pub fn name_run(&mut self, run: &RunId) {
        for feature in &mut self.features {
            let rules = feature.rules.iter_mut().flat_map(|rule| &mut rule.scenarios);
            for scenario in feature.scenarios.iter_mut().chain(rules) {
                outline::name_run(&mut scenario.steps, run.as_str());
            }
        }
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
mod tests;
