//! What virtual time depends on: one crate for time, one for connections, and no order by chance.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share is a test, too: it fails by panicking"
)]

use std::path::{Path, PathBuf};

use regex::Regex;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Folders with code of runs and labs.
const FOLDERS: &[&str] = &[
    "src",
    "api/src",
    "apiserver/src",
    "clock/src",
    "go-template/src",
    "lab/src",
    "loopback/src",
    "network/src",
    "platforms/src",
    "vim25/src",
];

/// What must not occur, what to use instead, and the files that may do it all the same.
const RULES: &[(&str, &str, &[&str])] = &[
    (r"tokio::time\b", "sim_clock", &["clock/src/time.rs"]),
    (
        r"\bTimestamp::now\b|\bSystemTime\b|\bZoned::now\b",
        "sim_clock::now",
        // The time of day at which a world begins.
        &["clock/src/time.rs", "src/cli/doctor.rs", "src/runner/run.rs"],
    ),
    (
        r"std::time::(\{[^}]*)?\bInstant\b|^    time::(\{[^}]*)?\bInstant\b",
        "sim_clock::Instant",
        // Real time, for people who wait for it.
        &[
            "src/report/screen.rs",
            "src/runner/outputs.rs",
            "src/runner/run.rs",
            "clock/src/world.rs",
        ],
    ),
    (
        r"\bTcp(Listener|Stream)\b",
        "sim_net::{Listener, connect}",
        &["network/src/stream.rs"],
    ),
    (
        r"\bClient::try_from\(",
        "sim_net::kubernetes_client",
        // The lab on the API server of another process.
        &["network/src/kubernetes.rs", "lab/src/cluster.rs"],
    ),
    (r"\bUuid::new_v4\b", "sim_clock::uuid", &[]),
    (
        r"tokio::select! \{\n\s*(//[^\n]*\n\s*)*[^b\s/]",
        "`biased;` first: the order of ready branches is random",
        &[],
    ),
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Places in a file that break the rules, as `FILE:LINE: ...`.
fn broken(name: &str, text: &str) -> Vec<String> {
    // Tests within a file may do as they like.
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
    let mut places = Vec::new();
    for (expression, instead, exempt) in RULES {
        if exempt.contains(&name) {
            continue;
        }
        for found in Regex::new(&format!("(?m){expression}")).unwrap().find_iter(text) {
            let line = text[..found.start()].matches('\n').count() + 1;
            let what = found.as_str().lines().next().unwrap_or_default().trim();
            places.push(format!("{name}:{line}: `{what}`: use {instead}"));
        }
    }
    places
}

#[test]
fn time_connections_and_chance_come_from_one_place_each() {
    let mut places = Vec::new();
    let mut count = 0;
    for folder in FOLDERS {
        for path in rust_files(&Path::new(ROOT).join(folder)) {
            let name = path.strip_prefix(ROOT).unwrap().display().to_string();
            if name.ends_with("/tests.rs") {
                continue;
            }
            count += 1;
            places.extend(broken(&name, &std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(count > 300, "the files were not found: {count}");
    assert!(
        places.is_empty(),
        "virtual time does not hold here:\n{}",
        places.join("\n")
    );
}

#[test]
fn what_breaks_virtual_time_is_found_with_file_and_line() {
    let text = "use std::time::Duration;\nfn f() {\n    tokio::time::sleep(D);\n    tokio::select! {\n        a = b => {}\n    }\n}\n";
    assert_eq!(
        broken("src/a.rs", text),
        [
            "src/a.rs:3: `tokio::time`: use sim_clock",
            "src/a.rs:4: `tokio::select! {`: use `biased;` first: the order of ready branches is random",
        ]
    );
    assert!(broken("src/a.rs", "tokio::select! {\n    biased;\n    a = b => {}\n}").is_empty());
}
