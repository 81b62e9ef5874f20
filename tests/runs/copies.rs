//! Copies of the suite: each reads its own features and writes its own results, independent of where the binary was
//! built.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A folder with the files that the binary needs, and its path without symbolic links.
fn copy() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap();
    let original = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(path.join("features/cold")).unwrap();
    fs::create_dir(path.join("config")).unwrap();
    for file in ["config/default.toml", "config/lab.toml", "features/cold/smoke.feature"] {
        fs::copy(original.join(file), path.join(file)).unwrap();
    }
    (folder, path)
}

/// Runs the binary in that folder; returns exit code and both streams.
fn mtv_bdd(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let finished = Command::new(env!("CARGO_BIN_EXE_mtv-bdd"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("MTV_BDD_ROOT")
        .env_remove("MTV_BDD_RUN__OUTPUT")
        .env_remove("CUCUMBER_FILTER_TAGS")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let streams = [finished.stdout, finished.stderr].map(|stream| String::from_utf8(stream).unwrap());
    (finished.status.code().unwrap(), streams.concat())
}

#[test]
fn a_copy_runs_its_own_features_and_keeps_its_own_results() {
    let (_folder, copy) = copy();
    // In a subfolder of the root.
    let (code, said) = mtv_bdd(&copy.join("features/cold"), &["run", "--speed", "max"]);
    assert_eq!(code, 0, "{said}");
    let results = copy.join("target/mtv-bdd/latest");
    assert!(said.contains(results.parent().unwrap().to_str().unwrap()), "{said}");
    let summary = fs::read_to_string(results.join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(
        summary["totals"]["scenarios"]["passed"], 1,
        "the only scenario of the copy: {summary:#}"
    );
}

#[test]
fn the_features_of_a_copy_are_checked_from_the_current_folder() {
    let (_folder, copy) = copy();
    fs::write(
        copy.join("features/mistaken.feature"),
        "@cold\nFeature: F\n  Scenario: S\n    Given nothing known\n",
    )
    .unwrap();
    for folder in ["", "features/cold"] {
        let (code, said) = mtv_bdd(&copy.join(folder), &["lint"]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("features/mistaken.feature"), "{said}");
    }
}

#[test]
fn the_root_can_be_set_by_an_option() {
    let (_folder, copy) = copy();
    let elsewhere = tempfile::tempdir().unwrap();
    let root = copy.to_str().unwrap();
    let arguments = ["settings", "run.output"];
    let (code, said) = mtv_bdd(elsewhere.path(), &[&arguments[..], &["--root", root]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(copy.join("target/mtv-bdd").to_str().unwrap()), "{said}");

    let (code, said) = mtv_bdd(elsewhere.path(), &arguments);
    assert_eq!(code, 2, "{said}");
    let remedy = "change to the folder of mtv-bdd's features, or name it with --root or in MTV_BDD_ROOT";
    assert!(said.contains(remedy), "{said}");
    let (code, said) = mtv_bdd(elsewhere.path(), &["run"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(remedy), "{said}");
}
