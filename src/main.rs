//! The `mtv-bdd` command.

fn main() -> std::process::ExitCode {
    mtv_bdd::cli::main(std::env::args_os())
}
