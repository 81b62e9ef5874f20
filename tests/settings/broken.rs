//! Files with accidental errors: a character too many, some missing. Reading them never panics or shows a secret.

use std::path::Path;

use mtv_bdd::settings::{self, Layers, Mistakes, Profile, ProvidersFile};
use proptest::prelude::*;

use crate::layers::{file, layers, root};

const PROVIDERS: &str = r#"{
  "vc": {
    "type": "vsphere", "version": 8.0, "api_url": "https://vc/sdk", "username": "u",  # ours
    "password": "canary-password-of-vc",
    "copyoffload": {
      "storage_vendor_product": "ontap", "datastore_id": "datastore-1", "ontap_svm": "svm",
      "storage_hostname": "h", "storage_username": "u", "storage_password": "canary-password-of-array",
      "dedicated_migration_hosts": ["host-1"],
      "storage_secret_extra": { "TOKEN": "canary-token-of-array" }
    }
  },
  "rhv": {
    "type": "ovirt", "version": "4", "api_url": "https://e/ovirt-engine/api", "username": "u",
    "password": "canary-password-of-rhv", "guest_vm_linux_password": { "env": "VARIABLE" }
  }
}"#;

/// Removes `length` characters from `from` on, and inserts others.
fn broken(text: &str, from: usize, length: usize, inserted: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let from = from % characters.len();
    let to = (from + length).min(characters.len());
    let (before, after) = (&characters[..from], &characters[to..]);
    before
        .iter()
        .copied()
        .chain(inserted.chars())
        .chain(after.iter().copied())
        .collect()
}

fn says_something(mistakes: &Mistakes) {
    assert!(!mistakes.0.is_empty());
    assert!(mistakes.0.iter().all(|mistake| !mistake.what.is_empty()), "{mistakes}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_broken_providers_file_shows_no_secret(
        from in 0..10_000_usize,
        length in 0..12_usize,
        inserted in r#"[{}\[\]":,#*&!?%@|>'\\x\t\n -]{0,2}"#,
    ) {
        let text = broken(PROVIDERS, from, length, &inserted);
        let environment = [("VARIABLE".to_owned(), "canary-in-a-variable".to_owned())];
        match ProvidersFile::parse(Path::new("p"), &text, &environment) {
            Ok(file) => assert!(!format!("{file:?}").contains("canary"), "{text}"),
            Err(mistakes) => {
                says_something(&mistakes);
                assert!(!mistakes.to_string().contains("anary"), "{text}\n{mistakes}");
            }
        }
    }

    #[test]
    fn a_broken_settings_file_is_read_or_refused(
        from in 0..10_000_usize,
        length in 0..12_usize,
        inserted in r#"[{}\[\]"=.,#'\\x\t\n0 -]{0,2}"#,
    ) {
        let text = std::fs::read_to_string(root().join("config/default.toml")).unwrap();
        let (_folder, path) = file(&broken(&text, from, length, &inserted));
        let layers = Layers { environment: Vec::new(), ..layers(Profile::File(path)) };
        if let Err(mistakes) = settings::load(&layers) {
            says_something(&mistakes);
        }
    }
}
