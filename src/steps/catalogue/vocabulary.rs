//! The catalogue has everything that the vocabulary promises. The vocabulary is not part of this repository; it is
//! looked for in the folder that `MTV_BDD_SHARED` names, else in `shared` next to the workspace.

use std::path::Path;

use cucumber::codegen::Regex;

use crate::checks;
use crate::steps::catalogue::{sentences, tests::step};
use crate::steps::field::{Field, Takes};
use crate::steps::sentence::{Argument, Sentence};

#[path = "../../../tests/skipped/mod.rs"]
mod skipped;

use skipped::skipped;

/// Sentences that came after the page was written.
const BESIDES: &[(&str, &str)] = &[
    ("Given", "the target already has a VM named {string}"),
    (
        "Given",
        "the target already has a VM with a MAC address of the VM {string}",
    ),
    ("Then", "the plan reports {string}"),
    ("Then", "the VM {string} was migrated"),
    ("Then", "the VM {string} was not migrated"),
    ("Then", "every source VM is powered as it was"),
];

/// The page, if it is there.
fn page() -> Option<String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("MTV_BDD_SHARED").map_or(beside, Into::into);
    let page = std::fs::read_to_string(shared.join("design/vocabulary.md")).ok();
    if page.is_none() {
        skipped(
            "design/vocabulary.md",
            &format!("it is looked for in {}", shared.display()),
        );
    }
    page
}

/// The lines below a headline.
fn section<'a>(page: &'a str, headline: &str) -> &'a str {
    let from = page.find(&format!("\n## {headline}\n")).expect("the headline");
    let section = &page[from + 1..];
    &section[..section.find("\n## ").unwrap_or(section.len())]
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The cells of the tables of a section, headers left out.
fn rows(section: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = section
        .lines()
        .filter(|line| line.starts_with('|') && !line.contains("---"));
    rows.skip(1)
        .map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
}

/// The sentence of the catalogue that has this text, placeholders filled in.
fn sentence(keyword: &str, text: &str) -> &'static Sentence {
    let filled = text
        .replace("(s)", "s")
        .replace("{string}", "\"a\"")
        .replace("{int}", "2")
        .replace("{duration}", "2 minutes")
        .replace("{word}", "pre-migration");
    let found = super::find(&step(&format!("{keyword} {filled}")));
    assert_eq!(found.len(), 1, "{keyword} {text}");
    found[0]
}

/// Fields with the closed words that follow them: `` `power` (on, off) ``.
fn fields(text: &str) -> Vec<(String, Option<Vec<String>>)> {
    let field = Regex::new(r"`([\w -]+)`(?: \(([^)]+)\))?").unwrap();
    let words = |words: &str| {
        // Behind a semicolon stands which versions of MTV have it.
        let words = words.split(';').next().unwrap_or_default();
        words
            .split(',')
            .map(|word| word.trim_matches([' ', '`']).to_owned())
            .collect()
    };
    field
        .captures_iter(text)
        .map(|found| (found[1].to_owned(), found.get(2).map(|group| words(group.as_str()))))
        .collect()
}

fn assert_fields(promised: &[(String, Option<Vec<String>>)], known: &[Field]) {
    for (name, words) in promised {
        let field = known.iter().find(|field| field.name == name);
        let field = field.unwrap_or_else(|| panic!("there is no \"{name}\""));
        let closed = words
            .as_ref()
            .filter(|words| words.iter().all(|word| !word.contains(['{', '='])));
        if let (Some(words), Takes::Words(known)) = (closed, field.takes()) {
            assert_eq!(&known, words, "{name}");
        } else if let Some(words) = closed {
            let words = words.iter().filter(|word| !word.contains(' '));
            words.for_each(|word| assert_eq!(field.check(word), Ok(()), "{name}"));
        }
    }
    assert_eq!(promised.len(), known.len(), "the catalogue has more than {promised:?}");
}

fn below(text: &str) -> &'static [Field] {
    match sentence("Given", text).argument {
        Argument::Options(fields) | Argument::Rows(fields) => fields.all,
        other => panic!("{text} takes {other:?}"),
    }
}

#[test]
fn every_sentence_is_in_the_catalogue() {
    let Some(page) = page() else { return };
    let mut promised = Vec::new();
    for (headline, keyword) in [
        ("Given: where from, where to", "Given"),
        ("Given: which VMs", "Given"),
        ("Given: maps, hooks, plan", "Given"),
        ("When", "When"),
        ("Then", "Then"),
    ] {
        let section = section(&page, headline);
        // The table of plan options has four columns.
        for row in rows(section).filter(|row| row.len() == 2) {
            for text in quoted(row[0]) {
                let whole = match text {
                    "that fails" => "a {word} hook that fails".to_owned(),
                    "warm" => "the plan {string} is a warm migration of the VM {string}".to_owned(),
                    "a warm ... refused" => "a warm migration plan that is refused".to_owned(),
                    text => text.to_owned(),
                };
                promised.push(sentence(keyword, &whole).expression);
            }
        }
    }
    promised.push(sentence("Given", "networks are mapped from the inventory, one entry per NIC").expression);
    for (keyword, text) in BESIDES {
        promised.push(sentence(keyword, text).expression);
    }
    assert!(promised.len() > 70, "the page is read wrongly: {promised:?}");
    let unpromised: Vec<_> = sentences()
        .filter(|sentence| !promised.contains(&sentence.expression) && !sentence.needs_the_lab())
        .collect();
    assert!(unpromised.is_empty(), "{unpromised:#?}");
}

#[test]
fn every_option_and_column_is_in_the_catalogue() {
    let Some(page) = page() else { return };
    let vms = section(&page, "Given: which VMs");
    let options = &vms[vms.find("VM options:").expect("VM options")..];
    let options = &options[..options.find("\n\n").expect("a paragraph")];
    assert_fields(
        &fields(&options.replace('\n', " ")),
        below("a clone of the VM {string}"),
    );

    let row = |start: &str| page.lines().find(|line| line.starts_with(start)).expect("a row");
    let disks = row("| `every clone gets these disks:`");
    let disks = &disks[disks.find("header row from:").expect("columns")..];
    assert_fields(&fields(disks), below("every clone gets these disks:"));

    let plan = rows(section(&page, "Given: maps, hooks, plan")).filter(|row| row.len() == 4);
    let plan: Vec<_> = plan
        .skip(1)
        .flat_map(|row| fields(&format!("{} {}", row[0], row[2])))
        .collect();
    assert_fields(&plan, below("a cold migration plan"));

    for (start, text) in [
        ("| `storage is mapped as follows:`", "storage is mapped as follows:"),
        ("| `networks are mapped as follows:`", "networks are mapped as follows:"),
        (
            "| `storage is mapped for copy-offload`",
            "storage is mapped for copy-offload",
        ),
    ] {
        let promised = fields(row(start).splitn(3, '|').nth(2).expect("a cell"));
        assert_fields(&promised, below(text));
    }
}

#[test]
fn every_check_has_its_name() {
    let Some(page) = page() else { return };
    let page = page.replace('\n', " ");
    let names = &page[page.find("Check names:").expect("check names") + "Check names:".len()..];
    let names = &names[..names.find('.').expect("an end")];
    for name in names.split(',').map(str::trim) {
        let found = checks::find(name);
        assert!(!matches!(found, Err(checks::UnknownCheck::Unknown { .. })), "{name}");
    }
}
