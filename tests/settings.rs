//! Settings and providers files: layers, and messages that lead to the mistake.

#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use mtv_bdd::settings::{
    self, KEYS, Layers, Origin, Profile, ProviderEntry, ProviderType, ProvidersFile, Settings, Speed,
};
use secrecy::ExposeSecret;
use tempfile::TempDir;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn layers(profile: Profile) -> Layers {
    Layers {
        root: root(),
        profile,
        environment: Vec::new(),
        command_line: Vec::new(),
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// Settings of a profile file with this text, and the folder it is in.
fn with_file(text: &str) -> (Result<Settings, settings::Error>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, text).unwrap();
    (settings::load(&layers(Profile::File(path))), folder)
}

#[test]
fn every_profile_of_the_project_loads() {
    for profile in [
        Profile::Embedded,
        Profile::Named("lab".to_owned()),
        Profile::Named("cluster".to_owned()),
    ] {
        settings::load(&layers(profile)).unwrap();
    }
}

#[test]
fn the_defaults_are_compiled_in_for_a_binary_far_from_the_repository() {
    let mut layers = layers(Profile::Embedded);
    layers.root = PathBuf::from("/nowhere");
    let settings = settings::load(&layers).unwrap();
    assert_eq!(settings.target.name, "simulated lab");
    assert_eq!(settings.timeouts.migration, Duration::from_secs(3600));
}

#[test]
fn the_defaults_name_every_setting() {
    let text = fs::read_to_string(root().join("config/default.toml")).unwrap();
    for key in KEYS {
        let (_, field) = key.split_once('.').unwrap();
        let named = text.lines().any(|line| {
            line.trim_start_matches("# ")
                .strip_prefix(field)
                .is_some_and(|rest| rest.starts_with(" ="))
        });
        assert!(named, "config/default.toml does not speak of {key}");
    }
}

#[test]
fn a_stronger_layer_wins_and_is_remembered() {
    let (_, folder) = with_file("");
    let path = folder.path().join("settings.toml");
    fs::write(
        &path,
        "[target]\nname = \"file\"\nmtv_namespace = \"file\"\nstorage_class = \"file\"\n[timeouts]\nclone = \"5s\"\n",
    )
    .unwrap();
    let mut layers = layers(Profile::File(path.clone()));
    layers.environment = pairs(&[
        ("MTV_BDD_TARGET__MTV_NAMESPACE", "environment"),
        ("MTV_BDD_TARGET__STORAGE_CLASS", "environment"),
        ("MTV_BDD_TARGET__ALLOWED_CONTEXTS", "a, b"),
        ("MTV_BDD_LOG", "not a setting: it has no double underscore"),
        ("HOME", "/home/x"),
    ]);
    layers.command_line = pairs(&[
        ("target.storage_class", "command line"),
        ("run.concurrency", "3"),
        ("target.speed", "max"),
    ]);
    let settings = settings::load(&layers).unwrap();
    assert_eq!(settings.target.name, "file");
    assert_eq!(settings.target.mtv_namespace, "environment");
    assert_eq!(settings.target.storage_class.as_deref(), Some("command line"));
    assert_eq!(settings.target.allowed_contexts, ["a", "b"]);
    assert_eq!(settings.target.speed, Speed::Max);
    assert_eq!(settings.run.concurrency, 3);
    assert_eq!(settings.timeouts.clone, Duration::from_secs(5));
    assert_eq!(settings.timeouts.power, Duration::from_secs(600));

    let origin = |key: &str| settings.origins.get(key).cloned().unwrap();
    assert_eq!(
        origin("target.name"),
        Origin::File {
            path,
            line: 2,
            column: 1
        }
    );
    let variable = "MTV_BDD_TARGET__MTV_NAMESPACE".to_owned();
    assert_eq!(origin("target.mtv_namespace"), Origin::Environment(variable));
    assert_eq!(origin("target.storage_class"), Origin::CommandLine);
    let default = origin("timeouts.power").to_string();
    assert!(default.contains("config/default.toml:"), "{default}");
    assert_eq!(settings.origins.get("target.kubeconfig"), None);
}

#[test]
fn paths_are_relative_to_the_file_they_stand_in() {
    let (settings, folder) = with_file("[target]\nkubeconfig = \"kubeconfig\"\n");
    let settings = settings.unwrap();
    assert_eq!(settings.target.kubeconfig, Some(folder.path().join("kubeconfig")));
    assert_eq!(settings.target.providers_file, root().join("providers.json"));
    assert_eq!(settings.run.output, root().join("target/mtv-bdd"));
}

#[test]
fn mistakes_are_reported_with_their_place() {
    for (text, expected) in [
        (
            "[target]\nname = \"x\"\n  storageclass = \"a\"\n",
            "settings.toml:3:3: unknown setting \"target.storageclass\"; did you mean \"target.storage_class\"?",
        ),
        (
            "[targets]\n",
            "settings.toml:1:2: unknown setting \"targets\"; did you mean \"target\"?",
        ),
        (
            "name = \"x\"\n",
            "settings.toml:1:1: unknown setting \"name\"; did you mean \"naming\"?",
        ),
        (
            "[timeouts]\nclone = 20\n",
            "settings.toml:2:1: timeouts.clone: expected a duration with its unit, such as \"90s\" or \"10 minutes\", \
             found an integer 20",
        ),
        (
            "[timeouts]\nclone = \"20 parsecs\"\n",
            "settings.toml:2:1: timeouts.clone: \"20 parsecs\" is not a duration such as \"90s\" or \"10 minutes\": \
             unknown time unit \"parsecs\", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years \
             (and few variations)",
        ),
        (
            "[run]\nconcurrency = -1\n",
            "settings.toml:2:1: run.concurrency: expected a whole number that is not negative, found an integer -1",
        ),
        (
            "[target]\nspeed = 0\n",
            "settings.toml:2:1: target.speed: speed '0' is neither a positive number nor 'max'",
        ),
        (
            "[target]\nallowed_contexts = \"a\"\n",
            "settings.toml:2:1: target.allowed_contexts: expected a list of texts, found a string \"a\"",
        ),
        (
            "[target]\nname = \n",
            "settings.toml:2:8: string values must be quoted, expected literal string",
        ),
    ] {
        let (settings, folder) = with_file(text);
        let message = settings.unwrap_err().to_string();
        let prefix = format!("{}/", folder.path().display());
        let message = message.strip_prefix(&prefix).unwrap_or(&message);
        assert_eq!(message, expected, "for {text}");
    }
}

#[test]
fn variables_and_options_are_checked_like_files() {
    let mut layers = layers(Profile::Embedded);
    layers.environment = pairs(&[("MTV_BDD_TARGET__STORAGECLASS", "x")]);
    insta::assert_snapshot!(
        settings::load(&layers).unwrap_err(),
        @r#"environment variable MTV_BDD_TARGET__STORAGECLASS: unknown setting "target.storageclass"; did you mean "target.storage_class"?"#
    );
    layers.environment.clear();
    layers.command_line = pairs(&[("source.insecure_skip_verify", "yes")]);
    insta::assert_snapshot!(
        settings::load(&layers).unwrap_err(),
        @r#"command line: source.insecure_skip_verify: expected true or false, found "yes""#
    );
}

#[test]
fn a_profile_that_does_not_exist_is_an_error() {
    let error = settings::load(&layers(Profile::Named("clutser".to_owned()))).unwrap_err();
    assert!(
        error.to_string().starts_with("there is no profile \"clutser\" at "),
        "{error}"
    );
    assert!(settings::load(&layers(Profile::File(PathBuf::from("/nowhere.toml")))).is_err());
    assert_eq!(Profile::parse("cluster"), Profile::Named("cluster".to_owned()));
    assert_eq!(Profile::parse("a.toml"), Profile::File(PathBuf::from("a.toml")));
    assert_eq!(Profile::parse("/tmp/x"), Profile::File(PathBuf::from("/tmp/x")));
}

#[test]
fn the_example_has_an_entry_of_every_type() {
    let text = fs::read_to_string(root().join("providers.json.example")).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).expect("valid JSON");
    let file = ProvidersFile::parse(Path::new("providers.json.example"), &text).unwrap();
    let mut types: Vec<ProviderType> = file.iter().map(|(_, entry)| entry.platform()).collect();
    types.sort();
    assert_eq!(
        types,
        [
            ProviderType::Vsphere,
            ProviderType::Ovirt,
            ProviderType::Openstack,
            ProviderType::Openshift,
            ProviderType::Ova,
            ProviderType::Hyperv,
        ]
    );
    let ProviderEntry::Vsphere(vsphere) = file.get("vsphere-8").unwrap() else {
        panic!("vsphere-8 is not of type vsphere");
    };
    assert_eq!(vsphere.api_url, "https://vcenter.example.com/sdk");
}

