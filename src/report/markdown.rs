//! `summary.md`: the result of a run, short enough for a mail or the job summary on GitHub.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    console::describe,
    model::{ARRANGED, Run, Scenario},
    status::{self, Status},
    verdict::{RunVerdict, Tone},
};
use crate::events::words;

/// Maximum number of failures with their messages; GitHub takes 1 MiB for all steps of a job.
const FAILURES: usize = 20;

/// Maximum number of lines of a message.
const LINES: usize = 12;

/// The summary as Markdown.
pub fn render(run: &Run) -> String {
    let verdict = RunVerdict::from_run(run);
    let mut text = String::new();
    let mut say = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    say(&format!("## {} {}", shape(verdict.tone), escaped(&verdict.headline)));
    say("");
    let target = run.target.as_ref().map(describe).unwrap_or_default();
    let simulated = run.target.as_ref().is_some_and(|target| target.simulated);
    let badge = if simulated { "**SIMULATED LAB**, " } else { "" };
    say(&format!("{badge}{}  ", escaped(&target)));
    let took = run.took();
    say(&format!("run `{}`, mtv-bdd {}, {took}", run.run, run.suite));
    if let Some(reason) = &run.unusable {
        say("");
        say(&block(reason));
    }
    if !verdict.remarks.is_empty() {
        say("");
        for remark in &verdict.remarks {
            say(&format!("- {}", escaped(remark)));
        }
    }
    if run.unusable.is_none() {
        say(&totals(run));
        say(&matrix(run));
        say(&failures(run));
    }
    if !run.leftovers.is_empty() {
        say("### Left over\n");
        for leftover in run.leftovers.iter().take(FAILURES) {
            say(&format!(
                "- {}: {}",
                escaped(&leftover.subject),
                escaped(&leftover.reason)
            ));
        }
        say("");
    }
    text.trim_end().to_owned() + "\n"
}

fn shape(tone: Tone) -> &'static str {
    match tone {
        Tone::Green => "\u{2705}",
        Tone::Red => "\u{274c}",
        Tone::Open => "\u{26a0}\u{fe0f}",
    }
}

fn totals(run: &Run) -> String {
    let checks = run.checks();
    let checks = words::parts(&[
        (checks.passed, "passed"),
        (checks.failed, "failed"),
        (checks.skipped, "skipped"),
    ]);
    let counts = status::counts(status::scenarios(run));
    format!("\nScenarios: {}  \nComparisons: {checks}\n", status::outcomes(&counts))
}

fn matrix(run: &Run) -> String {
    let scenarios = status::scenarios(run);
    let providers: BTreeSet<&str> = scenarios.filter_map(|scenario| scenario.provider.as_deref()).collect();
    if run.features.is_empty() || providers.is_empty() {
        return String::new();
    }
    let mut table = String::from("| Feature |");
    for provider in &providers {
        let _ = write!(table, " {} |", escaped(provider));
    }
    table.push_str("\n| --- |");
    table.push_str(&" --- |".repeat(providers.len()));
    for feature in &run.features {
        let _ = write!(table, "\n| {} |", escaped(&feature.name));
        for provider in &providers {
            let here = |scenario: &&Scenario| scenario.provider.as_deref() == Some(provider);
            let counts = status::counts(feature.scenarios.iter().filter(here));
            let words = if counts.is_empty() {
                "-".to_owned()
            } else {
                status::outcomes(&counts)
            };
            let _ = write!(table, " {words} |");
        }
    }
    table + "\n"
}

fn failures(run: &Run) -> String {
    let red: Vec<&Scenario> = status::scenarios(run)
        .filter(|scenario| Status::from_scenario(scenario).is_red())
        .collect();
    let mut text = String::new();
    if red.is_empty() {
        return text;
    }
    text.push_str("### Failures\n");
    for scenario in red.iter().take(FAILURES) {
        let Some(last) = scenario.last() else { continue };
        let _ = write!(text, "\n**{}**", escaped(&scenario.name));
        if let Some(step) = last.failed_step().or(last.current_step()) {
            let _ = write!(text, "  \nin \u{201c}{}\u{201d}", escaped(&step.sentence()));
        }
        for sentence in last.arranged() {
            let _ = write!(text, "  \n{ARRANGED}: {}", escaped(sentence));
        }
        let _ = write!(text, "\n\n{}\n", block(last.reason().unwrap_or("it did not end")));
    }
    if red.len() > FAILURES {
        let _ = write!(
            text,
            "\nand {} in report.html\n",
            words::count(red.len() - FAILURES, "more failure")
        );
    }
    text
}

/// A code block of any text: indented, because the text may contain a fence of any length.
fn block(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut shown: Vec<String> = lines.iter().take(LINES).map(|line| format!("    {line}")).collect();
    if lines.len() > LINES {
        shown.push(format!(
            "    ... {} in report.html",
            words::count(lines.len() - LINES, "more line")
        ));
    }
    shown.join("\n")
}

/// The text on one line, with the special characters of Markdown and HTML escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '@' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story;

    #[test]
    fn a_summary_is_written_as_markdown() {
        insta::assert_snapshot!(render(&Run::fold(&story::two_scenarios())));
    }

    #[test]
    fn a_killed_run_lasts_until_its_last_event() {
        let mut records = story::two_scenarios();
        records.truncate(8);
        let text = render(&Run::fold(&records));
        let took = text.lines().find(|line| line.starts_with("run `")).unwrap();
        assert!(took.contains("at least ") && !took.contains("0.00 s"), "{took}");
    }

    #[test]
    fn text_from_the_log_is_escaped() {
        assert_eq!(
            escaped("a|b <script> `x` [y](z)\n# d"),
            r"a\|b \<script\> \`x\` \[y\](z) \# d"
        );
        assert_eq!(block("```\n</details>"), "    ```\n    </details>");
    }
}
