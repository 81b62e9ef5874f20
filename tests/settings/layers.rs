//! Precedence of the layers, and the resulting values.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use mtv_bdd::settings::{self, Layers, Mistakes, Origin, Profile, Settings, Speed};
use tempfile::TempDir;

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn layers(profile: Profile) -> Layers {
    Layers {
        root: root(),
        profile,
        environment: Vec::new(),
        command_line: Vec::new(),
    }
}

pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// A folder with a settings file of this text, and its path.
pub fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// Settings of a profile file with this text, and the folder it is in.
pub fn with_file(text: &str) -> (Result<Settings, Mistakes>, TempDir) {
    let (folder, path) = file(text);
    (settings::load(&layers(Profile::File(path))), folder)
}

/// The message without the paths of the folder and the project, and without lines of the project's own settings.
pub fn said(mistakes: &impl ToString, folder: &Path) -> String {
    let text = mistakes.to_string();
    let text = text.replace(&format!("{}/", folder.display()), "");
    let text = text.replace(&format!("{}/", root().display()), "");
    let line = regex::Regex::new(r"(config/\w+\.toml):\d+:\d+").unwrap();
    line.replace_all(&text, "$1:LINE").into_owned()
}

#[test]
fn the_defaults_are_compiled_in_for_a_binary_far_from_the_repository() {
    let mut layers = layers(Profile::Embedded);
    layers.root = PathBuf::from("/nowhere");
    let settings = settings::load(&layers).unwrap();
    assert_eq!(settings.target.name, "simulated lab");
    assert_eq!(settings.timeouts.deletion, Duration::from_secs(120));
}

#[test]
fn a_layer_with_precedence_wins_and_is_recorded_as_origin() {
    let (_folder, path) = file(
        "[target]\nname = \"file\"\nmtv_namespace = \"file\"\nstorage_class = \"file\"\nsimulated = true\n\
         [timeouts]\nclone = \"5s\"\n",
    );
    let mut layers = layers(Profile::File(path.clone()));
    layers.environment = pairs(&[
        ("MTV_BDD_TARGET__MTV_NAMESPACE", "environment"),
        ("MTV_BDD_TARGET__STORAGE_CLASS", "environment"),
        ("MTV_BDD_RUN__PROVIDERS", "a, b"),
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
    assert_eq!(settings.run.providers, ["a", "b"]);
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
    assert!(default.starts_with("config/default.toml:"), "{default}");
    assert_eq!(settings.origins.get("target.kubeconfig"), None);
}

#[test]
fn paths_are_relative_to_the_file_that_contains_them() {
    let (settings, folder) = with_file("[target]\nkubeconfig = \"kubeconfig\"\n");
    let settings = settings.unwrap();
    assert_eq!(settings.target.kubeconfig, Some(folder.path().join("kubeconfig")));
    assert_eq!(settings.target.providers_file, root().join("providers.json"));
    assert_eq!(settings.run.output, root().join("target/mtv-bdd"));
}

#[test]
fn a_profile_takes_precedence_over_the_variable_of_the_providers_file() {
    let providers_file = |profile: &str, command_line: &[(&str, &str)]| {
        let (_folder, path) = file(profile);
        let mut layers = layers(Profile::File(path));
        layers.environment = pairs(&[("PROVIDERS_JSON_PATH", "/variable.json")]);
        layers.command_line = pairs(command_line);
        settings::load(&layers).unwrap().target.providers_file
    };
    let profile = "[target]\nproviders_file = \"/profile.json\"\n";
    assert_eq!(providers_file("", &[]), Path::new("/variable.json"));
    assert_eq!(providers_file(profile, &[]), Path::new("/profile.json"));
    let option = [("target.providers_file", "/option.json")];
    assert_eq!(providers_file(profile, &option), Path::new("/option.json"));
}
