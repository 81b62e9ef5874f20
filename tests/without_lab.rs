//! Messages of a suite built for clusters only when its lab is needed:
//! `cargo test --no-default-features -p mtv-bdd --test without_lab`.

#![cfg(not(feature = "lab"))]
#![expect(
    clippy::unwrap_used,
    reason = "what the tests share is a test, too: it fails by panicking"
)]

use std::process::{Command, Stdio};

/// Runs the binary; returns exit code and both streams.
fn mtv_bdd(arguments: &[&str]) -> (i32, String) {
    let output = tempfile::tempdir().unwrap();
    let finished = Command::new(env!("CARGO_BIN_EXE_mtv-bdd"))
        .args(arguments)
        .env("MTV_BDD_RUN__OUTPUT", output.path())
        .env_remove("MTV_BDD_PROFILE")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [finished.stdout, finished.stderr].concat();
    (finished.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn a_run_without_a_profile_is_refused_with_a_remedy() {
    for command in ["run", "doctor"] {
        let (code, said) = mtv_bdd(&[command]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("built without the embedded lab"), "{said}");
        assert!(
            said.contains("--profile cluster") && said.contains("default features"),
            "{said}"
        );
        assert!(said.contains("1 mistake"), "{said}");
    }
}

#[test]
fn the_lab_command_is_refused_with_the_same_remedy() {
    for arguments in [&["lab"][..], &["lab", "--speed", "max"]] {
        let (code, said) = mtv_bdd(arguments);
        assert_eq!(code, 3, "{said}");
        assert!(said.contains("built without the embedded lab"), "{said}");
        assert!(said.contains("default features"), "{said}");
    }
}

#[test]
fn commands_that_need_no_lab_work() {
    for arguments in [&["steps"][..], &["lint"], &["settings"]] {
        let (code, said) = mtv_bdd(arguments);
        assert_eq!(code, 0, "{said}");
    }
}
