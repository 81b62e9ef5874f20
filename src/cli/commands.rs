//! The subcommands of `mtv-bdd`.

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory as _, Parser, Subcommand};

use super::{
    checks,
    cleanup::{self, CleanupOptions},
    completions::{self, CompletionsOptions},
    doctor::{self, DoctorOptions},
    lab, lint,
    report::{self, ReportOptions},
    settings::{self, SettingsOptions},
    steps, tags,
};
use crate::runner::{
    self,
    embedded_lab::LabCommand,
    options::{EXAMPLES, RunOptions},
};

/// Behaviour-driven tests for the Migration Toolkit for Virtualization, with a simulated lab inside.
#[derive(Debug, Parser)]
#[command(name = "mtv-bdd", version, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the features
    #[command(after_help = EXAMPLES)]
    Run(RunOptions),
    /// Find all mistakes in feature files
    #[command(after_help = lint::EXAMPLES)]
    Lint(lint::LintOptions),
    /// List the tags that have a meaning, and those in use
    Tags(tags::TagsOptions),
    /// Look whether a run can succeed: cluster, permissions, MTV, providers, VMs
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(DoctorOptions),
    /// Print every setting and where it came from
    #[command(after_help = settings::EXAMPLES)]
    Settings(SettingsOptions),
    /// Show the sentences that feature files can use
    #[command(after_help = steps::EXAMPLES)]
    Steps(steps::StepsOptions),
    /// Show what VMs are compared in after a migration
    Checks(checks::ChecksOptions),
    /// Make the reports of a run again, also of one that was killed
    #[command(after_help = report::EXAMPLES)]
    Report(ReportOptions),
    /// Remove what killed runs left behind
    #[command(after_help = cleanup::EXAMPLES)]
    Cleanup(CleanupOptions),
    /// Print a script that lets a shell complete commands and options
    #[command(after_help = completions::EXAMPLES)]
    Completions(CompletionsOptions),
    /// Start a simulated lab and keep it until Ctrl-C
    #[command(after_help = lab::EXAMPLES)]
    Lab(LabCommand),
}

/// Run the features of this repository, in a simulated lab or on a cluster.
#[derive(Debug, Parser)]
#[command(name = "bdd", bin_name = "cargo test --test bdd --", version, after_help = EXAMPLES)]
struct Features {
    #[command(flatten)]
    options: RunOptions,
}

/// The `mtv-bdd` binary.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Cli::try_parse_from(arguments) {
        Ok(Cli {
            command: Command::Run(options),
        }) => runner::run(&options),
        Ok(Cli {
            command: Command::Lint(options),
        }) => lint::run(&options),
        Ok(Cli {
            command: Command::Tags(options),
        }) => tags::run(&options),
        Ok(Cli {
            command: Command::Doctor(options),
        }) => doctor::run(&options),
        Ok(Cli {
            command: Command::Settings(options),
        }) => settings::run(&options),
        Ok(Cli {
            command: Command::Steps(options),
        }) => steps::run(&options),
        Ok(Cli {
            command: Command::Checks(options),
        }) => checks::run(&options),
        Ok(Cli {
            command: Command::Report(options),
        }) => report::run(&options),
        Ok(Cli {
            command: Command::Cleanup(options),
        }) => cleanup::run(&options),
        Ok(Cli {
            command: Command::Completions(options),
        }) => completions::run(&options, &mut Cli::command()),
        Ok(Cli {
            command: Command::Lab(command),
        }) => lab::run(command),
        Err(error) => refuse(&error),
    }
}

/// `cargo test --test bdd`: the same as `mtv-bdd run`.
pub fn features(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Features::try_parse_from(arguments) {
        Ok(Features { options }) => runner::run(&options),
        Err(error) => refuse(&error),
    }
}

/// Prints the help, or the mistakes in the arguments.
fn refuse(error: &clap::Error) -> ExitCode {
    // A closed terminal cannot show the error either.
    let _ = error.print();
    if error.use_stderr() {
        runner::Exit::Usage.into()
    } else {
        runner::Exit::Passed.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_accepts_the_command_definitions() {
        Cli::command().debug_assert();
        Features::command().debug_assert();
    }

    #[test]
    fn options_become_settings() {
        let arguments = [
            "bdd",
            "--provider",
            "a,b",
            "--context",
            "admin",
            "--concurrency",
            "2",
            "--speed",
            "max",
            "--set",
            "timeouts.migration=2 hours",
            "--providers",
            "p.json",
        ];
        let options = Features::try_parse_from(arguments).unwrap().options;
        let settings: Vec<String> = options
            .settings()
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(
            settings,
            [
                "timeouts.migration=2 hours",
                "target.context=admin",
                "target.providers_file=p.json",
                "target.speed=max",
                "run.providers=a,b",
                "run.concurrency=2",
            ]
        );
    }

    #[test]
    fn invalid_arguments_are_refused() {
        for arguments in [
            ["bdd", "--tags", "tier0"],
            ["bdd", "--set", "x"],
            ["bdd", "--concurrency", "0"],
            ["bdd", "--name", "("],
        ] {
            assert!(Features::try_parse_from(arguments).is_err(), "{arguments:?}");
        }
    }
}
