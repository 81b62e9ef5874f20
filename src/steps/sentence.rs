//! One sentence of the vocabulary: how it is written, what it means, what it takes, what must have been said before.

use std::fmt;

use cucumber::gherkin::{Step, StepType};

use super::StepError;
use super::catalogue;
use super::field::{Field, Fields};
use super::mistake::{Error, Mistake, Place};
use super::table;
use crate::{migration, world::Missing};

/// A sentence. It stands in the `SENTENCES` of the file that has its step function.
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

/// What a scenario has by its sentences so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A provider that VMs come from.
    Source,
    /// At least one VM.
    Vms,
    /// It is said what networks become.
    Networks,
    /// It is said what storages become.
    Storage,
    /// A plan.
    Plan,
    /// A plan that has acted on all that was said; what belongs before it comes too late.
    Settled,
    /// Something that the simulated lab holds.
    Held,
    /// Something that the simulated lab fails.
    Failing,
    /// A migration that was started.
    Running,
    /// A migration that ended.
    Outcome,
}

impl Fact {
    /// What to tell somebody whose sentence needs it too early; of [`Self::Settled`], whose sentence comes too late.
    pub fn complaint(self) -> String {
        let not_mapped = |what| migration::Error::NotMapped { what }.to_string();
        match self {
            Self::Source => Missing::Source.to_string(),
            Self::Vms => migration::Error::NoVms.to_string(),
            Self::Networks => not_mapped("networks are mapped"),
            Self::Storage => not_mapped("storage is mapped"),
            Self::Plan => Missing::Plan.to_string(),
            Self::Settled => Missing::PlanExists.to_string(),
            Self::Held => Missing::Held.to_string(),
            Self::Failing => Missing::Failing.to_string(),
            Self::Running => Missing::Running.to_string(),
            Self::Outcome => Missing::Outcome.to_string(),
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

    /// Reads the words, the table and the doc string of a step with this sentence, as the step function is going to.
    ///
    /// # Errors
    ///
    /// The first of its [`mistakes`](Self::mistakes).
    pub fn read(&self, step: &Step) -> Result<(), StepError> {
        match self.mistakes(step).into_iter().next() {
            None => Ok(()),
            Some(mistake) => Err(mistake.into()),
        }
    }

    /// Everything that is wrong with the words, the table and the doc string of a step with this sentence.
    pub fn mistakes(&self, step: &Step) -> Vec<Mistake> {
        let mut mistakes = self.mistakes_in_words(&step.value);
        if step.table.is_some() && matches!(self.argument, Argument::None | Argument::DocString(_)) {
            mistakes.push(Mistake::shape("the sentence takes no table"));
        }
        if step.docstring.is_some() && !matches!(self.argument, Argument::DocString(_)) {
            mistakes.push(Mistake::shape("the sentence takes no doc string"));
        }
        let table = step.table.as_ref();
        mistakes.extend(match self.argument {
            Argument::None => Vec::new(),
            Argument::Options(fields) => {
                let mut mistakes = table::read_options(table, fields).1;
                mistakes.extend(self.shared(step, fields));
                mistakes
            }
            Argument::Rows(fields) => table::read_rows(table, fields).1,
            Argument::Names(field) => table::read_names(table, &field).1,
            Argument::DocString(field) => match &step.docstring {
                None => vec![Mistake::shape(
                    "the sentence needs a doc string, between lines of \"\"\"",
                )],
                Some(text) => {
                    let wrong = field.check(text).err();
                    let line = match &wrong {
                        Some(Error::DocString { line, .. }) => line.unwrap_or(0),
                        _ => 0,
                    };
                    let place = Place::DocString(line);
                    wrong.map(|error| Mistake { place, error }).into_iter().collect()
                }
            },
        });
        mistakes
    }

    /// Options of several VMs that each of them would need for itself.
    fn shared(&self, step: &Step, fields: Fields) -> Vec<Mistake> {
        let written = catalogue::words(self, &step.value).into_iter().zip(self.words);
        let numbers = written.filter(|(_, field)| field.name == "number");
        let count = numbers.filter_map(|(range, _)| step.value.get(range)?.parse::<usize>().ok());
        let Some(count) = count.max().filter(|count| *count > 1) else {
            return Vec::new();
        };
        let rows = step.table.iter().flat_map(|table| table.rows.iter().enumerate());
        let shared = rows.filter_map(|(row, cells)| {
            let unique = fields.all.iter().filter(|field| field.unique);
            let key = unique
                .map(|field| field.name)
                .find(|name| cells.first().is_some_and(|key| key == name))?;
            Some(Mistake::cell(row, 1, Error::Shared { key, count }))
        });
        shared.collect()
    }

    fn mistakes_in_words(&self, text: &str) -> Vec<Mistake> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let written = catalogue::words(self, text);
        let pairs = written.into_iter().zip(self.words);
        let checked = pairs.map(|(range, field)| {
            let word = text.get(range.clone()).unwrap_or_default();
            let checked = match word {
                "" => Err(Error::Value {
                    key: field.name.to_owned(),
                    value: String::new(),
                    takes: field.takes().to_string(),
                }),
                word => field.check(word),
            };
            checked.err().map(|error| Mistake {
                place: Place::Words(range),
                error,
            })
        });
        checked.flatten().collect()
    }
}
