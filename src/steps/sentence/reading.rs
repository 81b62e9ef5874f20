//! Reads what a step says with its sentence: values with their places, and everything that is wrong with them.

use cucumber::gherkin::Step;

use super::{Argument, Sentence};
use crate::steps::StepError;
use crate::steps::catalogue;
use crate::steps::field::{Field, Fields, Key, Role, Value};
use crate::steps::mistake::{Error, Mistake, Place};
use crate::steps::table;

/// A value that a step has for a field.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    /// The word, the option or the column that it is for.
    pub field: &'a Field,
    /// As written.
    pub text: &'a str,
    /// Place in the step.
    pub place: Place,
    /// Where the name of its option or column stands; of a word, where the word does.
    pub name: Place,
}

impl<'a> Written<'a> {
    fn cell(field: &'a Field, text: &'a str, [row, column]: [usize; 2], name: [usize; 2]) -> Self {
        let cell = |[row, column]: [usize; 2]| Place::Cell { row, column };
        Self {
            field,
            text,
            place: cell([row, column]),
            name: cell(name),
        }
    }
}

impl Sentence {
    /// All values that a step with this sentence has in its words and its table. Empty cells are left out, and so is what
    /// the sentence does not take.
    pub fn written<'a>(&'a self, step: &'a Step) -> Vec<Written<'a>> {
        let words = catalogue::words(self, &step.value).into_iter().zip(self.words);
        let words = words.filter_map(|(range, field)| {
            let place = Place::Words(range.clone());
            Some(Written {
                field,
                text: step.value.get(range)?,
                name: place.clone(),
                place,
            })
        });
        let rows = step.table.iter().flat_map(|table| table.rows.iter().enumerate());
        let find = |name: &str| self.argument.fields().iter().find(|field| field.name == name);
        let cells: Vec<Written<'_>> = match &self.argument {
            Argument::None | Argument::DocString(_) => Vec::new(),
            Argument::Options(_) => rows
                .filter_map(|(row, cells)| match cells.as_slice() {
                    [name, value] => Some(Written::cell(find(name)?, value, [row, 1], [row, 0])),
                    _ => None,
                })
                .collect(),
            Argument::Names(field) => rows
                .filter_map(|(row, cells)| Some(Written::cell(field, cells.first()?, [row, 0], [row, 0])))
                .collect(),
            Argument::Rows(_) => {
                let header = step.table.iter().find_map(|table| table.rows.first());
                let columns: Vec<_> = header.into_iter().flatten().map(|name| find(name)).collect();
                let values = rows.skip(1).flat_map(|(row, cells)| {
                    let named = cells.iter().zip(&columns).enumerate();
                    named.filter_map(move |(column, (value, field))| {
                        Some(Written::cell((*field)?, value, [row, column], [0, column]))
                    })
                });
                values.collect()
            }
        };
        let mut written: Vec<Written<'_>> = words.chain(cells).collect();
        written.retain(|written| !written.text.is_empty());
        written
    }

    /// The values of a step with this sentence that play this role.
    pub fn values<'a>(&'a self, step: &'a Step, role: Role) -> impl Iterator<Item = &'a str> {
        let written = self.written(step).into_iter();
        written
            .filter(move |written| written.field.role == Some(role))
            .map(|written| written.text)
    }

    /// The first value of a step for this key, if there is one that can be read.
    pub fn value<T: Value>(&self, step: &Step, key: &Key<T>) -> Option<T> {
        let written = self.written(step);
        let value = written.iter().find(|written| written.field.name == key.field.name)?;
        T::read(key.field.name, value.text).ok()
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
        let count = self
            .values(step, Role::VmCount)
            .filter_map(|number| number.parse::<usize>().ok());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::catalogue::tests::step;

    fn originals(lines: &str) -> Vec<String> {
        let step = step(lines);
        let found = catalogue::find(&step);
        found[0].values(&step, Role::SourceVm).map(str::to_owned).collect()
    }

    #[test]
    fn a_step_names_its_vms_in_words_or_in_a_table() {
        for (lines, expected) in [
            (
                "Given a clone of the VM 'a'\n  | power | on |\n  | name | b |",
                ["a"].as_slice(),
            ),
            ("Given 2 clones of the VM \"a\"", &["a"]),
            (
                "Given clones of these VMs:\n  | power | VM |\n  | on | a |\n  | off | b |",
                &["a", "b"],
            ),
            ("Given every clone gets these disks:\n  | size |\n  | 1 GB |", &[]),
            ("When the migration of the VM \"a\" is cancelled", &[]),
        ] {
            assert_eq!(originals(lines), expected, "{lines}");
        }
    }

    #[test]
    fn values_stand_where_they_are_written() {
        let step = step("Given clones of these VMs:\n  | power | VM | wrong |\n  | on | a | b |\n  |  | c |  |");
        let found = catalogue::find(&step);
        let written: Vec<_> = found[0]
            .written(&step)
            .into_iter()
            .map(|w| (w.field.name, w.text, w.place, w.name))
            .collect();
        let cell = |row, column| Place::Cell { row, column };
        assert_eq!(
            written,
            [
                ("power", "on", cell(1, 0), cell(0, 0)),
                ("VM", "a", cell(1, 1), cell(0, 1)),
                ("VM", "c", cell(2, 1), cell(0, 1)),
            ]
        );
    }
}
