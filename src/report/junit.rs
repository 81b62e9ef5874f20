//! `junit.xml`: the report for continuous integration systems. A feature is a test suite, a scenario a test case.

use std::io;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};

use super::{
    console::describe,
    model::{ARRANGED, Attempt, Feature, Run, Scenario},
    skipped, verdict,
};
use crate::events::{
    event::Outcome,
    finding::{Finding, Verdict},
    words,
};

/// The report as XML.
///
/// # Errors
/// None in practice: the XML is written to memory.
pub fn render(run: &Run) -> io::Result<String> {
    let mut report = Report::new("mtv-bdd");
    report.set_time(run.span.duration());
    let target = run.target.as_ref().map(describe).unwrap_or_default();
    let shared = [
        ("target", target.as_str()),
        ("run", run.run.as_str()),
        ("suite", run.suite.as_str()),
    ];
    for feature in &run.features {
        let mut suite = TestSuite::new(feature.name.as_str());
        suite.set_time(feature.scenarios.iter().map(Scenario::duration).sum());
        for (name, value) in shared {
            suite.add_property(Property::new(name, value));
        }
        suite.add_test_cases(
            feature
                .scenarios
                .iter()
                .filter_map(|scenario| case(run, feature, scenario, &shared)),
        );
        report.add_test_suite(suite);
    }
    report.to_string().map_err(io::Error::other)
}

fn case(run: &Run, feature: &Feature, scenario: &Scenario, shared: &[(&str, &str)]) -> Option<TestCase> {
    let last = scenario.last()?;
    let earlier = scenario.attempts.split_last().map_or(&[][..], |(_, earlier)| earlier);
    let mut status = match last.outcome {
        Some(Outcome::Passed) => TestCaseStatus::success(),
        Some(Outcome::Skipped) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(last.reason().unwrap_or("not run"));
            status
        }
        // The result of an interrupted scenario is unknown: JUnit has "skipped" for it.
        Some(Outcome::Interrupted) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("interrupted: {}", headline(last)));
            status
        }
        Some(Outcome::Failed) | None => {
            let kind = match run.unusable {
                Some(_) => NonSuccessKind::Error,
                None => NonSuccessKind::Failure,
            };
            let mut status = TestCaseStatus::non_success(kind);
            status
                .set_type(failure_type(last))
                .set_message(headline(last))
                .set_description(story(last));
            status
        }
    };
    for attempt in earlier {
        let mut rerun = TestRerun::new(NonSuccessKind::Failure);
        rerun.set_time(attempt.span.duration()).set_type(failure_type(attempt));
        rerun.set_message(headline(attempt)).set_description(story(attempt));
        status.add_rerun(rerun);
    }
    let name = scenario
        .rule
        .as_ref()
        .map_or_else(|| scenario.name.clone(), |rule| format!("{rule}: {}", scenario.name));
    let mut case = TestCase::new(name, status);
    case.set_classname(classname(&feature.file))
        .set_time(scenario.duration());
    for (name, value) in shared {
        case.add_property(Property::new(*name, *value));
    }
    if let Some(provider) = &scenario.provider {
        case.add_property(Property::new("provider", provider.as_str()));
    }
    for tag in &scenario.tags {
        case.add_property(Property::new("tag", format!("@{tag}")));
    }
    case.add_property(Property::new("file", format!("{}:{}", feature.file, scenario.line)));
    for finding in last.findings() {
        let (check, subject, vm) = (&finding.check, &finding.subject, &finding.vm);
        case.add_property(Property::new(
            format!("check: {check} ({subject}) of {vm}"),
            compared(finding),
        ));
    }
    // A failure holds the steps already.
    if !matches!(last.outcome, Some(Outcome::Failed) | None) && !last.steps.is_empty() {
        case.set_system_out(story(last));
    }
    Some(case)
}

fn compared(finding: &Finding) -> String {
    let (expected, observed) = (&finding.expected, &finding.observed);
    let note = finding.note.as_deref().unwrap_or_default();
    match finding.verdict {
        Verdict::Passed => format!("passed: {observed}"),
        Verdict::Failed => format!("failed: expected {expected}, observed {observed}"),
        Verdict::Skipped => format!("skipped: {note}"),
    }
}

/// `features/cold/smoke.feature` becomes `features.cold.smoke`, which CI systems show as packages.
fn classname(file: &str) -> String {
    file.trim_start_matches('/')
        .trim_end_matches(".feature")
        .replace('/', ".")
}

fn failure_type(attempt: &Attempt) -> &'static str {
    match (attempt.failed_step(), attempt.outcome) {
        (Some(_), _) => "step",
        (None, Some(_)) => "scenario",
        (None, None) => "not finished",
    }
}

fn headline(attempt: &Attempt) -> String {
    let reason = verdict::headline(attempt);
    match attempt.failed_step() {
        Some(step) => format!("{}: {reason}", step.sentence().trim_end_matches(':')),
        None => reason,
    }
}

/// The steps of the last attempt as text, with their outcomes.
fn story(attempt: &Attempt) -> String {
    let arranged = attempt.arranged();
    let mut lines: Vec<String> = arranged.map(|sentence| format!("{ARRANGED}: {sentence}")).collect();
    for step in &attempt.steps {
        let mark = match step.outcome {
            Some(Outcome::Passed) => "passed ",
            Some(Outcome::Failed) => "FAILED ",
            Some(Outcome::Skipped) => "not run",
            Some(Outcome::Interrupted) => "interrupted",
            None => "not finished",
        };
        lines.push(format!(
            "{mark}  {}  ({})",
            step.sentence(),
            words::duration(step.span.duration())
        ));
        let rows = step.table.iter().map(|row| format!("| {} |", row.join(" | ")));
        let text = step.doc_string.iter().flat_map(|text| text.lines()).map(str::to_owned);
        lines.extend(rows.chain(text).map(|line| format!("           {line}")));
        let message = step
            .message
            .iter()
            .flat_map(|message| message.lines())
            .map(str::to_owned);
        let skipped = skipped::lines(&step.findings).into_iter();
        let skipped = skipped.map(|line| format!("skipped: {line}"));
        lines.extend(message.chain(skipped).map(|line| format!("         {line}")));
    }
    lines.extend(attempt.message.clone());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story;

    #[test]
    fn a_report_is_written_as_xml() {
        let run = Run::fold(&story::two_scenarios());
        insta::assert_snapshot!(render(&run).unwrap());
    }

    /// The report without its properties.
    fn cases(run: &Run) -> String {
        let rendered = render(run).unwrap();
        let told = rendered.lines().filter(|line| !line.contains("propert"));
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_killed_run_lasts_until_its_last_event() {
        let mut records = story::two_scenarios();
        records.truncate(8);
        let xml = render(&Run::fold(&records)).unwrap();
        let open = xml.lines().rfind(|line| line.contains("<testcase ")).unwrap();
        assert!(open.contains("time=\"2.000\""), "{open}");
    }

    #[test]
    fn interrupted_scenarios_are_skipped() {
        insta::assert_snapshot!(cases(&Run::fold(&story::interrupted())));
    }

    #[test]
    fn scenarios_of_an_unusable_target_are_errors() {
        insta::assert_snapshot!(cases(&Run::fold(&story::unusable())));
    }

    #[test]
    fn a_scenario_that_passes_on_a_retry_is_flaky() {
        let run = Run::fold(&story::retried());
        insta::assert_snapshot!(render(&run).unwrap());
    }
}
