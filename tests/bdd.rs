//! Runs the features: `cargo test --test bdd`.

fn main() -> std::process::ExitCode {
    mtv_bdd::cli::features(std::env::args_os())
}
