//! The features with steps that do nothing, run by cucumber alone: a peer of `cargo xtask bench`.

use cucumber::{World, given, then, when};

/// Nothing is known.
#[derive(Debug, Default, World)]
struct Nothing;

#[given(regex = ".*")]
#[when(regex = ".*")]
#[then(regex = ".*")]
fn nothing(_: &mut Nothing) {}

fn main() -> std::process::ExitCode {
    let Some(features) = std::env::args_os().nth(1).map(std::path::PathBuf::from) else {
        eprintln!("usage: cucumber-alone FOLDER");
        return std::process::ExitCode::from(2);
    };
    let run = Nothing::cucumber().with_default_cli().run_and_exit(features);
    futures::executor::block_on(run);
    std::process::ExitCode::SUCCESS
}
