//! A failed log-in is reported without its secrets in all files of the run.

use std::{fs, path::Path};

use crate::binary::{Finished, mtv_bdd, silent_target, text};

/// A run whose kubeconfig has this user and this connection.
fn run_as(user: &str, connect: &str) -> Finished {
    let target = silent_target();
    let kubeconfig = target.path().join("kubeconfig");
    let whole = fs::read_to_string(&kubeconfig).unwrap();
    fs::write(&kubeconfig, whole.replace("{token: t}", user)).unwrap();
    let profile = target.path().join("settings.toml");
    let limit = format!("timeouts.connect={connect}");
    mtv_bdd(&["run", "--profile", text(&profile), "--tags", "@tier0", "--set", &limit])
}

fn assert_discreet(run: &Finished) {
    assert_eq!(run.code, 3, "{}", run.said());
    assert!(!run.said().contains("s3cret"), "{}", run.said());
    for file in ["junit.xml", "summary.json", "events.ndjson"] {
        assert!(!run.file(file).contains("s3cret"), "{file}");
    }
}

#[test]
fn a_broken_kubeconfig_is_not_quoted() {
    let run = run_as("{token: s3cret, : ]}", "5s");
    assert_discreet(&run);
    assert!(
        run.said().contains("not the YAML of a kubeconfig at line 1"),
        "{}",
        run.said()
    );
}

#[test]
fn a_token_that_cannot_be_sent_ends_the_run_in_order() {
    let run = run_as(r#"{token: "s3cret\nx"}"#, "5s");
    assert_discreet(&run);
    assert!(run.said().contains("character that cannot be sent"), "{}", run.said());
}

#[cfg(unix)]
#[test]
fn a_failed_credential_plugin_is_reported_with_name_and_message() {
    let run = run_as(
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['-c', 'echo s3cret; echo no session >&2; exit 1'], \
         interactiveMode: Never}}",
        "5s",
    );
    assert_discreet(&run);
    for part in ["failed, exit status: 1", "no session", "run sh by hand"] {
        assert!(run.said().contains(part), "{part} is not in\n{}", run.said());
    }
}

#[cfg(unix)]
#[test]
fn a_credential_plugin_that_hangs_is_not_waited_for() {
    let run = run_as(
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: sleep, args: ['20'], interactiveMode: Never}}",
        "1s",
    );
    assert_discreet(&run);
    assert!(run.said().contains("sleep did not log in to"), "{}", run.said());
}

#[test]
fn a_run_folder_that_cannot_be_created_is_a_mistake_in_the_settings() {
    let target = silent_target();
    let profile = target.path().join("settings.toml");
    let output = format!("run.output={}", Path::new(text(&profile)).display());
    let run = mtv_bdd(&["run", "--profile", text(&profile), "--tags", "@tier0", "--set", &output]);
    assert_eq!(run.code, 2, "{}", run.said());
    assert!(run.said().contains("set run.output to a folder"), "{}", run.said());
}
