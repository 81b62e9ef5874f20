//! `--dry-run`: lists the scenarios that would run, in order, and the others with the reason.

use std::{fmt::Write as _, io::Write as _};

use anstyle::Style;
use cucumber::gherkin::Step;
use serde_json::{Value, json};

use super::{
    exit::Exit,
    options::{DryRun, RunOptions},
    plan::{Planned, Why},
    prepare::{self, Rehearsal},
    scenarios,
};
use crate::{events::words, report::print};

const TITLE: Style = Style::new().bold();
const ASIDE: Style = Style::new().dimmed();

/// Prints the list; no lab is started, and no target is asked.
pub fn list(options: &RunOptions, how: DryRun) -> Exit {
    let rehearsal = match prepare::rehearse(options) {
        Ok(rehearsal) => rehearsal,
        Err(refused) => {
            print::err(&refused.message);
            return refused.exit;
        }
    };
    let list = match how {
        DryRun::Json => format!("{:#}\n", as_json(&rehearsal)),
        DryRun::Titles | DryRun::Steps => for_people(&rehearsal, how == DryRun::Steps),
    };
    // A closed pipe, for instance of `head`, is not a failure.
    let _ = write!(anstream::stdout(), "{list}");
    if rehearsal.plan.scenarios.is_empty() {
        let refused = prepare::nothing(&rehearsal.plan, options, &rehearsal.selected, true);
        print::err(&refused.message);
        return refused.exit;
    }
    Exit::Passed
}

fn for_people(rehearsal: &Rehearsal, steps: bool) -> String {
    let mut text = String::new();
    let mut feature = None;
    // Writing to a String cannot fail.
    for (index, (planned, all_steps)) in in_running_order(rehearsal).enumerate() {
        if feature.replace(&planned.feature) != Some(&planned.feature) {
            let _ = writeln!(text, "{}", planned.feature);
        }
        let rule = planned.rule.iter().map(|rule| format!("{rule}: ")).collect::<String>();
        let serial = if planned.serial { "  alone" } else { "" };
        let tags: String = planned.tags.iter().map(|tag| format!(" @{tag}")).collect();
        let _ = writeln!(text, "{:>4}  {TITLE}{rule}{}{TITLE:#}", index + 1, planned.name);
        let _ = writeln!(
            text,
            "      {ASIDE}{}:{} {tags}{serial}{ASIDE:#}",
            planned.file, planned.line
        );
        if steps {
            all_steps.iter().for_each(|step| write_step(&mut text, step));
        }
    }
    let left_out = &rehearsal.plan.left_out;
    if !left_out.is_empty() {
        let _ = writeln!(text, "Not run");
    }
    for out in left_out {
        let _ = writeln!(text, "      {}", out.name);
        let reason = reason(&out.why, rehearsal);
        let _ = writeln!(text, "      {ASIDE}{}:{}  {reason}{ASIDE:#}", out.file, out.line);
    }
    let would = words::count(rehearsal.plan.scenarios.len(), "scenario");
    let _ = writeln!(
        text,
        "{would} would run, {} would not; target: {}",
        left_out.len(),
        rehearsal.target
    );
    text
}

fn write_step(text: &mut String, step: &Step) {
    let _ = writeln!(text, "        {}{}", step.keyword, step.value);
    for row in step.table.iter().flat_map(|table| &table.rows) {
        let _ = writeln!(text, "          | {} |", row.join(" | "));
    }
    for line in step.docstring.iter().flat_map(|doc_string| doc_string.lines()) {
        let _ = writeln!(text, "          {line}");
    }
}

/// The scenarios in running order, each with all its steps.
fn in_running_order(rehearsal: &Rehearsal) -> impl Iterator<Item = (&Planned, Vec<&Step>)> {
    let plan = &rehearsal.plan;
    plan.features.iter().flat_map(move |feature| {
        scenarios::scenarios(feature).filter_map(move |(rule, scenario)| {
            let planned = plan.planned(feature, scenario)?;
            Some((planned, scenarios::steps(feature, rule, scenario).collect()))
        })
    })
}

fn reason(why: &Why, rehearsal: &Rehearsal) -> String {
    match why {
        Why::OtherLine => "--input names another line".to_owned(),
        Why::Tags => "--tags excludes it".to_owned(),
        Why::Name => "--name excludes it".to_owned(),
        Why::Destructive => "it is @destructive: --allow-destructive runs it".to_owned(),
        Why::NoProvider(platforms) if platforms.is_empty() => "no provider is selected".to_owned(),
        Why::NoProvider(platforms) => {
            let unusable = rehearsal
                .unusable
                .iter()
                .find(|provider| platforms.contains(&provider.tag));
            match unusable {
                Some(provider) => format!("this version cannot use the {} provider {}", provider.tag, provider.key),
                None => format!("no selected provider is of {}", platforms.join(", ")),
            }
        }
    }
}

fn as_json(rehearsal: &Rehearsal) -> Value {
    let scenarios: Vec<Value> = in_running_order(rehearsal)
        .map(|(planned, steps)| {
            json!({
                "feature": planned.feature,
                "rule": planned.rule,
                "title": planned.name,
                "provider": planned.provider,
                "tags": planned.tags,
                "file": planned.file,
                "line": planned.line,
                "serial": planned.serial,
                "steps": steps.iter().map(|step| format!("{}{}", step.keyword, step.value)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let left_out = rehearsal.plan.left_out.iter().map(
        |out| json!({ "title": out.name, "file": out.file, "line": out.line, "reason": reason(&out.why, rehearsal) }),
    );
    json!({
        "target": rehearsal.target,
        "scenarios": scenarios,
        "notRun": left_out.collect::<Vec<_>>(),
    })
}
