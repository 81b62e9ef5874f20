//! The scenarios, feature by feature, with their filters.

use std::{collections::BTreeSet, path::Path};

use maud::{Markup, html};

use super::{attempt, bodies::Bodies, environment::command, evidence::Evidence, icons::mark, overview::switches};
use crate::{
    events::words,
    report::{
        model::{Attempt, Feature, Run, Scenario},
        status::{self, Status},
        verdict,
    },
};

/// Scenarios that failed are open from the beginning if there are at most this many.
const OPEN: usize = 5;

pub(super) fn section(run: &Run, evidence: &Evidence<'_>) -> Markup {
    let red = status::scenarios(run)
        .filter(|scenario| Status::from_scenario(scenario).is_red())
        .count();
    let mut page = Page {
        run,
        evidence,
        open: red <= OPEN,
        bodies: Bodies::default(),
    };
    page.bodies = page.bodies();
    html! {
        section aria-labelledby="scenarios" {
            h2 id="scenarios" { "Scenarios" }
            (filters(run))
            @for feature in &run.features { (page.feature(feature)) }
            (page.bodies.packed())
            p.none hidden { "No scenario is like that. " a href="#" { "Show all" } }
        }
    }
}

/// HTML id of a scenario.
pub(super) fn anchor(run: &Run, scenario: &Scenario) -> String {
    format!("s{}", number(run, scenario))
}

/// Number of a scenario in the run, from 1.
fn number(run: &Run, scenario: &Scenario) -> usize {
    let index = status::scenarios(run).position(|known| std::ptr::eq(known, scenario));
    index.unwrap_or_default() + 1
}

fn earlier(attempt: &Attempt, evidence: &Evidence<'_>) -> Markup {
    html! {
        details.earlier {
            summary { "Attempt " (attempt.number) ": " bdi { (verdict::headline(attempt)) } }
            (attempt::body(attempt, evidence))
        }
    }
}

fn filters(run: &Run) -> Markup {
    let tags: BTreeSet<&str> = status::scenarios(run)
        .flat_map(|scenario| scenario.tags.iter().map(String::as_str))
        .collect();
    html! {
        form.filters role="search" aria-label="Filter the scenarios" {
            input type="search" name="q" placeholder="Search titles, steps, messages  ( / )" aria-label="Search" autocomplete="off" spellcheck="false";
            @if !tags.is_empty() {
                select name="tag" aria-label="Tag" {
                    option value="" { "Any tag" }
                    @for tag in tags { option value=(tag) { "@" (tag) } }
                }
            }
            (switches(run))
            div.chips {}
            div.actions {
                output aria-live="polite" {}
                button type="button" id="expand" { "Open all" }
                button type="button" id="collapse" { "Close all" }
            }
        }
    }
}

struct Page<'a> {
    run: &'a Run,
    evidence: &'a Evidence<'a>,
    /// Whether scenarios that failed are open from the beginning.
    open: bool,
    bodies: Bodies,
}

impl Page<'_> {
    fn bodies(&self) -> Bodies {
        let scenarios = self.run.features.iter().flat_map(|feature| {
            let scenarios = feature.scenarios.iter();
            scenarios.map(move |scenario| (self.is_open(scenario), self.body(feature, scenario)))
        });
        Bodies::new(scenarios.collect())
    }

    fn is_open(&self, scenario: &Scenario) -> bool {
        self.open && Status::from_scenario(scenario).is_red()
    }

    fn feature(&self, feature: &Feature) -> Markup {
        html! {
            section.feature data-feature=(feature.name) {
                h3 { bdi { (feature.name) } " " span.soft { bdi { (feature.file) } } }
                @for scenario in &feature.scenarios { (self.scenario(scenario)) }
            }
        }
    }

    fn scenario(&self, scenario: &Scenario) -> Markup {
        let status = Status::from_scenario(scenario);
        let number = number(self.run, scenario);
        html! {
            details.scenario.(status.slug()) id={ "s" (number) } open[self.is_open(scenario)]
                data-provider=[scenario.provider.as_deref()] data-tags=(scenario.tags.join(" ")) {
                summary {
                    (mark(status))
                    span.name {
                        @if let Some(rule) = &scenario.rule { bdi.soft { (rule) } ": " }
                        bdi { (scenario.name) }
                    }
                    span.time { (words::duration(scenario.duration())) }
                }
                (self.bodies.body(number - 1))
            }
        }
    }

    fn body(&self, feature: &Feature, scenario: &Scenario) -> Markup {
        html! {
            (self.facts(feature, scenario))
            @for (index, attempt) in scenario.attempts.iter().rev().enumerate() {
                @if index == 0 { (attempt::body(attempt, self.evidence)) } @else { (earlier(attempt, self.evidence)) }
            }
        }
    }

    fn facts(&self, feature: &Feature, scenario: &Scenario) -> Markup {
        html! {
            p.facts {
                code { (feature.file) ":" (scenario.line) }
                @for tag in &scenario.tags { " " a.tag href={ "#tag=" (super::overview::encoded(tag)) } { "@" (tag) } }
            }
            @if Status::from_scenario(scenario) != Status::Passed {
                p.again { "Once more: " code { (self.rerun_command(feature, scenario)) } }
            }
        }
    }

    /// The command that runs this scenario alone, with the target of the run.
    fn rerun_command(&self, feature: &Feature, scenario: &Scenario) -> String {
        let mut arguments = vec!["mtv-bdd".to_owned(), "run".to_owned()];
        if let Some(invocation) = &self.run.invocation {
            arguments.extend(invocation.target.iter().cloned());
            let seed = invocation.seed.map(|seed| ["--seed".to_owned(), seed.to_string()]);
            arguments.extend(seed.into_iter().flatten());
        }
        if let Some(provider) = &scenario.provider {
            arguments.extend(["--provider".to_owned(), provider.clone()]);
        }
        let place = Path::new(&feature.file).display();
        arguments.extend(["--input".to_owned(), format!("{place}:{}", scenario.line)]);
        command(&arguments)
    }
}
