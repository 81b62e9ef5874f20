//! Allowed dependencies between the crates of the workspace: the simulators are independent, and the suite uses the lab
//! in one place.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share is a test, too: it fails by panicking"
)]

use std::path::{Path, PathBuf};

use regex::Regex;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Product names that must not occur in a generic Kubernetes API server.
const PRODUCTS: &str = "(?i)forklift|konveyor|mtv|kubevirt|openshift|vsphere|vmware";

/// Packages of the workspace, each with the packages of the workspace that it may depend on.
const STANDALONE: &[(&str, &[&str])] = &[
    ("apiserver", &["loopback-https", "sim-clock", "sim-net"]),
    ("clock", &[]),
    ("go-template", &[]),
    ("loopback", &["sim-net"]),
    ("network", &["sim-clock"]),
    ("platforms", &["loopback-https", "sim-clock", "vim25"]),
    ("vim25", &["sim-net"]),
];

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Lines of a file that match the expression, as `FILE:LINE: TEXT`.
fn lines_with(expression: &Regex, name: &str, text: &str) -> Vec<String> {
    let lines = text.lines().enumerate().filter(|(_, line)| expression.is_match(line));
    lines
        .map(|(index, line)| format!("{name}:{}: {}", index + 1, line.trim()))
        .collect()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(ROOT).unwrap().display().to_string()
}

#[test]
fn the_api_server_names_no_product() {
    let products = Regex::new(PRODUCTS).unwrap();
    let files = files(&Path::new(ROOT).join("apiserver"));
    assert!(files.len() > 40, "the files of kube-sim were not found: {files:?}");
    let mut lines = Vec::new();
    for path in files {
        let name = relative(&path);
        let mut text = read(&path);
        if name == "apiserver/src/protobuf.txt" {
            // The Kubernetes API has a volume source of that name.
            text = text
                .replace("vsphereVolume", "")
                .replace("VsphereVirtualDiskVolumeSource", "");
        }
        lines.extend(lines_with(&products, &name, &text));
    }
    assert!(lines.is_empty(), "kube-sim names products:\n{}", lines.join("\n"));
}

#[test]
fn product_names_are_found_with_file_and_line() {
    let products = Regex::new(PRODUCTS).unwrap();
    let text = "group: \"\",\ngroup: \"Forklift.example\",\n";
    assert_eq!(
        lines_with(&products, "a.rs", text),
        ["a.rs:2: group: \"Forklift.example\","]
    );
}

/// The file of the suite that uses the lab, and all lines there that name it.
const DOOR: (&str, &[&str]) = (
    "src/runner/embedded_lab.rs",
    &[
        "use mtv_lab::{Lab, LabOptions};",
        "pub use mtv_lab::command::LabCommand;",
    ],
);

#[test]
fn the_suite_only_starts_the_lab() {
    let lab = Regex::new(r"\bmtv_lab\b").unwrap();
    let mut lines = Vec::new();
    for path in files(&Path::new(ROOT).join("src")) {
        lines.extend(lines_with(&lab, &relative(&path), &read(&path)));
    }
    let (file, uses) = DOOR;
    let is_allowed = |line: &String| line.starts_with(file) && uses.iter().any(|one| line.ends_with(one));
    assert_eq!(
        lines.iter().filter(|line| is_allowed(line)).count(),
        uses.len(),
        "{lines:?}"
    );
    lines.retain(|line| !is_allowed(line));
    assert!(
        lines.is_empty(),
        "{file} alone may name the lab, to start it; everything else goes over HTTP:\n{}",
        lines.join("\n")
    );
}

#[test]
fn the_simulators_depend_neither_on_the_lab_nor_on_each_other() {
    let workspace: toml::Table = read(&Path::new(ROOT).join("Cargo.toml")).parse().unwrap();
    let packages = workspace["workspace"]["dependencies"].as_table().unwrap();
    let ours: Vec<&String> = packages
        .iter()
        .filter(|(_, value)| value.get("path").is_some())
        .map(|(name, _)| name)
        .collect();
    assert!(ours.len() > 6, "the packages of the workspace were not found: {ours:?}");
    for (folder, allowed) in STANDALONE {
        let manifest: toml::Table = read(&Path::new(ROOT).join(folder).join("Cargo.toml")).parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(section).and_then(toml::Value::as_table) else {
                continue;
            };
            for name in ours.iter().filter(|name| dependencies.contains_key(**name)) {
                assert!(
                    allowed.contains(&name.as_str()),
                    "{folder}/Cargo.toml [{section}] names {name}; it may depend on {allowed:?}"
                );
            }
        }
    }
}
