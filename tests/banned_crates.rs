//! The dependency graph holds one TLS stack and no crate that the project decided against.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share is a test, too: it fails by panicking"
)]

/// Crates that must not appear, each with the reason.
const BANNED: &[(&str, &str)] = &[
    ("aws-lc-sys", "one TLS stack: rustls with ring"),
    ("aws-lc-rs", "one TLS stack: rustls with ring"),
    ("openssl-sys", "one TLS stack: rustls with ring"),
    ("native-tls", "one TLS stack: rustls with ring"),
    ("serde_yaml", "archived; YAML is serde-saphyr"),
    ("vim_rs", "needs 7 GB of memory to build"),
];

fn locked_packages() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock");
    let lock: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    packages
        .iter()
        .map(|package| package["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn banned_crates_are_not_in_the_graph() {
    let packages = locked_packages();
    assert!(
        packages.iter().any(|name| name == "rustls"),
        "the lock file was not understood"
    );
    let found: Vec<_> = BANNED
        .iter()
        .filter(|(name, _)| packages.iter().any(|package| package == name))
        .collect();
    assert!(found.is_empty(), "banned crates in Cargo.lock: {found:?}");
}

#[test]
fn cargo_deny_bans_the_same_tls_stacks() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    let deny: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let denied: Vec<_> = deny["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ban| ban["name"].as_str().unwrap())
        .collect();
    for name in ["aws-lc-sys", "aws-lc-rs", "openssl-sys", "native-tls"] {
        assert!(denied.contains(&name), "deny.toml does not ban {name}");
    }
}
