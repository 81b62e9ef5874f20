//! Messages about wrong settings: all mistakes at once, each with its place and a correction.

use std::path::{Path, PathBuf};

use mtv_bdd::settings::{self, Layers, Profile};

use crate::layers::{file, layers, pairs, said, with_file};

/// The message about a profile file with this text.
fn about(text: &str) -> String {
    let (settings, folder) = with_file(text);
    said(&settings.unwrap_err(), folder.path())
}

/// The message about the embedded lab with these variables and options.
fn about_layers(profile: Profile, environment: &[(&str, &str)], command_line: &[(&str, &str)]) -> String {
    let layers = Layers {
        environment: pairs(environment),
        command_line: pairs(command_line),
        ..layers(profile)
    };
    said(&settings::load(&layers).unwrap_err(), Path::new("/nowhere"))
}

#[test]
fn all_mistakes_in_a_file_are_reported_at_once() {
    insta::assert_snapshot!(about(r#"
name = "x"
run = 5

[target]
name = 8
storageclass = "a"
speed = 0
allowed_contexts = "a"
kubeconfig = ""
simulated = "yes"

[targets]
name = "x"

[run]
concurrency = 0
providers = ["a", "b", "a"]

[timeouts]
clone = 20
power = "20 parsecs"
cancel = "0s"
"#), @r#"
    settings.toml:2:1: unknown setting "name"
        did you mean "target.name"?
    settings.toml:6:1: target.name: expected text in quotes, found an integer 8
        write "8"
    settings.toml:7:1: unknown setting "target.storageclass"
        did you mean "target.storage_class"?
    settings.toml:8:1: target.speed: expected a positive number or "max", found an integer 0
    settings.toml:9:1: target.allowed_contexts: expected a list of texts, found a string "a"
        write ["a"]
    settings.toml:10:1: target.kubeconfig: the value is empty
        leave the setting out, or give it a value
    settings.toml:11:1: target.simulated: expected true or false, found a string "yes"
    settings.toml:13:2: unknown setting "targets"
        did you mean "target"?
    settings.toml:16:2: "run" is there twice
        remove one of the two
    settings.toml:17:1: run.concurrency: expected a whole number from 1, found an integer 0
    settings.toml:18:1: run.providers: "a" is there twice
        name it once
    settings.toml:21:1: timeouts.clone: expected a duration with its unit, such as "90s" or "10 minutes", found an integer 20
        if seconds are meant, write "20s"
    settings.toml:22:1: timeouts.power: expected a duration with its unit, such as "90s" or "10 minutes", found "20 parsecs"
        unknown time unit "parsecs", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years (and few variations)
    settings.toml:23:1: timeouts.cancel: a deadline of zero can never be met
        write a duration above zero
    "#);
}

#[test]
fn invalid_toml_does_not_hide_other_mistakes() {
    insta::assert_snapshot!(about(r#"
[target]
name =
speed = fast
storageclass = "a"
context = "a"
context = "b"

[run]
concurrency = -1
"#), @r#"
    settings.toml:3:7: string values must be quoted, expected literal string
        write KEY = VALUE, and the value as "text" in quotes, a number, true, false or a ["list"]
    settings.toml:4:9: invalid boolean, expected `false`
        write KEY = VALUE, and the value as "text" in quotes, a number, true, false or a ["list"]
    settings.toml:5:1: unknown setting "target.storageclass"
        did you mean "target.storage_class"?
    settings.toml:7:1: "context" is there twice
        remove one of the two
    settings.toml:10:1: run.concurrency: expected a whole number from 1, found an integer -1
    "#);
}

#[test]
fn variables_and_options_are_checked_like_files() {
    let environment = [
        ("MTV_BDD_TARGET_SPEED", "3"),
        ("MTV_BDD_TARGET__STORAGECLASS", "x"),
        ("MTV_BDD_TIMEOUTS__CLONE", "20"),
        ("MTV_BDD_RUN__CONCURRENCY", "0"),
        ("MTV_BDD_SECTION__KEY", "x"),
    ];
    let command_line = [
        ("source.insecure_skip_verify", "yes"),
        ("concurrency", "2"),
        ("target.context", ""),
        ("target.speed", "fast"),
    ];
    insta::assert_snapshot!(about_layers(Profile::Embedded, &environment, &command_line), @r#"
    environment variable MTV_BDD_RUN__CONCURRENCY: run.concurrency: expected a whole number from 1, found "0"
    environment variable MTV_BDD_SECTION__KEY: unknown setting "section.key"
        config/default.toml lists all settings
    environment variable MTV_BDD_TARGET_SPEED: this variable is not read
        did you mean MTV_BDD_TARGET__SPEED, with two underscores?
    environment variable MTV_BDD_TARGET__STORAGECLASS: unknown setting "target.storageclass"
        did you mean "MTV_BDD_TARGET__STORAGE_CLASS"?
    environment variable MTV_BDD_TIMEOUTS__CLONE: timeouts.clone: expected a duration with its unit, such as "90s" or "10 minutes", found "20"
        time unit needed, for example 20sec or 20ms
    command line: unknown setting "concurrency"
        did you mean "run.concurrency"?
    command line: target.context: the value is empty
        leave the setting out, or give it a value
    command line: target.speed: expected a positive number or "max", found "fast"
    command line: source.insecure_skip_verify: expected true or false, found "yes"
    "#);
}

#[test]
fn for_an_unknown_profile_the_existing_ones_are_listed() {
    let named = Profile::Named("clutser".to_owned());
    insta::assert_snapshot!(about_layers(named, &[], &[]), @r#"
    command line: there is no profile "clutser"
        there are "cluster" or "lab"; or give the path of a settings file, which ends in .toml
    "#);
    let nowhere = Profile::File(PathBuf::from("/nowhere.toml"));
    insta::assert_snapshot!(about_layers(nowhere, &[], &[]), @r"/nowhere.toml: could not read the settings file: No such file or directory (os error 2)");
    assert_eq!(Profile::parse("cluster"), Profile::Named("cluster".to_owned()));
    assert_eq!(Profile::parse("a.toml"), Profile::File(PathBuf::from("a.toml")));
    assert_eq!(Profile::parse("/tmp/x"), Profile::File(PathBuf::from("/tmp/x")));
}

#[test]
fn contradictory_settings_are_reported_with_both_places() {
    insta::assert_snapshot!(about(r#"
[target]
speed = 60
mtv_namespace = "MTV"
inventory_url = "forklift-inventory"

[naming]
namespace_suffix = "my_team"

[timeouts]
scenario_teardown = "20 minutes"
"#), @r#"
    settings.toml:3:1: target.speed is 60, but the target is a real cluster: target.simulated is false (config/default.toml:LINE)
        leave target.speed at 1, or choose the profile of a lab
    settings.toml:4:1: target.mtv_namespace: "MTV" is no name of a namespace
        use lower-case letters, digits and inner hyphens, 63 at most
    settings.toml:5:1: target.inventory_url is not a web address without a password
        write it with its scheme: https://HOST
    settings.toml:8:1: naming.namespace_suffix: "my_team" cannot end the name of a namespace
        use lower-case letters, digits and inner hyphens, 63 at most
    settings.toml:11:1: timeouts.scenario_teardown is 20m, longer than the teardown of the whole run: timeouts.run_teardown is 15m (config/default.toml:LINE)
        make one shorter or the other longer
    "#);
    insta::assert_snapshot!(
        about_layers(Profile::Embedded, &[], &[("target.allowed_contexts", "production")]),
        @r"
    command line: target.allowed_contexts names real clusters, but the target is a lab: target.simulated is true (config/lab.toml:LINE)
        leave one of the two out
    "
    );
    insta::assert_snapshot!(about_layers(Profile::Named("cluster".to_owned()), &[], &[("target.speed", "max")]), @r"
    command line: target.speed is max, but the target is a real cluster: target.simulated is false (config/default.toml:LINE)
        leave target.speed at 1, or choose the profile of a lab
    ");
}

#[test]
fn for_old_names_the_new_ones_are_suggested() {
    insta::assert_snapshot!(about(r#"
plan_wait_timeout = 3600
insecure_verify_skip = true
tests_params = {}

[target]
target_namespace_prefix = "auto"
remote_ocp_cluster = "other"
number_of_vms = 1
"#), @r#"
    settings.toml:2:1: unknown setting "plan_wait_timeout"
        its name is timeouts.migration, a duration with its unit instead of seconds: write migration = "1h" below [timeouts]
    settings.toml:3:1: unknown setting "insecure_verify_skip"
        its name is target.insecure_skip_verify: write insecure_skip_verify = true below [target]
    settings.toml:4:1: unknown setting "tests_params"
        scenarios are feature files: see features/ and docs/steps.md
    settings.toml:7:1: unknown setting "target.target_namespace_prefix"
        its name is naming.namespace_suffix (without the word auto)
    settings.toml:8:1: unknown setting "target.remote_ocp_cluster"
        not yet available in this version: migration to a remote cluster
    settings.toml:9:1: unknown setting "target.number_of_vms"
        it has no effect: leave it out
    "#);
    let command_line = [
        ("storage_class", "ceph"),
        ("source_provider", "vc"),
        ("plan_wait_timeout", "5400"),
    ];
    let environment = [
        ("MTV_BDD_RUN__PLAN_WAIT_TIMEOUT", "90"),
        ("CLUSTER_HOST", "api.example.com"),
        ("CLUSTER_VERIFY_SSL", "false"),
    ];
    insta::assert_snapshot!(about_layers(Profile::Named("cluster".to_owned()), &environment, &command_line), @r#"
    environment variable CLUSTER_HOST: this variable is not read
        unset it; log in with `oc login`; target.kubeconfig and target.context choose the log-in
    environment variable CLUSTER_VERIFY_SSL: this variable is not read
        unset it; its name is MTV_BDD_TARGET__INSECURE_SKIP_VERIFY (the opposite value)
    environment variable MTV_BDD_RUN__PLAN_WAIT_TIMEOUT: unknown setting "run.plan_wait_timeout"
        its name is timeouts.migration, a duration with its unit instead of seconds: write MTV_BDD_TIMEOUTS__MIGRATION='1m 30s'
    command line: unknown setting "storage_class"
        its name is target.storage_class: write --set 'target.storage_class=ceph'
    command line: unknown setting "source_provider"
        its name is run.providers (a list; empty: all)
    command line: unknown setting "plan_wait_timeout"
        its name is timeouts.migration, a duration with its unit instead of seconds: write --set 'timeouts.migration=1h 30m'
    "#);
}

#[test]
fn a_lab_ignores_the_variables_of_a_cluster() {
    let layers = Layers {
        environment: pairs(&[("CLUSTER_HOST", "api.example.com")]),
        ..layers(Profile::Embedded)
    };
    settings::load(&layers).unwrap();
}

#[test]
fn mistakes_in_settings_and_providers_are_reported_together() {
    let (folder, path) =
        file("[target]\nproviders_file = \"p.json\"\nsped = 1\n[run]\nproviders = [\"vc\", \"vcc\"]\n");
    std::fs::write(
        folder.path().join("p.json"),
        r#"{"vc": {"type": "vmware"}, "rhv": {"type": "ovirt", "version": "4", "api_url": "x", "username": "u"}}"#,
    )
    .unwrap();
    let mistakes = settings::load_with_providers(&layers(Profile::File(path.clone()))).unwrap_err();
    insta::assert_snapshot!(said(&mistakes, folder.path()), @r#"
    p.json:1:17: vc: type: "vmware" is not known
        write "vsphere", "ovirt", "openstack", "openshift", "ova" or "hyperv"
    p.json:1:35: rhv: password: the key is missing
        providers.json.example shows what belongs here
    p.json:1:80: rhv: api_url: this is no address of a provider of type ovirt
        write https://HOST/ovirt-engine/api
    settings.toml:3:1: unknown setting "target.sped"
        did you mean "target.speed"?
    "#);

    let text = "[target]\nproviders_file = \"p.json\"\n[run]\nproviders = [\"ovaa\", \"x\"]\n";
    std::fs::write(&path, text).unwrap();
    std::fs::write(
        folder.path().join("p.json"),
        r#"{"ova": {"type": "ova", "version": "v", "api_url": "nfs:/ova"}}"#,
    )
    .unwrap();
    let mistakes = settings::load_with_providers(&layers(Profile::File(path))).unwrap_err();
    insta::assert_snapshot!(said(&mistakes, folder.path()), @r#"
    settings.toml:4:1: run.providers: the providers file has no "ovaa"
        did you mean "ova"?
    settings.toml:4:1: run.providers: the providers file has no "x"
        it has "ova"
    "#);
}