const COMMENTED: &str = r#"{
  # our vCenter
  "vc": {
    "type": "vsphere",   # the type
    "version": 8.0,
    "api_url": "https://vc/sdk",
    "username": "u",
    "password": "hunter22",
    "copyoffload": {
      "storage_vendor_product": "ontap",
      "datastore_id": "datastore-1",
      "storage_password": "storage-secret",
      "dedicated_migration_hosts": ["host-1", "host-2"],
      "storage_secret_extra": { "TOKEN": "extra-secret" }
    }
  }
}"#;

#[test]
fn comments_and_numbers_are_read_and_every_secret_is_known() {
    let file = ProvidersFile::parse(Path::new("p"), COMMENTED).unwrap();
    assert_eq!(file.get("vc").unwrap().version(), "8.0");
    let mut secrets: Vec<&str> = file.secrets().iter().map(|secret| secret.expose_secret()).collect();
    secrets.sort_unstable();
    assert_eq!(secrets, ["extra-secret", "hunter22", "storage-secret"]);
    let shown = format!("{file:?}");
    for secret in secrets {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn mistakes_in_a_providers_file_show_their_place_and_no_secret() {
    for (from, to, expected) in [
        ("\"vsphere\"", "\"vmware\"", "line 4"),
        ("\"username\"", "\"user_name\"", "line 7"),
        ("\"password\": \"hunter22\",", "", "missing field `password`"),
        ("\"datastore_id\"", "\"datastore\"", "line 11"),
        ("{\n  #", "[\n  #", ""),
        ("\"type\"", "\"kind\"", "missing field `type`"),
    ] {
        let text = COMMENTED.replacen(from, to, 1);
        assert_ne!(text, COMMENTED);
        let message = ProvidersFile::parse(Path::new("p"), &text).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
        for secret in ["hunter22", "storage-secret", "extra-secret"] {
            assert!(!message.contains(secret), "{message}");
        }
    }
}

#[test]
fn a_providers_file_that_is_not_there_or_empty_says_what_to_do() {
    let missing = ProvidersFile::read(Path::new("/nowhere/providers.json")).unwrap_err();
    assert!(
        missing.to_string().contains("copy providers.json.example there"),
        "{missing}"
    );
    let empty = ProvidersFile::parse(Path::new("p"), "\n").unwrap_err();
    assert_eq!(
        empty.to_string(),
        "p: the file is empty; providers.json.example shows what belongs here"
    );
    let file = ProvidersFile::parse(Path::new("p"), COMMENTED).unwrap();
    assert_eq!(
        file.get("x").unwrap_err().to_string(),
        "p has no provider \"x\"; it has \"vc\""
    );
}
