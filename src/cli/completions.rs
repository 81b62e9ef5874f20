//! `mtv-bdd completions`: prints a script for shell completion.

use std::process::ExitCode;

use clap::Args;
use clap_complete::Shell;

use super::print;
use crate::runner::Exit;

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  source <(mtv-bdd completions bash)                            in ~/.bashrc
  mtv-bdd completions zsh > ~/.zfunc/_mtv-bdd                   where fpath holds ~/.zfunc
  mtv-bdd completions fish > ~/.config/fish/completions/mtv-bdd.fish";

/// For which shell.
#[derive(Debug, Args)]
pub struct CompletionsOptions {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub fn run(options: &CompletionsOptions, command: &mut clap::Command) -> ExitCode {
    print::text(script(options.shell, command));
    Exit::Passed.into()
}

fn script(shell: Shell, command: &mut clap::Command) -> String {
    let mut script = Vec::new();
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, ValueEnum as _};

    use super::*;
    use crate::cli::commands::Cli;

    #[test]
    fn every_shell_completes_commands_and_options() {
        for shell in Shell::value_variants() {
            let script = script(*shell, &mut Cli::command());
            for word in ["cleanup", "doctor", "by-label", "retry-after"] {
                assert!(script.contains(word), "{shell}: {word} is missing");
            }
        }
    }
}
