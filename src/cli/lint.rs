//! `mtv-bdd lint`: finds all mistakes in all feature files, without a cluster.

use std::process::ExitCode;

use clap::Args;

use super::print;
use crate::{
    events::words,
    runner::{
        self, Exit,
        lint::{Rule, format::Format},
        options::TargetOptions,
    },
};

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  mtv-bdd lint                                     all features
  mtv-bdd lint --input features/cold               one folder
  mtv-bdd lint --format github                     in a GitHub workflow
  mtv-bdd lint --format json > mistakes.json       for an editor
  mtv-bdd lint --rules                             what is looked for

Exit codes:
  0  no mistake
  2  mistakes, all of them listed";

/// Which files to examine.
#[derive(Debug, Args)]
pub struct LintOptions {
    /// Feature files: a file, a folder, or a glob; may be repeated [default: features]
    #[arg(long, short, value_name = "FILE|FOLDER|GLOB")]
    input: Vec<String>,

    /// The same as `--input`.
    #[arg(value_name = "FILE|FOLDER|GLOB", hide = true)]
    paths: Vec<String>,

    /// How mistakes are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// List what is looked for, and examine nothing
    #[arg(long)]
    rules: bool,

    /// Options whose settings name the project's own tags.
    #[command(flatten)]
    target: TargetOptions,
}

/// Checks the features.
pub fn run(options: &LintOptions) -> ExitCode {
    if options.rules {
        let width = Rule::ALL.iter().map(|rule| rule.name().len()).max().unwrap_or(0);
        for rule in Rule::ALL {
            print::out(format_args!("{:width$}  {}", rule.name(), rule.meaning()));
        }
        return Exit::Passed.into();
    }
    let checked = match runner::examine(&[options.input.as_slice(), &options.paths].concat(), &options.target) {
        Ok(checked) => checked,
        Err(refused) => {
            print::err(refused.message);
            return refused.exit.into();
        }
    };
    print::text(options.format.write(&checked.problems));
    let scenarios = checked.files.iter().map(|file| file.scenarios.len()).sum();
    let examined = format!(
        "{} in {}",
        words::count(scenarios, "scenario"),
        words::count(checked.read, "file")
    );
    match (checked.problems.len(), options.format) {
        (0, Format::Human) => print::out(format_args!("{examined}: no mistake")),
        (mistakes, Format::Human) => print::out(format_args!("{examined}: {}", words::count(mistakes, "mistake"))),
        (_, Format::Json | Format::Github) => {}
    }
    if checked.problems.is_empty() {
        Exit::Passed.into()
    } else {
        Exit::Usage.into()
    }
}
