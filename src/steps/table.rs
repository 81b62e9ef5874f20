//! Tables of steps: every key is known, every key is named once, every value can be read.

use cucumber::gherkin;

use super::field::{Field, Fields, Key, Value};
use super::mistake::{Error, Mistake};

/// One row: keys and their values. Empty cells are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row(Vec<(String, String)>);

impl Row {
    /// The value of a key, if the row names it.
    pub fn get<T: Value>(&self, key: Key<T>) -> Result<Option<T>, Error> {
        let name = key.field.name;
        let written = self.0.iter().find(|(key, _)| key == name);
        written.map(|(_, value)| T::read(name, value)).transpose()
    }

    /// The value of a key that every row has.
    pub fn need<T: Value>(&self, key: Key<T>) -> Result<T, Error> {
        let column = key.field.name.to_owned();
        self.get(key)?.ok_or(Error::Missing { column })
    }

    fn names(&self, key: &str) -> bool {
        self.0.iter().any(|(known, _)| known == key)
    }

    fn says(&self, key: &str, value: &str) -> bool {
        self.0.iter().any(|(known, said)| known == key && said == value)
    }
}

/// A two-column table of options, without header; no table is a table without rows.
pub fn options(table: Option<&gherkin::Table>, fields: Fields) -> Result<Row, Error> {
    first(read_options(table, fields))
}

/// A table with a header row.
pub fn rows(table: Option<&gherkin::Table>, fields: Fields) -> Result<Vec<Row>, Error> {
    first(read_rows(table, fields))
}

/// A table of one column without header.
pub fn names<T: Value>(table: Option<&gherkin::Table>, key: Key<T>) -> Result<Vec<T>, Error> {
    let names = first(read_names(table, &key.field))?;
    names.iter().map(|name| T::read(key.field.name, name)).collect()
}

/// The options, and all that is wrong with them.
pub fn read_options(table: Option<&gherkin::Table>, fields: Fields) -> (Row, Vec<Mistake>) {
    let mut options = Row::default();
    let mut mistakes = Vec::new();
    for (row, cells) in cells(table).iter().enumerate() {
        let [key, value] = cells.as_slice() else {
            let shape = Error::Shape("the table of options has two columns: option and value");
            mistakes.push(Mistake::cell(row, 0, shape));
            break;
        };
        match fields.find("option", key) {
            Err(error) => mistakes.push(Mistake::cell(row, 0, error)),
            Ok(_) if options.names(key) => mistakes.push(Mistake::cell(row, 0, twice("option", key))),
            Ok(field) => {
                mistakes.extend(field.check(value).err().map(|error| Mistake::cell(row, 1, error)));
                options.0.push((key.clone(), value.clone()));
            }
        }
    }
    (options, mistakes)
}

/// The rows, and all that is wrong with them.
pub fn read_rows(table: Option<&gherkin::Table>, fields: Fields) -> (Vec<Row>, Vec<Mistake>) {
    let (header, rows) = match cells(table) {
        [header, rows @ ..] if !rows.is_empty() => (header, rows),
        _ => {
            let shape = Mistake::shape("the sentence needs a table with a header row and at least one row");
            return (Vec::new(), vec![shape]);
        }
    };
    let mut mistakes = Vec::new();
    let mut columns: Vec<Option<&Field>> = Vec::new();
    for (column, name) in header.iter().enumerate() {
        let field = if header.iter().take(column).any(|other| other == name) {
            Err(twice("column", name))
        } else {
            fields.find("column", name)
        };
        columns.push(field.as_ref().ok().copied());
        mistakes.extend(field.err().map(|error| Mistake::cell(0, column, error)));
    }
    for missing in fields.all.iter().filter(|field| field.required) {
        if !header.iter().any(|column| column == missing.name) {
            let column = missing.name.to_owned();
            mistakes.push(Mistake::cell(0, 0, Error::Missing { column }));
        }
    }
    let mut typed: Vec<Row> = Vec::new();
    for (row, cells) in rows.iter().enumerate() {
        let mut read = Row::default();
        for (column, (cell, field)) in cells.iter().zip(&columns).enumerate() {
            let Some(field) = field else { continue };
            let wrong = match (cell.is_empty(), field.required) {
                (true, false) => continue,
                (true, true) => Err(Error::Value {
                    key: field.name.to_owned(),
                    value: String::new(),
                    takes: field.takes().to_string(),
                }),
                (false, _) if field.unique && typed.iter().any(|above| above.says(field.name, cell)) => {
                    Err(twice(field.name, cell))
                }
                (false, _) => field.check(cell),
            };
            mistakes.extend(wrong.err().map(|error| Mistake::cell(row + 1, column, error)));
            read.0.push((field.name.to_owned(), cell.clone()));
        }
        typed.push(read);
    }
    (typed, mistakes)
}

/// The names, and all that is wrong with them.
pub fn read_names(table: Option<&gherkin::Table>, field: &Field) -> (Vec<String>, Vec<Mistake>) {
    let rows = cells(table);
    if rows.is_empty() {
        let shape = Mistake::shape("the sentence needs a table with a name in each row");
        return (Vec::new(), vec![shape]);
    }
    let mut names = Vec::new();
    let mut mistakes = Vec::new();
    for (row, cells) in rows.iter().enumerate() {
        let checked = match cells.as_slice() {
            [name] if !name.is_empty() => {
                names.push(name.clone());
                field.check(name)
            }
            _ => Err(Error::Shape("the table has one column with a name in each row")),
        };
        mistakes.extend(checked.err().map(|error| Mistake::cell(row, 0, error)));
    }
    (names, mistakes)
}

