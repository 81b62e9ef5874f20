//! Every sentence at work on the embedded lab: in `green/` all of them hold, in `red/` each Then fails once.
//!
//! A scenario of `red/` fails in its last step, a Then, because of a fault or a defect that it asked the lab for, or
//! because it says what is not so. What its reader is told stands in the document beside its feature file.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test cannot do without fails it"
)]

mod document;
mod features;
mod run;

use document::Document;
use features::Families;
use run::Run;

#[test]
fn sentences_hold() {
    let run = Run::of("green");
    let wrong: Vec<String> = run
        .scenarios
        .iter()
        .filter(|scenario| !scenario.passed)
        .map(|scenario| format!("{}: {:?}", scenario.name, scenario.failure()))
        .collect();
    assert!(wrong.is_empty() && run.code == 0, "{wrong:#?}\n{}", run.said);
}

#[test]
fn thens_fail_where_they_should_and_say_why() {
    let families = Families::read("red");
    let run = Run::of("red");
    assert_eq!(run.code, 1, "{}", run.said);
    for family in families.all() {
        for (title, last_step) in family.last_steps() {
            let scenario = run.scenario(title);
            let failure = scenario.failure();
            assert!(!scenario.passed, "{title}: passes");
            assert_eq!(scenario.failed_step(), Some(last_step), "{title}: {failure:?}");
        }
        Document::of("red", family).check(&run);
    }
}
