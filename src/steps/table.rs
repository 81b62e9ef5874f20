//! Tables of steps as typed rows: every key is known, every key is named once.

use cucumber::gherkin;
use thiserror::Error;

use crate::nearest::nearest;

/// A table that does not say what its sentence needs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// A key or a column that nobody knows.
    #[error("unknown {what} \"{key}\"; {}", hint(.key, .allowed))]
    Unknown {
        /// `option`, or `column`.
        what: &'static str,
        /// As written.
        key: String,
        /// All that could be written.
        allowed: Vec<String>,
    },
    /// A key or a column of the vocabulary that this version does not have yet.
    #[error("the {what} \"{key}\" is not yet available in this version")]
    Later {
        /// `option`, or `column`.
        what: &'static str,
        /// As written.
        key: String,
    },
    /// A key or a column stands there twice.
    #[error("the {what} \"{key}\" is given twice")]
    Twice {
        /// `option`, or `column`.
        what: &'static str,
        /// As written.
        key: String,
    },
    /// A column is missing.
    #[error("the column \"{column}\" is missing")]
    Missing {
        /// Its name.
        column: String,
    },
    /// A value that the key does not take.
    #[error("\"{value}\" is no value for \"{key}\"; it takes {takes}")]
    Value {
        /// The key.
        key: String,
        /// As written.
        value: String,
        /// What could be written.
        takes: String,
    },
    /// A table of another shape.
    #[error("{0}")]
    Shape(&'static str),
}

fn hint(key: &str, allowed: &[String]) -> String {
    let nearest = nearest(key, allowed.iter().map(String::as_str));
    let all = format!("there are {}", allowed.join(", "));
    match nearest.as_slice() {
        [] => all,
        alike => format!("did you mean {}? {all}", alike.join(" or ")),
    }
}

/// What keys a table can have: those that work, and those that a later version brings.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    /// They work.
    pub now: &'static [&'static str],
    /// They are in the vocabulary, but not in this version.
    pub later: &'static [&'static str],
}

impl Keys {
    fn check(self, what: &'static str, key: &str) -> Result<(), Error> {
        if self.now.contains(&key) {
            return Ok(());
        }
        let key = key.to_owned();
        if self.later.contains(&key.as_str()) {
            return Err(Error::Later { what, key });
        }
        let allowed = self.now.iter().map(|key| (*key).to_owned()).collect();
        Err(Error::Unknown { what, key, allowed })
    }
}

/// One row: keys and their values. Empty cells are left out.
pub type Row = Vec<(String, String)>;

/// A two-column table of options, without header; no table is a table without rows.
pub fn options(table: Option<&gherkin::Table>, keys: Keys) -> Result<Row, Error> {
    let mut options = Row::new();
    for row in table.map(|table| table.rows.as_slice()).unwrap_or_default() {
        let [key, value] = row.as_slice() else {
            return Err(Error::Shape("the table of options has two columns: option and value"));
        };
        keys.check("option", key)?;
        if options.iter().any(|(known, _)| known == key) {
            return Err(Error::Twice {
                what: "option",
                key: key.clone(),
            });
        }
        options.push((key.clone(), value.clone()));
    }
    Ok(options)
}

/// A table with a header row that has at least the `required` columns.
pub fn rows(table: Option<&gherkin::Table>, required: &[&str], keys: Keys) -> Result<Vec<Row>, Error> {
    let (header, rows) = match table.map(|table| table.rows.as_slice()) {
        Some([header, rows @ ..]) if !rows.is_empty() => (header, rows),
        _ => {
            return Err(Error::Shape(
                "the sentence needs a table with a header row and at least one row",
            ));
        }
    };
    for (position, column) in header.iter().enumerate() {
        keys.check("column", column)?;
        if header.iter().take(position).any(|other| other == column) {
            return Err(Error::Twice {
                what: "column",
                key: column.clone(),
            });
        }
    }
    if let Some(missing) = required
        .iter()
        .find(|column| !header.iter().any(|named| named == *column))
    {
        return Err(Error::Missing {
            column: (*missing).to_owned(),
        });
    }
    let mut typed = Vec::new();
    for row in rows {
        let cells = header.iter().cloned().zip(row.iter().cloned());
        let filled: Row = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        if let Some(empty) = required
            .iter()
            .find(|column| !filled.iter().any(|(key, _)| key == *column))
        {
            return Err(Error::Value {
                key: (*empty).to_owned(),
                value: String::new(),
                takes: "a name".to_owned(),
            });
        }
        typed.push(filled);
    }
    Ok(typed)
}

