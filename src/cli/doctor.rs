//! `mtv-bdd doctor`: checks whether a run can succeed, and prints what prevents it.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
    time::Duration,
};

use clap::Args;
use jiff::Timestamp;
use regex::Regex;

use crate::{
    events::words,
    report::{print, screen::Screen},
    runner::{
        self, Exit,
        draft::Draft,
        options::{RunOptions, TargetOptions},
        plan::Plan,
        process::Executor,
        scenarios,
        tags::TagExpression,
    },
    session::preflight::{Diagnosis, DoctorInput, Health, Permission, Prerequisites, examine},
    settings::Redactor,
    steps::{permissions, prerequisites},
};

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  mtv-bdd doctor                                    the simulated lab, which is started for it
  mtv-bdd doctor --profile cluster --context admin --tags @tier0
                                                    a cluster, for the scenarios with a tag

Nothing is created. What is checked is what the selected scenarios need, down to the VMs, networks, storages and
storage classes that they name.

Exit codes:
  0  a run can begin          3  something is in its way
  2  usage, settings or       5  nothing was selected
     features are wrong";

/// What is to be run, and where.
#[derive(Debug, Args)]
pub struct DoctorOptions {
    /// Only what scenarios with these tags need
    #[arg(long, value_name = "EXPRESSION", help_heading = "What to run")]
    tags: Option<TagExpression>,

    /// Only what scenarios whose title matches need
    #[arg(long, value_name = "REGEX", help_heading = "What to run")]
    name: Option<Regex>,

    /// Feature files, as for `mtv-bdd run` [default: features]
    #[arg(long, short, value_name = "FILE|FOLDER|GLOB|FILE:LINE", help_heading = "What to run")]
    input: Vec<String>,

    /// Providers to migrate from [default: all of the providers file]
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "What to run")]
    provider: Vec<String>,

    #[command(flatten)]
    target: TargetOptions,

    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the checks, and prints their results.
pub fn run(options: &DoctorOptions) -> ExitCode {
    let run = RunOptions {
        tags: options.tags.clone(),
        name: options.name.clone(),
        input: options.input.clone(),
        provider: options.provider.clone(),
        target: options.target.clone(),
        ..RunOptions::default()
    };
    let draft = match runner::draft(&run) {
        Ok(draft) => draft,
        Err(refused) => {
            print::err(refused.message);
            return refused.exit.into();
        }
    };
    let executor = match Executor::new(&draft, fastrand::u64(..), Timestamp::now()) {
        Ok(executor) => executor,
        Err(error) => return error.report(),
    };
    let exit = executor
        .run(diagnose(draft, &run, options.json))
        .unwrap_or_else(|deadlock| {
            print::err(format_args!("error: {deadlock}"));
            Exit::Failed
        });
    // A log-in that hangs is not waited for.
    executor.end(Duration::ZERO);
    exit.into()
}

async fn diagnose(draft: Draft, run: &RunOptions, json: bool) -> Exit {
    let redactor = Redactor::default();
    let screen = if json {
        Screen::aside(redactor.clone())
    } else {
        Screen::of_process(redactor.clone())
    };
    let prepared = match runner::prepare(draft, run, &screen).await {
        Ok(prepared) => prepared,
        Err(refused) => {
            print::err(refused.message);
            return refused.exit;
        }
    };
    redactor.register(prepared.providers.secrets());
    let (permissions, named) = needs(&prepared.plan);
    let input = DoctorInput {
        settings: &prepared.settings,
        providers: prepared.providers,
        selected: &prepared.selected,
        permissions,
        named,
    };
    let looking = "looking at the target";
    let found = if json {
        examine(input, &redactor).await
    } else {
        screen.during(looking, examine(input, &redactor)).await
    };
    if let Some(lab) = prepared.lab {
        lab.stop().await;
    }
    let text = if json {
        serde_json::to_string_pretty(&found).unwrap_or_default()
    } else {
        let scenarios = words::count(prepared.plan.scenarios.len(), "scenario");
        table(&format!("{}, for {scenarios}", prepared.settings.target.name), &found)
    };
    print::out(redactor.redact(&text));
    if found.iter().any(|diagnosis| diagnosis.result == Health::Bad) {
        Exit::Unusable
    } else {
        Exit::Passed
    }
}

/// The permissions that the selected scenarios need, and the objects that they name, by provider.
fn needs(plan: &Plan) -> (BTreeSet<Permission>, BTreeMap<String, Prerequisites>) {
    let mut allowed = BTreeSet::new();
    let mut named: BTreeMap<String, Prerequisites> = BTreeMap::new();
    for feature in &plan.features {
        for (rule, scenario) in scenarios::scenarios(feature) {
            let steps = scenarios::steps(feature, rule, scenario);
            allowed.extend(permissions(steps.clone()));
            if let Some(planned) = plan.planned(feature, scenario) {
                let of_provider = named.entry(planned.provider.clone()).or_default();
                of_provider.extend(prerequisites(steps));
            }
        }
    }
    (allowed, named)
}

/// One line per check, with problems indented below.
fn table(target: &str, found: &[Diagnosis]) -> String {
    let width = found
        .iter()
        .map(|diagnosis| diagnosis.check.chars().count())
        .max()
        .unwrap_or(0);
    let mut lines = vec![format!("target: {target}")];
    let mut reason: Option<&str> = None;
    for Diagnosis { check, result, message } in found {
        let mark = match result {
            Health::Good => "✓",
            Health::Bad => "✗",
            Health::NotChecked => "-",
        };
        let indent = format!("\n{:1$}", "", width + 4);
        // A reason that concerns several checks is printed once.
        let known = *result == Health::NotChecked && reason.replace(message) == Some(message);
        let message = if known { "not checked" } else { message };
        lines.push(format!("{mark} {check:width$}  {}", message.replace('\n', &indent)));
    }
    let count = |health| found.iter().filter(|diagnosis| diagnosis.result == health).count();
    let parts = [
        (count(Health::Good), "good"),
        (count(Health::Bad), "bad"),
        (count(Health::NotChecked), "not checked"),
    ];
    lines.push(format!(
        "{}: {}",
        words::count(found.len(), "check"),
        words::parts(&parts)
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnosis_is_printed_as_a_table() {
        let diagnosis = |check: &str, result, message: &str| Diagnosis {
            check: check.to_owned(),
            result,
            message: message.to_owned(),
        };
        let found = [
            diagnosis(
                "API server",
                Health::Good,
                "https://127.0.0.1:6443 (Kubernetes v1.33.5)",
            ),
            diagnosis(
                "storage class",
                Health::Bad,
                "no storage class is the default one; there are a, b; set target.storage_class",
            ),
            diagnosis("vsphere: address", Health::Bad, "2 things are wrong\n- one\n- two"),
            diagnosis("vsphere: log-in", Health::NotChecked, "not checked: it does not answer"),
            diagnosis("vsphere: VMs", Health::NotChecked, "not checked: it does not answer"),
        ];
        insta::assert_snapshot!(table("lab, for 1 scenario", &found), @r"
        target: lab, for 1 scenario
        ✓ API server        https://127.0.0.1:6443 (Kubernetes v1.33.5)
        ✗ storage class     no storage class is the default one; there are a, b; set target.storage_class
        ✗ vsphere: address  2 things are wrong
                            - one
                            - two
        - vsphere: log-in   not checked: it does not answer
        - vsphere: VMs      not checked
        5 checks: 1 good, 2 bad, 2 not checked
        ");
    }
}
