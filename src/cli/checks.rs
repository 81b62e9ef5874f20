//! `mtv-bdd checks`: lists the checks that compare VMs after a migration.

use std::process::ExitCode;

use anstyle::Style;
use clap::Args;
use serde_json::{Value, json};

use super::{paragraph, print};
use crate::checks::{self, Described};
use crate::runner::Exit;

const BOLD: Style = Style::new().bold();

/// How to show them.
#[derive(Debug, Args)]
pub struct ChecksOptions {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Prints the checks.
pub fn run(options: &ChecksOptions) -> ExitCode {
    let checks = checks::described();
    if options.json {
        print::out(format_args!("{:#}", checks.iter().map(as_json).collect::<Value>()));
    } else {
        print::out(text(&checks, paragraph::width()).trim_end());
    }
    Exit::Passed.into()
}

fn as_json(check: &Described) -> Value {
    json!({
        "name": check.name,
        "compares": check.compares,
        "notFor": check.not_for,
        "available": check.available,
    })
}

fn text(checks: &[Described], width: usize) -> String {
    let longest = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        let head = format!("{BOLD}{:longest$}{BOLD:#}  ", check.name);
        let later = if check.available { "" } else { " (not implemented yet)" };
        text.push_str(&paragraph::hanging(
            &head,
            &format!("{}{later}", check.compares),
            0,
            width,
        ));
        if let Some(not_for) = check.not_for {
            text.push_str(&paragraph::hanging(
                "",
                &format!("not for {not_for}"),
                longest + 2,
                width,
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_checks_is_printed() {
        let shown = text(&checks::described(), 100);
        let shown = anstream::adapter::strip_str(&shown).to_string();
        let cpu: Vec<&str> = shown.lines().filter(|line| line.starts_with("CPU")).collect();
        insta::assert_snapshot!(cpu.join("\n"), @r"
        CPU               sockets and cores per socket are those of the source VM
        CPU features      the target VM's CPU cannot run VMs itself (not implemented yet)
        ");
    }
}
