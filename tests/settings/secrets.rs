//! Secrets of the providers file: where they can be kept, and that they are never shown.

use std::{fs, path::Path};

use mtv_bdd::settings::{Mistakes, ProvidersFile};
use secrecy::ExposeSecret;
use tempfile::TempDir;

use crate::layers::{pairs, said};

/// Reads a providers file with this text beside a file `password` that holds "from-a-file".
fn read(text: &str) -> (Result<ProvidersFile, Mistakes>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("password"), "from-a-file\n").unwrap();
    fs::write(folder.path().join("empty"), "\n").unwrap();
    let environment = pairs(&[("VC_PASSWORD", "from-a-variable"), ("EMPTY", "")]);
    let file = ProvidersFile::parse(&folder.path().join("providers.json"), text, &environment);
    (file, folder)
}

/// Six entries; the value of each secret is `secret("type.key")`.
fn every_secret(secret: impl Fn(&str) -> String) -> String {
    let entry = |kind: &str, address: &str, keys: &[&str]| {
        let guests = ["guest_vm_linux_password", "guest_vm_win_password"];
        let keys = keys
            .iter()
            .chain(&guests)
            .map(|key| format!("\"{key}\": {}", secret(&format!("{kind}-{key}"))));
        let keys: Vec<String> = keys.collect();
        format!(
            "\"{kind}\": {{ \"type\": \"{kind}\", \"version\": \"1\", \"api_url\": \"{address}\", \"username\": \"u\", {}",
            keys.join(", ")
        )
    };
    let array = format!(
        "\"copyoffload\": {{ \"storage_vendor_product\": \"infinibox\", \"datastore_id\": \"d\", \"storage_hostname\": \"h\", \
         \"storage_username\": \"u\", \"storage_password\": {}, \"esxi_password\": {}, \"storage_secret_extra\": {{ \"T\": {} }} }}",
        secret("array"),
        secret("esxi"),
        secret("extra")
    );
    let entries = [
        format!(
            "{}, {array} }}",
            entry("vsphere", "https://v/sdk", &["password", "luks_passphrase"])
        ),
        format!("{} }}", entry("ovirt", "https://o/ovirt-engine/api", &["password"])),
        format!(
            "{}, \"project_name\": \"p\" }}",
            entry("openstack", "https://o/v3", &["password"])
        ),
        format!("{} }}", entry("openshift", "https://o:6443", &["password"])),
        format!("{} }}", entry("ova", "nfs:/ova", &["password"])),
        format!(
            "{}, \"smb_url\": \"//h/vms\" }}",
            entry("hyperv", "h", &["password", "smb_password"])
        ),
    ];
    format!("{{ {} }}", entries.join(",\n"))
}

#[test]
fn a_secret_can_be_kept_in_the_environment_and_in_a_file() {
    let (file, folder) = read(
        r#"{ "vc": { "type": "vsphere", "version": "8", "api_url": "https://vc/sdk", "username": "u",
  "password": {"env": "VC_PASSWORD"}, "guest_vm_linux_password": {"file": "password"}, "luks_passphrase": "here",
  "guest_vm_win_password": {"secret": "qe/windows/password"} } }"#,
    );
    let mut file = file.unwrap();
    let kept: Vec<String> = file
        .get("vc")
        .unwrap()
        .secrets()
        .into_iter()
        .map(|(key, secret)| {
            let value = secret
                .value()
                .map_or_else(|error| error.to_string(), |value| value.expose_secret().to_owned());
            format!("{key} ({}): {value}", said(secret.reference(), folder.path()))
        })
        .collect();
    insta::assert_snapshot!(kept.join("\n"), @r"
    password (environment variable VC_PASSWORD): from-a-variable
    guest_vm_linux_password (file password): from-a-file
    guest_vm_win_password (Secret qe/windows/password): the Secret qe/windows/password, which the providers file names, has not been read
    luks_passphrase (in the providers file): here
    ");

    let mut unread = file.unread(&["vc".to_owned()]);
    assert_eq!(unread.len(), 1);
    let (place, secret) = unread.remove(0);
    assert_eq!(place, "vc: guest_vm_win_password");
    secret.fill("from-the-cluster".into());
    let mut known: Vec<&str> = file.secrets().map(ExposeSecret::expose_secret).collect();
    known.sort_unstable();
    assert_eq!(known, ["from-a-file", "from-a-variable", "from-the-cluster", "here"]);
}