/// A table of one column without header, each cell a name.
pub fn names(table: Option<&gherkin::Table>) -> Result<Vec<String>, Error> {
    let rows = table.map(|table| table.rows.as_slice()).unwrap_or_default();
    let cell = |row: &Vec<String>| match row.as_slice() {
        [name] if !name.is_empty() => Ok(name.clone()),
        _ => Err(Error::Shape("the table has one column with a name in each row")),
    };
    match rows {
        [] => Err(Error::Shape("the sentence needs a table with a name in each row")),
        rows => rows.iter().map(cell).collect(),
    }
}

/// One of several words.
pub fn word<T: Copy>(key: &str, value: &str, words: &[(&str, T)]) -> Result<T, Error> {
    let found = words.iter().find(|(word, _)| *word == value);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| Error::Value {
        key: key.to_owned(),
        value: value.to_owned(),
        takes: words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", "),
    })
}

/// Yes or no.
pub fn yes_no(key: &str, value: &str) -> Result<bool, Error> {
    word(key, value, &[("yes", true), ("no", false)])
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A table as the parser makes it.
    pub fn table(rows: &[&[&str]]) -> gherkin::Table {
        let mut feature = String::from("Feature: f\n  Scenario: s\n    Given x\n");
        for row in rows {
            feature.push_str(&format!("      | {} |\n", row.join(" | ")));
        }
        let feature = gherkin::Feature::parse(feature, gherkin::GherkinEnv::default()).expect("a feature");
        feature.scenarios[0].steps[0].table.clone().expect("a table")
    }

    const KEYS: Keys = Keys {
        now: &["power", "name", "disk type"],
        later: &["guest agent"],
    };

    fn refused(rows: &[&[&str]]) -> String {
        options(Some(&table(rows)), KEYS).expect_err("refused").to_string()
    }

    #[test]
    fn options_are_read_in_order_and_no_table_is_none() {
        let read = options(Some(&table(&[&["name", "a"], &["power", "on"]])), KEYS).expect("options");
        assert_eq!(read, [("name".into(), "a".into()), ("power".into(), "on".into())]);
        assert_eq!(options(None, KEYS), Ok(Vec::new()));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        insta::assert_snapshot!(refused(&[&["pwoer", "on"]]), @r#"unknown option "pwoer"; did you mean power? there are power, name, disk type"#);
        insta::assert_snapshot!(refused(&[&["zzz", "on"]]), @r#"unknown option "zzz"; there are power, name, disk type"#);
        insta::assert_snapshot!(refused(&[&["guest agent", "yes"]]), @r#"the option "guest agent" is not yet available in this version"#);
        insta::assert_snapshot!(refused(&[&["power", "on"], &["power", "off"]]), @r#"the option "power" is given twice"#);
        insta::assert_snapshot!(refused(&[&["power"]]), @"the table of options has two columns: option and value");
        insta::assert_snapshot!(yes_no("rdm", "maybe").expect_err("refused"), @r#""maybe" is no value for "rdm"; it takes yes, no"#);
    }

    #[test]
    fn header_tables_need_their_columns_and_leave_empty_cells_out() {
        let read = rows(
            Some(&table(&[&["name", "power"], &["a", ""], &["b", "on"]])),
            &["name"],
            KEYS,
        )
        .expect("rows");
        let expected: [Row; 2] = [
            vec![("name".into(), "a".into())],
            vec![("name".into(), "b".into()), ("power".into(), "on".into())],
        ];
        assert_eq!(read, expected);
        let refused = |table: gherkin::Table| rows(Some(&table), &["name"], KEYS).expect_err("refused").to_string();
        insta::assert_snapshot!(refused(table(&[&["power"], &["on"]])), @r#"the column "name" is missing"#);
        insta::assert_snapshot!(refused(table(&[&["name"]])), @"the sentence needs a table with a header row and at least one row");
        insta::assert_snapshot!(refused(table(&[&["name", "power"], &["", "on"]])), @r#""" is no value for "name"; it takes a name"#);
        insta::assert_snapshot!(refused(table(&[&["name", "name"], &["a", "b"]])), @r#"the column "name" is given twice"#);
    }
}
