//! `mtv-bdd settings`, and messages of a run about wrong settings.

use std::path::Path;

use crate::binary::{Finished, command, mtv_bdd};

const PROVIDERS: &str = r##"{
  "vc": { "type": "vsphere", "version": "8.0.3", "api_url": "https://vc.example.com/sdk", "username": "qe",
    "password": "canary-1", "guest_vm_linux_password": {"env": "CANARY"},
    "guest_vm_win_password": {"secret": "qe/windows/password"} },
  "ova": { "type": "ova", "version": "any", "api_url": "nfs.example.com:/ova" }
}"##;

/// A folder with a profile and its providers file.
fn folder(settings: &str, providers: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
    std::fs::write(folder.path().join("p.json"), providers).unwrap();
    folder
}

/// Runs the binary in that folder; returns exit code and both streams.
fn in_folder(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = folder.join("output");
    let mut command = command(arguments, &output);
    let finished = command
        .current_dir(folder)
        .env("MTV_BDD_ROOT", env!("CARGO_MANIFEST_DIR"))
        .env("CANARY", "canary-2")
        .output()
        .unwrap();
    (
        finished.status.code().unwrap(),
        String::from_utf8(finished.stdout).unwrap(),
        String::from_utf8(finished.stderr).unwrap(),
    )
}

#[test]
fn each_value_comes_with_its_origin() {
    let folder = folder("[target]\nname = \"ours\"\nproviders_file = \"p.json\"\n", PROVIDERS);
    let arguments = [
        "settings",
        "--profile",
        "./settings.toml",
        "--set",
        "run.concurrency=2",
        "target",
        "run",
    ];
    let (code, shown, said) = in_folder(folder.path(), &arguments);
    assert_eq!((code, said.as_str()), (0, ""));
    insta::assert_snapshot!(shown, @r"
    target
      name                  ours                                ./settings.toml:2:1
      simulated             false                               default
      kubeconfig            -                                   not set
      context               -                                   not set
      allowed_contexts      none                                default
      insecure_skip_verify  false                               default
      inventory_url         -                                   not set
      speed                 1                                   default
      storage_class         -                                   not set
      mtv_namespace         openshift-mtv                       default
      hook_image            quay.io/kubev2v/hook-runner:latest  default
      providers_file        ./p.json                            ./settings.toml:3:1

    run
      providers             none                                default
      tags                  none                                default
      concurrency           2                                   command line
      output                output                              environment variable MTV_BDD_RUN__OUTPUT
    ");
}

#[test]
fn providers_are_shown_with_where_their_secrets_are_kept() {
    let folder = folder("[target]\nproviders_file = \"p.json\"\n", PROVIDERS);
    let arguments = ["settings", "--profile", "./settings.toml"];
    let (code, shown, said) = in_folder(folder.path(), &arguments);
    assert_eq!((code, said.as_str()), (0, ""));
    let (_, providers) = shown.split_once("\nproviders").unwrap();
    insta::assert_snapshot!(providers, @r"
    ./p.json
    ova  ova
      version  any
      address  nfs.example.com:/ova
    vc  vsphere
      version                  8.0.3
      address                  https://vc.example.com/sdk
      user                     qe
      password                 (in the providers file)
      guest_vm_linux_password  (environment variable CANARY)
      guest_vm_win_password    (Secret qe/windows/password)
    ");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn settings_are_printed_as_json() {
    let folder = folder("[target]\nproviders_file = \"p.json\"\n", PROVIDERS);
    let (code, shown, said) = in_folder(folder.path(), &["settings", "--profile", "./settings.toml", "--json"]);
    assert_eq!((code, said.as_str()), (0, ""));
    assert!(!shown.contains("canary"), "{shown}");
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let speed = shown["settings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["key"] == "target.speed")
        .unwrap();
    insta::assert_snapshot!(speed, @r#"{"key":"target.speed","value":"1","origin":{"from":"default"}}"#);
    insta::assert_snapshot!(shown["providers"][1]["secrets"], @r#"[{"key":"password","kept":"in the providers file"},{"key":"guest_vm_linux_password","kept":"environment variable CANARY"},{"key":"guest_vm_win_password","kept":"Secret qe/windows/password"}]"#);
}

#[test]
fn no_lab_is_started_to_show_its_settings() {
    let Finished { code, stdout, .. } = mtv_bdd(&["settings", "target.kubeconfig", "target.speed"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(stdout, @r"
    target
      kubeconfig  -        set by the lab when it starts
      speed       virtual  config/lab.toml:8:1
    ");
}

#[test]
fn for_an_unknown_name_the_most_similar_is_suggested() {
    let unknown = mtv_bdd(&["settings", "target.sped", "timeout", "storage_class", "target"]);
    assert_eq!(unknown.code, 2);
    insta::assert_snapshot!(unknown.said(), @r#"
    command line: unknown setting "target.sped"
        did you mean "target.speed"?
    command line: unknown setting "timeout"
        did you mean "timeouts"?
    command line: unknown setting "storage_class"
        its name is target.storage_class
    3 mistakes
    "#);
}

#[test]
fn settings_are_shown_also_when_the_providers_file_is_wrong() {
    let folder = folder(
        "[target]\nproviders_file = \"p.json\"\n",
        "{ \"vc\": { \"type\": \"vsphere\" } }",
    );
    let (code, shown, said) = in_folder(folder.path(), &["settings", "--profile", "./settings.toml"]);
    assert_eq!(code, 2);
    assert!(shown.contains("providers_file"), "{shown}");
    assert!(said.ends_with("4 mistakes\n"), "{said}");
}

#[test]
fn a_run_refuses_settings_and_providers_file_together() {
    let folder = folder(
        "[target]\nproviders_file = \"p.json\"\nspeed = 8\n[timeouts]\nclone = 20\n",
        "{ \"vc\": { \"type\": \"vmware\" } }",
    );
    let (code, shown, said) = in_folder(folder.path(), &["run", "--profile", "./settings.toml"]);
    assert_eq!((code, shown.as_str()), (2, ""));
    insta::assert_snapshot!(said, @r#"
    ./p.json:1:19: vc: type: "vmware" is not known
        write "vsphere", "ovirt", "openstack", "openshift", "ova" or "hyperv"
    ./settings.toml:5:1: timeouts.clone: expected a duration with its unit, such as "90s" or "10 minutes", found an integer 20
        if seconds are meant, write "20s"
    2 mistakes; nothing was run
    "#);
    assert!(!folder.path().join("output").exists());
}