fn cells(table: Option<&gherkin::Table>) -> &[Vec<String>] {
    table.map(|table| table.rows.as_slice()).unwrap_or_default()
}

fn twice(what: &'static str, key: &str) -> Error {
    let key = key.to_owned();
    Error::Twice { what, key }
}

fn first<T>((read, mistakes): (T, Vec<Mistake>)) -> Result<T, Error> {
    match mistakes.into_iter().next() {
        None => Ok(read),
        Some(mistake) => Err(mistake.error),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::mistake::Place;
    use super::*;
    use crate::source::Power;

    /// A table as the parser makes it.
    pub fn table(rows: &[&[&str]]) -> gherkin::Table {
        let mut feature = String::from("Feature: f\n  Scenario: s\n    Given x\n");
        for row in rows {
            feature.push_str(&format!("      | {} |\n", row.join(" | ")));
        }
        let feature = gherkin::Feature::parse(feature, gherkin::GherkinEnv::default()).expect("a feature");
        feature.scenarios[0].steps[0].table.clone().expect("a table")
    }

    const POWER: Key<Power> = Key::new("power", "");
    const NAME: Key<String> = Key::new("name", "");
    const RDM: Key<bool> = Key::new("rdm", "");
    const FIELDS: Fields = Fields {
        title: "",
        all: &[
            POWER.field,
            NAME.field.required(),
            RDM.field,
            Field::new::<bool>("guest agent", "").later(),
        ],
    };

    fn refused(rows: &[&[&str]]) -> String {
        options(Some(&table(rows)), FIELDS).expect_err("refused").to_string()
    }

    #[test]
    fn options_are_typed_and_no_table_is_none() {
        let read = options(Some(&table(&[&["name", "a"], &["power", "on"]])), FIELDS).expect("options");
        assert_eq!(read.get(POWER), Ok(Some(Power::On)));
        assert_eq!(read.get(NAME), Ok(Some("a".into())));
        assert_eq!(read.get(RDM), Ok(None));
        assert_eq!(options(None, FIELDS), Ok(Row::default()));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        insta::assert_snapshot!(refused(&[&["pwoer", "on"]]), @r#"unknown option "pwoer"; did you mean power?"#);
        insta::assert_snapshot!(refused(&[&["zzz", "on"]]), @r#"unknown option "zzz"; there are power, name, rdm"#);
        insta::assert_snapshot!(refused(&[&["guest agent", "yes"]]), @r#"the option "guest agent" is not yet available in this version"#);
        insta::assert_snapshot!(refused(&[&["power", "on"], &["power", "off"]]), @r#"the option "power" is given twice"#);
        insta::assert_snapshot!(refused(&[&["power"]]), @"the table of options has two columns: option and value");
        insta::assert_snapshot!(refused(&[&["rdm", "maybe"]]), @r#""maybe" is no value for "rdm"; it takes yes, no"#);
    }

    #[test]
    fn all_mistakes_of_a_table_are_found_where_they_stand() {
        let (_, mistakes) = read_rows(
            Some(&table(&[
                &["name", "pwoer", "rdm"],
                &["a", "", "maybe"],
                &["", "on", "yes"],
            ])),
            FIELDS,
        );
        let places: Vec<&Place> = mistakes.iter().map(|mistake| &mistake.place).collect();
        let cell = |row, column| Place::Cell { row, column };
        assert_eq!(places, [&cell(0, 1), &cell(1, 2), &cell(2, 0)]);
    }

    #[test]
    fn header_tables_need_their_columns_and_leave_empty_cells_out() {
        let read = rows(Some(&table(&[&["name", "power"], &["a", ""], &["b", "on"]])), FIELDS).expect("rows");
        let typed: Vec<_> = read.iter().map(|row| (row.need(NAME), row.get(POWER))).collect();
        assert_eq!(
            typed,
            [
                (Ok("a".to_owned()), Ok(None)),
                (Ok("b".to_owned()), Ok(Some(Power::On)))
            ]
        );
        let refused = |table: gherkin::Table| rows(Some(&table), FIELDS).expect_err("refused").to_string();
        insta::assert_snapshot!(refused(table(&[&["power"], &["on"]])), @r#"the column "name" is missing"#);
        insta::assert_snapshot!(refused(table(&[&["name"]])), @"the sentence needs a table with a header row and at least one row");
        insta::assert_snapshot!(refused(table(&[&["name", "power"], &["", "on"]])), @r#""" is no value for "name"; it takes text"#);
        insta::assert_snapshot!(refused(table(&[&["name", "name"], &["a", "b"]])), @r#"the column "name" is given twice"#);
    }

    #[test]
    fn names_stand_in_one_column() {
        let read = |rows: &[&[&str]]| names(Some(&table(rows)), NAME);
        assert_eq!(read(&[&["a"], &["b"]]), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert!(read(&[&["a", "b"]]).is_err());
        assert!(names(None, NAME).is_err());
    }
}