#[test]
fn a_reference_without_a_target_is_a_mistake() {
    let (file, folder) = read(
        r#"{ "vc": { "type": "vsphere", "version": "8", "api_url": "https://vc/sdk", "username": "u",
  "password": {"env": "NOT_SET"},
  "guest_vm_linux_password": {"file": "nowhere"},
  "guest_vm_win_password": {"secret": "windows/password"},
  "luks_passphrase": {"env": "VC_PASSWORD", "file": "password"} },
  "rhv": { "type": "ovirt", "version": "4", "api_url": "https://e/ovirt-engine/api", "username": "u",
  "password": {"env": "EMPTY"},
  "guest_vm_linux_password": {"file": "empty"},
  "guest_vm_win_password": ["sesame"] } }"#,
    );
    insta::assert_snapshot!(said(&file.unwrap_err(), folder.path()), @r#"
    providers.json:2:15: vc: password: the environment variable NOT_SET is not set, or empty
        set it, or write the secret here
    providers.json:3:30: vc: guest_vm_linux_password: could not read the secret from nowhere: No such file or directory (os error 2)
        the path is relative to the providers file
    providers.json:4:28: vc: guest_vm_win_password: this does not name a key of a Secret
        write "NAMESPACE/NAME/KEY"
    providers.json:5:22: vc: luks_passphrase: a reference to a secret has exactly one key
        write the secret itself, {"env": "NAME"}, {"file": "PATH"} or {"secret": "NAMESPACE/NAME/KEY"}
    providers.json:7:15: rhv: password: the environment variable EMPTY is not set, or empty
        set it, or write the secret here
    providers.json:8:30: rhv: guest_vm_linux_password: could not read the secret from empty: it is empty
        the path is relative to the providers file
    providers.json:9:28: rhv: guest_vm_win_password: expected a secret, found a list
        write the secret itself, {"env": "NAME"}, {"file": "PATH"} or {"secret": "NAMESPACE/NAME/KEY"}
    "#);
}

#[test]
fn every_secret_of_every_type_is_known_and_none_is_shown() {
    let text = every_secret(|place| format!("\"canary-{place}\""));
    let file = ProvidersFile::parse(Path::new("p"), &text, &[]).unwrap();
    let known: Vec<&str> = file.secrets().map(ExposeSecret::expose_secret).collect();
    assert_eq!(known.len(), text.matches("canary-").count());
    assert!(known.iter().all(|secret| secret.starts_with("canary-")), "{known:?}");
    let shown = format!("{file:?} {file:#?}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn mistakes_show_no_secret() {
    let text = every_secret(|place| format!("\"canary-{place}\""));
    for (from, to) in [
        ("\"username\"", "\"user_name\""),
        ("\"version\"", "\"canary\""),
        ("\"password\": \"", "\"pasword\": \""),
        ("https://", "https://u:canary@"),
        ("\"password\": ", "\"password\": 1, \"password\": "),
        ("\"password\": ", "\"password\": [\"x\"], \"y\": "),
        ("}", ""),
        ("\",", "\""),
        ("\"d\"", "[\"canary\"]"),
    ] {
        let broken = text.replace(from, to);
        assert_ne!(broken, text);
        if let Err(mistakes) = ProvidersFile::parse(Path::new("p"), &broken, &[]) {
            let said = mistakes.to_string().replace("unknown key \"canary\"", "");
            assert!(!said.contains("canary"), "{from} → {to}: {said}");
        } else {
            assert_eq!(from, "https://", "{from} → {to} is refused");
        }
    }
}
