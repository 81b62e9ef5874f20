//! One sentence of the vocabulary: how it is written, what it means, what it takes, what must have been said before.

mod fact;
mod reading;

use std::fmt;

use cucumber::gherkin::StepType;

pub use self::fact::Fact;
pub use self::reading::Written;
use super::field::{Field, Fields};
use super::platform_limit::PlatformLimit;
use crate::{migration::PlanKind, session::preflight::Permission};

/// A sentence. It stands in the `SENTENCES` of the file that has its step function. All that is known of a sentence is said
/// here and by its fields: nothing else compares its text.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    /// The part of a scenario that it belongs to.
    pub part: Part,
    /// The Cucumber Expression that it is bound with.
    pub expression: &'static str,
    /// What it means, for those who write scenarios.
    pub meaning: &'static str,
    /// The values of its placeholders, in their order.
    pub words: &'static [Field],
    /// What stands below it.
    pub argument: Argument,
    /// Lines of a scenario that use it.
    pub example: &'static str,
    needs: &'static [Fact],
    gives: &'static [Fact],
    before_plan: bool,
    later: bool,
    of_the_lab: bool,
    platforms: Option<&'static PlatformLimit>,
    permissions: &'static [Permission],
    plan: Option<PlanKind>,
    refused: bool,
    warm_only: Option<&'static str>,
    first_run: bool,
    reserves_node: bool,
    injects_failure: bool,
}

/// The parts of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Givens: where from, where to.
    Places,
    /// Givens: which VMs.
    Vms,
    /// Givens: maps, hooks, plan.
    Plan,
    /// Givens: what goes wrong in the simulated lab.
    Lab,
    /// Whens.
    When,
    /// Thens.
    Then,
}

impl Part {
    /// All of them, in the order of a scenario.
    pub const ALL: [Self; 6] = [Self::Places, Self::Vms, Self::Plan, Self::Lab, Self::When, Self::Then];

    /// As a headline.
    pub fn title(self) -> &'static str {
        match self {
            Self::Places => "Given: where from, where to",
            Self::Vms => "Given: which VMs",
            Self::Plan => "Given: maps, hooks, plan",
            Self::Lab => "Given: what goes wrong in the simulated lab",
            Self::When => "When",
            Self::Then => "Then",
        }
    }
}

/// What stands below a sentence.
#[derive(Debug, Clone, Copy)]
pub enum Argument {
    /// Nothing.
    None,
    /// If anything, a table of options: their names and values, without a header.
    Options(Fields),
    /// A table with a header row.
    Rows(Fields),
    /// A table of one column, without a header.
    Names(Field),
    /// A doc string.
    DocString(Field),
}

impl Argument {
    /// What it is, in words that a list of its fields can follow.
    pub fn describe(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Options(_) => Some("options, in a table without a header"),
            Self::Rows(_) => Some("columns of a table with a header row"),
            Self::Names(_) => Some("names, in a table of one column without a header"),
            Self::DocString(_) => Some("doc string"),
        }
    }

    /// What can stand there.
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::None => &[],
            Self::Options(fields) | Self::Rows(fields) => fields.all,
            Self::Names(field) | Self::DocString(field) => std::slice::from_ref(field),
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.keyword(), self.expression)
    }
}

impl Sentence {
    /// A sentence that takes nothing.
    pub const fn new(part: Part, expression: &'static str) -> Self {
        Self {
            part,
            expression,
            meaning: "",
            words: &[],
            argument: Argument::None,
            example: "",
            needs: &[],
            gives: &[],
            before_plan: false,
            later: false,
            of_the_lab: false,
            platforms: None,
            permissions: &[],
            plan: None,
            refused: false,
            warm_only: None,
            first_run: false,
            reserves_node: false,
            injects_failure: false,
        }
    }

    /// What it means.
    pub const fn means(mut self, meaning: &'static str) -> Self {
        self.meaning = meaning;
        self
    }

    /// The values of its placeholders.
    pub const fn words(mut self, words: &'static [Field]) -> Self {
        self.words = words;
        self
    }

    /// What stands below it.
    pub const fn argument(mut self, argument: Argument) -> Self {
        self.argument = argument;
        self
    }

    /// How it is used.
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// What earlier sentences must have given.
    pub const fn after(mut self, needs: &'static [Fact]) -> Self {
        self.needs = needs;
        self
    }

