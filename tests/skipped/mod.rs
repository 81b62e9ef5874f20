//! Reports that a test is skipped. With `CI=true` that is a failure: a test that is skipped unnoticed proves nothing.
//! All crates include this file.

/// Prerequisites that may be missing in CI, too.
const MAY_BE_MISSING: &[(&str, &str)] = &[
    ("recordings", "they are not part of the repository"),
    ("design/vocabulary.md", "it is not part of the repository"),
    ("SIGHUP", "a runner that starts CI under nohup ignores it"),
];

/// Reports that a test is skipped because `what` is missing, and how to provide it.
///
/// # Panics
/// In CI, unless `what` may be missing there.
pub fn skipped(what: &str, remedy: &str) {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        !is_ci || may_be_missing(what),
        "with CI=true no test is skipped for lack of {what}: {remedy}"
    );
    println!("skipped for lack of {what}: {remedy}");
}

fn may_be_missing(what: &str) -> bool {
    MAY_BE_MISSING.iter().any(|(known, _)| *known == what)
}

#[test]
fn a_client_must_not_be_missing_in_ci() {
    assert!(may_be_missing("recordings"));
    for client in ["kubectl", "govc", "pyVmomi", "chromium"] {
        assert!(!may_be_missing(client), "{client}");
    }
}
