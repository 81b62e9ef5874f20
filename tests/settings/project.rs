//! The settings files of the project itself, and its example of a providers file.

use std::{collections::BTreeSet, fs, path::Path};

use mtv_bdd::settings::{self, KEYS, Profile, ProviderEntry, ProviderType, ProvidersFile};

use crate::layers::{layers, root};

#[test]
fn every_profile_loads() {
    for profile in [
        Profile::Embedded,
        Profile::Named("lab".to_owned()),
        Profile::Named("cluster".to_owned()),
    ] {
        settings::load(&layers(profile)).unwrap();
    }
}

#[test]
fn the_defaults_contain_every_setting() {
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
fn the_example_is_json_with_an_entry_of_every_type() {
    let text = fs::read_to_string(root().join("providers.json.example")).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).expect("valid JSON");
    let file = ProvidersFile::parse(Path::new("providers.json.example"), &text, &[]).unwrap();
    let types: BTreeSet<ProviderType> = file.iter().map(|(_, entry)| entry.platform()).collect();
    assert_eq!(types.len(), 6, "{types:?}");
    let ProviderEntry::Vsphere(vsphere) = file.get("vsphere-8").unwrap() else {
        panic!("vsphere-8 is not of type vsphere");
    };
    assert_eq!(vsphere.api_url, "https://vcenter.example.com/sdk");
}
