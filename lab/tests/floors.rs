//! Nothing of the simulated Forklift outside of its adapters names a source platform.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helping functions too"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Texts that name a platform wherever they occur, in any case.
const PLATFORMS: &[&str] = &[
    "vsphere",
    "vcenter",
    "vmware",
    "vddk",
    "vim25",
    "ovirt",
    "openstack",
    "hyperv",
    "nutanix",
];
/// The same for texts that other words contain: these are words of their own, or the beginnings of such.
const SHORT: &[&str] = &["esx", "esxi", "ova", "ec2"];

/// Lines that may name a platform: end of the path, the text of the line, and why.
const ALLOWED: &[(&str, &str, &str)] = &[];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The words of a line: `VddkImage` and `vddk_image` have two each.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in line.chars() {
        let begins = character.is_uppercase() && before.is_lowercase();
        if begins || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    words
}

/// The platform that a line names.
fn platform(line: &str) -> Option<&'static str> {
    let lower = line.to_lowercase();
    let contained = PLATFORMS.iter().find(|name| lower.contains(**name));
    let word = || SHORT.iter().find(|name| words(line).iter().any(|word| word == *name));
    contained.or_else(word).copied()
}

#[test]
fn only_adapters_know_platforms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/controllers/forklift");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.retain(|file| !file.starts_with(root.join("adapter")));
    assert!(files.len() > 50, "only {} files below {}", files.len(), root.display());
    let mut used = vec![false; ALLOWED.len()];
    let mut offences = Vec::new();
    for file in files {
        for (index, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let Some(platform) = platform(line) else { continue };
            let allowed = ALLOWED
                .iter()
                .position(|(path, text, _)| file.ends_with(path) && line.trim() == *text);
            match allowed {
                Some(allowed) => used[allowed] = true,
                None => offences.push(format!("{}:{}: names '{platform}'", file.display(), index + 1)),
            }
        }
    }
    assert!(
        offences.is_empty(),
        "what differs by platform belongs into src/controllers/forklift/adapter:\n{}",
        offences.join("\n")
    );
    for ((path, text, _), used) in ALLOWED.iter().zip(used) {
        assert!(used, "{path} has no line '{text}': remove it from the allowed ones");
    }
}

#[test]
fn platforms_are_found_in_every_spelling() {
    for (line, found) in [
        ("use vim25::Client;", Some("vim25")),
        ("spec.vddk_image", Some("vddk")),
        ("FaultName::VddkImageInvalid", Some("vddk")),
        ("/// An ESXi host.", Some("esxi")),
        ("\"ova\" => true", Some("ova")),
        ("ProviderType::Ova", Some("ova")),
        ("WaitForFinalSnapshotRemoval", None),
        ("moreover, a renovation", None),
    ] {
        assert_eq!(platform(line), found, "{line}");
    }
}
