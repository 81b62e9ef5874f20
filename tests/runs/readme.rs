//! The commands in README.md work as described.

use std::path::Path;

use crate::binary::mtv_bdd;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// Command lines in the console blocks: the text after `$ `.
fn commands() -> Vec<String> {
    let text = std::fs::read_to_string(README).unwrap();
    let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("$ "));
    lines.map(str::to_owned).collect()
}

/// Arguments of a command line, without quotes.
fn arguments(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words
}

#[test]
fn the_two_commands_exist() {
    let commands = commands();
    assert!(commands.iter().any(|command| command == "cargo test --test bdd"));
    assert!(commands.iter().any(|command| command == "cargo test"));
}

#[test]
fn selections_run_and_pass() {
    let commands = commands();
    let selections: Vec<_> = commands
        .iter()
        .filter_map(|line| line.strip_prefix("cargo test --test bdd -- "))
        .collect();
    assert!(selections.len() >= 4, "README.md shows how to select: {selections:?}");
    for selection in selections {
        let words = arguments(selection);
        let words = std::iter::once("run").chain(words.iter().map(String::as_str));
        let run = mtv_bdd(&words.collect::<Vec<_>>());
        assert_eq!(run.code, 0, "{selection}\n{}", run.said());
    }
}

#[test]
fn the_listed_sentences_are_those_of_the_command() {
    let text = std::fs::read_to_string(README).unwrap();
    let (_, rest) = text.split_once("$ cargo run -- steps ").unwrap();
    let (options, rest) = rest.split_once('\n').unwrap();
    let shown = rest.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let words = arguments(options);
    let words = std::iter::once("steps").chain(words.iter().map(String::as_str));
    let run = mtv_bdd(&words.collect::<Vec<_>>());
    assert_eq!((run.code, run.stdout.as_str()), (0, shown));
}

#[test]
fn the_checks_before_a_run_find_no_problem() {
    let commands = commands();
    let looks = commands.iter().filter_map(|line| line.strip_prefix("cargo run -- "));
    let looks: Vec<_> = looks
        .filter(|line| line.starts_with("lint") || line.ends_with("--dry-run"))
        .collect();
    assert_eq!(looks.len(), 2, "{looks:?}");
    for look in looks {
        let words = arguments(look);
        let run = mtv_bdd(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(run.code, 0, "{look}\n{}", run.said());
    }
}

#[test]
fn the_example_scenario_passes() {
    let text = std::fs::read_to_string(README).unwrap();
    let from = text.find("Feature: My first migration").unwrap();
    let to = from + text[from..].find("```").unwrap();
    let (_folder, path) = crate::binary::feature(&text[from..to]);
    let run = mtv_bdd(&["run", "--input", crate::binary::text(&path)]);
    assert_eq!(run.code, 0, "{}", run.said());
}

#[test]
fn links_have_existing_targets() {
    let text = std::fs::read_to_string(README).unwrap();
    for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if target.starts_with("https://") {
            continue;
        }
        let (file, headline) = target.split_once('#').unwrap_or((target, ""));
        let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
        let page = page.unwrap_or_else(|error| panic!("{target}: {error}"));
        let anchor = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        let exists = headline.is_empty()
            || page
                .lines()
                .any(|line| line.starts_with('#') && anchor(line) == headline);
        assert!(exists, "{target}: there is no such headline");
    }
}
