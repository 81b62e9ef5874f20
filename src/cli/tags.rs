//! `mtv-bdd tags`: the tags that have a meaning, how many scenarios carry each, and the other tags in use.

use std::{collections::BTreeMap, process::ExitCode};

use clap::Args;
use serde_json::json;

use super::print;
use crate::{
    events::words,
    runner::{
        self, Exit,
        known_tags::{self, KNOWN_TAGS},
        lint::Checked,
        options::TargetOptions,
        plan,
    },
};

/// Which scenarios to count.
#[derive(Debug, Args)]
pub struct TagsOptions {
    /// Feature files: a file, a folder, or a glob; may be repeated [default: features]
    #[arg(long, short, value_name = "FILE|FOLDER|GLOB")]
    input: Vec<String>,

    /// Print the tags as JSON
    #[arg(long)]
    json: bool,

    /// Options whose settings name the project's own tags.
    #[command(flatten)]
    target: TargetOptions,
}

/// Prints the tags.
pub fn run(options: &TagsOptions) -> ExitCode {
    let checked = match runner::examine(&options.input, &options.target) {
        Ok(checked) => checked,
        Err(refused) => {
            print::err(refused.message);
            return refused.exit.into();
        }
    };
    let in_use = in_use(&checked);
    if options.json {
        print::out(format_args!("{:#}", as_json(&in_use)));
    } else {
        print::text(for_people(&in_use));
    }
    if !checked.problems.is_empty() {
        let mistakes = words::count(checked.problems.len(), "mistake");
        print::err(format_args!("{mistakes} in the features: `mtv-bdd lint` lists them"));
        return Exit::Usage.into();
    }
    Exit::Passed.into()
}

/// Each tag in use, in its notation, with the number of scenarios.
fn in_use(checked: &Checked) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for expanded in &checked.files {
        for concrete in &expanded.scenarios {
            for tag in plan::tags(&expanded.file.feature, concrete) {
                *counts.entry(tag).or_default() += 1;
            }
        }
    }
    counts
}

/// Number of scenarios with a known tag, with any argument.
fn carry(in_use: &BTreeMap<String, usize>, name: &str) -> usize {
    let same = in_use.iter().filter(|(tag, _)| known_tags::split(tag).0 == name);
    same.map(|(_, count)| count).sum()
}

/// The tags in use that the table does not show: with an argument, or of the project itself.
fn others(in_use: &BTreeMap<String, usize>) -> impl Iterator<Item = (&String, &usize)> {
    in_use
        .iter()
        .filter(|(tag, _)| KNOWN_TAGS.iter().all(|known| known.name != tag.as_str()))
}

fn for_people(in_use: &BTreeMap<String, usize>) -> String {
    let known = KNOWN_TAGS
        .iter()
        .map(|tag| (tag.written.to_owned(), carry(in_use, tag.name), tag.meaning));
    let others = others(in_use).map(|(tag, count)| (format!("@{tag}"), *count, ""));
    let rows: Vec<_> = known.chain(others).collect();
    let width = rows.iter().map(|(tag, ..)| tag.chars().count()).max().unwrap_or(0);
    let line = |(tag, count, meaning): &(String, usize, &str)| {
        format!("{tag:width$}  {count:>4}  {meaning}").trim_end().to_owned() + "\n"
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    if lines.len() > KNOWN_TAGS.len() {
        lines.insert(KNOWN_TAGS.len(), "\nwith their arguments, and of your own\n".to_owned());
    }
    lines.insert(0, format!("{:width$}  scenarios\n", "tag"));
    lines.concat()
}

fn as_json(in_use: &BTreeMap<String, usize>) -> serde_json::Value {
    let known = KNOWN_TAGS.iter().map(|tag| {
        json!({
            "tag": format!("@{}", tag.name),
            "written": tag.written,
            "meaning": tag.meaning,
            "scenarios": carry(in_use, tag.name),
        })
    });
    let others = others(in_use).map(|(tag, count)| json!({ "tag": format!("@{tag}"), "scenarios": count }));
    json!({ "known": known.collect::<Vec<_>>(), "others": others.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_with_arguments_count_for_the_tag_and_on_their_own() {
        let in_use = BTreeMap::from([
            ("jira(MTV-1)".to_owned(), 2),
            ("jira(MTV-2)".to_owned(), 1),
            ("ours".to_owned(), 3),
        ]);
        let table = for_people(&in_use);
        let lines: Vec<&str> = table
            .lines()
            .filter(|line| line.contains("jira") || line.contains("ours"))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        @jira(MTV-559)            3  the issue that it belongs to
        @jira(MTV-1)              2
        @jira(MTV-2)              1
        @ours                     3
        ");
        let json = as_json(&in_use);
        assert_eq!(json["known"].as_array().unwrap().len(), KNOWN_TAGS.len());
        assert_eq!(json["others"].as_array().unwrap().len(), 3);
    }
}