    /// What it gives to later sentences.
    pub const fn giving(mut self, gives: &'static [Fact]) -> Self {
        self.gives = gives;
        self
    }

    /// It comes too late after a plan.
    pub const fn before_plan(mut self) -> Self {
        self.before_plan = true;
        self
    }

    /// This version has no step for it yet.
    pub const fn later(mut self) -> Self {
        self.later = true;
        self
    }

    /// Only the simulated lab can carry it out.
    pub const fn of_the_lab(mut self) -> Self {
        self.of_the_lab = true;
        self
    }

    /// Not all source platforms can do it.
    pub const fn limited(mut self, platforms: &'static PlatformLimit) -> Self {
        self.platforms = Some(platforms);
        self
    }

    /// What the user of the kubeconfig has to be allowed to do for it, besides what every run does.
    pub const fn permissions(mut self, permissions: &'static [Permission]) -> Self {
        self.permissions = permissions;
        self
    }

    /// It makes a plan of this kind.
    pub const fn plan(mut self, kind: PlanKind) -> Self {
        self.plan = Some(kind);
        self
    }

    /// MTV is to refuse its plan: what the plan names may be missing on purpose.
    pub const fn refused(mut self) -> Self {
        self.refused = true;
        self
    }

    /// It is about something that only warm migrations have.
    pub const fn warm_only(mut self, what: &'static str) -> Self {
        self.warm_only = Some(what);
        self
    }

    /// It runs the plan for the first time.
    pub const fn first_run(mut self) -> Self {
        self.first_run = true;
        self
    }

    /// It reserves the node that plan options call `reserved`.
    pub const fn reserves_node(mut self) -> Self {
        self.reserves_node = true;
        self
    }

    /// It makes something go wrong on purpose.
    pub const fn injects_failure(mut self) -> Self {
        self.injects_failure = true;
        self
    }

    /// Its keyword.
    pub fn keyword(&self) -> StepType {
        match self.part {
            Part::Places | Part::Vms | Part::Plan | Part::Lab => StepType::Given,
            Part::When => StepType::When,
            Part::Then => StepType::Then,
        }
    }

    /// Its placeholders, `{string}` for instance, with what they stand for.
    pub fn placeholders(&self) -> impl Iterator<Item = (String, &'static Field)> {
        let names = self
            .expression
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next());
        names.map(|name| format!("{{{name}}}")).zip(self.words)
    }

    /// Whether there is more to an example than the sentence itself.
    pub fn example_says_more(&self) -> bool {
        self.example != self.to_string()
    }

    /// Whether this version has a step for it.
    pub fn available(&self) -> bool {
        !self.later
    }

    /// Whether only the simulated lab can carry it out.
    pub fn needs_the_lab(&self) -> bool {
        self.of_the_lab
    }

    /// Which source platforms can do it; nothing: all.
    pub fn platform_limit(&self) -> Option<&'static PlatformLimit> {
        self.platforms
    }

    /// What the user of the kubeconfig has to be allowed to do for it, besides what every run does.
    pub fn needed_permissions(&self) -> &'static [Permission] {
        self.permissions
    }

    /// The kind of the plan that it makes.
    pub fn plan_kind(&self) -> Option<PlanKind> {
        self.plan
    }

    /// Whether MTV is to refuse its plan.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// What it is about that only warm migrations have.
    pub fn needs_warm(&self) -> Option<&'static str> {
        self.warm_only
    }

    /// Whether it runs the plan for the first time.
    pub fn is_first_run(&self) -> bool {
        self.first_run
    }

    /// Whether it reserves the node that plan options call `reserved`.
    pub fn gives_reserved_node(&self) -> bool {
        self.reserves_node
    }

    /// Whether it makes something go wrong on purpose.
    pub fn makes_failure(&self) -> bool {
        self.injects_failure
    }

    /// What earlier sentences must have given.
    pub fn needs(&self) -> &'static [Fact] {
        self.needs
    }

    /// What it gives to later sentences.
    pub fn gives(&self) -> &'static [Fact] {
        self.gives
    }

    /// What no earlier sentence may have given.
    pub fn excludes(&self) -> &'static [Fact] {
        if self.before_plan { &[Fact::Settled] } else { &[] }
    }
}
