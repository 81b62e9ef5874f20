//! Reading the providers file, and messages about mistakes in it.

use std::path::Path;

use mtv_bdd::settings::{Mistakes, ProviderEntry, ProvidersFile};

use crate::layers::pairs;

fn parse(text: &str, environment: &[(&str, &str)]) -> Result<ProvidersFile, Mistakes> {
    ProvidersFile::parse(Path::new("providers.json"), text, &pairs(environment))
}

/// The message about a file with this text.
fn about(text: &str) -> String {
    parse(text, &[]).unwrap_err().to_string()
}

/// A vSphere entry with additional fields.
fn vsphere(more: &str) -> String {
    format!(
        "{{\n\"vc\": {{\n\"type\": \"vsphere\", \"version\": \"8\", \"api_url\": \"https://vc/sdk\",\n\
         \"username\": \"u\", \"password\": \"sesame\",\n{more}\n}}}}"
    )
}

const ARRAY: &str = r#""storage_vendor_product": "powerstore", "datastore_id": "datastore-1",
"storage_hostname": "h", "storage_username": "u", "storage_password": "sesame""#;

/// The message about a vSphere entry with these fields of its storage array.
fn about_array(more: &str) -> String {
    about(&vsphere(&format!("\"copyoffload\": {{\n{more}\n}}")))
}

/// A file of the pytest suite: comments, placeholders, numbers, keys of all vendors at once.
const INHERITED: &str = r#"{
  # our vCenter
  "vc": {
    "type": "vsphere",   # the type
    "version": 8.0,
    "fqdn": "",
    "api_url": "https://vc/sdk",
    "username": "u",
    "password": "hunter22",  # pragma: allowlist secret
    "copyoffload": {
      "storage_vendor_product": "ontap",
      "datastore_id": "datastore-1",
      "template_name": "rhel9-template",
      "storage_hostname": "h",
      "storage_username": "u",
      "storage_password": "storage-secret",
      "storage_skip_ssl_verification": "True",
      "ontap_svm": "svm",
      "vantara_storage_port": 443,
      "dedicated_migration_hosts": ["host-1", "host-2"],
      "storage_secret_extra": { "TOKEN": "extra-secret", "EMPTY": "" }
    }
  },
  "openshift": { "type": "openshift", "version": "4", "fqdn": "", "api_url": "", "username": "", "password": "" },
  "ova": { "type": "ova", "version": "any", "fqdn": "", "api_url": "nfs:/ova", "username": "x", "password": "" }
}"#;

#[test]
fn files_of_the_pytest_suite_are_read_unchanged() {
    let file = parse(INHERITED, &[]).unwrap();
    let ProviderEntry::Vsphere(vsphere) = file.get("vc").unwrap() else {
        panic!("vc is not of type vsphere");
    };
    assert_eq!(vsphere.version, "8.0");
    let array = vsphere.copyoffload.as_ref().unwrap();
    assert_eq!(array.default_vm(), Some("rhel9-template"));
    assert_eq!(array.storage_skip_ssl_verification, Some(true));
    assert_eq!(array.vantara_storage_port.as_deref(), Some("443"));
    assert_eq!(array.dedicated_migration_hosts, ["host-1", "host-2"]);
    assert_eq!(array.storage_secret_extra.keys().collect::<Vec<_>>(), ["TOKEN"]);
}

#[test]
fn all_mistakes_in_a_file_are_reported_at_once() {
    insta::assert_snapshot!(about(r#"{
  "vc": {
    "type": "vsphere",
    "type": "vsphere",
    "user_name": "u",
    "password": "",
    "api_url": ["https://vc/sdk"],
    "endpoint_type": "vcentre"
  },
  "vm": { "type": "vmware", "version": "8" },
  "rhv": { "version": "4" },
  "ova": "nfs:/ova",
  "hyperv": { "type": "hyperv", "version": "2022", "api_url": "h", "username": "u", "password": { "vault": "x" } },
  "vm": { "type": "vsphere" }
}"#), @r#"
    providers.json:2:9: vc: version: the key is missing
        providers.json.example shows what belongs here
    providers.json:2:9: vc: username: the key is missing
        providers.json.example shows what belongs here
    providers.json:4:5: "type" is there twice, first at providers.json:3:5
        remove one of the two
    providers.json:5:5: vc: unknown key "user_name"
        did you mean "username"?
    providers.json:6:5: vc: password: the value is empty
        providers.json.example shows what belongs here
    providers.json:7:16: vc: api_url: expected text in quotes, found a list
    providers.json:8:22: vc: endpoint_type: "vcentre" is not known
        did you mean "vcenter"?
    providers.json:10:19: vm: type: "vmware" is not known
        write "vsphere", "ovirt", "openstack", "openshift", "ova" or "hyperv"
    providers.json:11:3: rhv: type: the key is missing
        write what it is: "vsphere", "ovirt", "openstack", "openshift", "ova" or "hyperv"
    providers.json:12:3: ova: expected a provider: an object in braces, found a single value
    providers.json:13:13: hyperv: smb_url: the key is missing
        providers.json.example shows what belongs here
    providers.json:13:97: hyperv: password: "vault" is no place where secrets are kept
        write the secret itself, {"env": "NAME"}, {"file": "PATH"} or {"secret": "NAMESPACE/NAME/KEY"}
    providers.json:14:3: "vm" is there twice, first at providers.json:10:3
        remove one of the two
    "#);
}

#[test]
fn invalid_json_is_reported_with_its_place() {
    insta::assert_snapshot!(about("{\n  \"vc\": {\n    \"type\": \"vsphere\"\n    \"version\": \"8\"\n  }\n}"), @r"
    providers.json:4:5: this is not JSON: while parsing a flow mapping, did not find expected ',' or '}'
        look for a missing comma, quote or bracket here or in the line before
    ");
    insta::assert_snapshot!(about("{\n  \"vc\": {\n    \"type\": \"vsphere\"\n"), @r"
    providers.json:2:9: this is not JSON: unclosed bracket '{'
        look for a missing comma, quote or bracket here or in the line before
    ");
    insta::assert_snapshot!(about("\n"), @r"
    providers.json:2:1: expected an object of providers, by key, found nothing
        providers.json.example shows what belongs here
    ");
    insta::assert_snapshot!(about("[]"), @r"
    providers.json:1:1: expected an object of providers, by key, found a list
        providers.json.example shows what belongs here
    ");
    insta::assert_snapshot!(about("{} x"), @r"
    providers.json:1:4: this is not JSON: did not find expected <document start>
        look for a missing comma, quote or bracket here or in the line before
    ");
    insta::assert_snapshot!(about("{ \"a\": *b }"), @r"
    providers.json:1:8: this is not JSON: while parsing node, found unknown anchor
        look for a missing comma, quote or bracket here or in the line before
    ");
}

#[test]
fn addresses_have_the_form_of_their_platform() {
    insta::assert_snapshot!(about(r#"{
"vc": { "type": "vsphere", "version": "8", "fqdn": "vc.example.com", "api_url": "vc.example.com/sdk", "username": "u", "password": "sesame" },
"rhv": { "type": "ovirt", "version": "4", "api_url": "https://u:sesame@e/api", "username": "u", "password": "sesame" },
"os": { "type": "openstack", "version": "p", "api_url": "https://o:13000", "username": "u", "password": "sesame", "project_name": "p" },
"ocp": { "type": "openshift", "api_url": "ocp.example.com" },
"ova": { "type": "ova", "version": "v", "api_url": "/exports/ova" }
}"#), @r"
    providers.json:2:81: vc: api_url: this is no address of a provider of type vsphere
        write https://vc.example.com/sdk
    providers.json:3:54: rhv: api_url: the address has a password in it, where it would be shown
        use the keys username and password
    providers.json:4:57: os: api_url: this is no address of a provider of type openstack
        write https://HOST:PORT/v3
    providers.json:5:42: ocp: api_url: this is no address of a provider of type openshift
        write https://HOST:6443, or leave it empty
    providers.json:6:52: ova: api_url: this is no address of a provider of type ova
        write SERVER:/PATH
    ");
}

#[test]
fn an_esxi_host_needs_a_vcenter_for_cloning() {
    let esxi = |more: &str| {
        format!(
            "{{\"esxi\": {{\"type\": \"vsphere\", \"version\": \"8\", \"api_url\": \"https://e/sdk\", \"username\": \"u\", \
             \"password\": \"sesame\", \"endpoint_type\": \"esxi\"{more}}},\n\"vc-8\": {{\"type\": \"vsphere\", \
             \"version\": \"8\", \"api_url\": \"https://vc/sdk\", \"username\": \"u\", \"password\": \"sesame\"}},\n\
             \"ova\": {{\"type\": \"ova\", \"version\": \"8\", \"api_url\": \"nfs:/ova\"}}}}"
        )
    };
    insta::assert_snapshot!(about(&esxi("")), @r#"
    providers.json:1:10: esxi: clone_provider: an ESXi host cannot clone, and no vCenter is named that can
        name the key of a vCenter's entry: "vc-8"
    "#);
    insta::assert_snapshot!(about(&esxi(", \"clone_provider\": \"vc-9\"")), @r#"
    providers.json:1:156: esxi: clone_provider: the file has no entry "vc-9"
        did you mean "vc-8"?
    "#);
    insta::assert_snapshot!(about(&esxi(", \"clone_provider\": \"ova\"")), @r#"
    providers.json:1:156: esxi: clone_provider: "ova" is of type ova, which cannot clone VMs of vSphere
        name the key of a vCenter's entry: "vc-8"
    "#);
    insta::assert_snapshot!(about(&esxi(", \"clone_provider\": \"esxi\"")), @r#"
    providers.json:1:156: esxi: clone_provider: an entry cannot clone for itself
        name the key of a vCenter's entry: "vc-8"
    "#);
    parse(&esxi(", \"clone_provider\": \"vc-8\""), &[]).unwrap();
}

#[test]
fn for_copy_offload_the_missing_fields_of_the_array_are_reported() {
    insta::assert_snapshot!(about_array(""), @r"
    providers.json:5:16: vc: copyoffload.storage_vendor_product: the key is missing
        providers.json.example shows what belongs here
    providers.json:5:16: vc: copyoffload.datastore_id: the key is missing
        providers.json.example shows what belongs here
    providers.json:5:16: vc: copyoffload.storage_hostname: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_HOSTNAME
    providers.json:5:16: vc: copyoffload.storage_username: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_USERNAME
    providers.json:5:16: vc: copyoffload.storage_password: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_PASSWORD
    ");
    insta::assert_snapshot!(about_array(r#""storage_vendor_product": "vantarra", "datastore_id": "datastore-1""#), @r#"
    providers.json:5:16: vc: copyoffload.storage_hostname: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_HOSTNAME
    providers.json:5:16: vc: copyoffload.storage_username: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_USERNAME
    providers.json:5:16: vc: copyoffload.storage_password: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_PASSWORD
    providers.json:6:27: vc: copyoffload.storage_vendor_product: "vantarra" is not known
        did you mean "vantara"?
    "#);
    insta::assert_snapshot!(
        about_array(r#""storage_vendor_product": "vantara", "datastore_id": "datastore-1", "vantara_storage_id": """#),
        @r"
    providers.json:5:16: vc: copyoffload.storage_hostname: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_HOSTNAME
    providers.json:5:16: vc: copyoffload.storage_username: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_USERNAME
    providers.json:5:16: vc: copyoffload.storage_password: the key is missing: copy-offload needs it
        write it here, or set COPYOFFLOAD_STORAGE_PASSWORD
    providers.json:5:16: vc: copyoffload.vantara_storage_port: the key is missing: arrays of vantara need it
        write it here, or set COPYOFFLOAD_VANTARA_STORAGE_PORT
    providers.json:5:16: vc: copyoffload.vantara_hostgroup_id_list: the key is missing: arrays of vantara need it
        write it here, or set COPYOFFLOAD_VANTARA_HOSTGROUP_ID_LIST
    providers.json:6:91: vc: copyoffload.vantara_storage_id: the key is missing: arrays of vantara need it
        write it here, or set COPYOFFLOAD_VANTARA_STORAGE_ID
    "
    );
    insta::assert_snapshot!(
        about_array(&format!("{ARRAY}, \"esxi_clone_method\": \"ssh\", \"esxi_host\": \"e\", \"rdm_lun_uuid\": \"600a\"")),
        @r"
    providers.json:5:16: vc: copyoffload.esxi_user: the key is missing: cloning over SSH needs it
        write it here, or set COPYOFFLOAD_ESXI_USER
    providers.json:5:16: vc: copyoffload.esxi_password: the key is missing: cloning over SSH needs it
        write it here, or set COPYOFFLOAD_ESXI_PASSWORD
    providers.json:7:143: vc: copyoffload.rdm_lun_uuid: this is no device name of a LUN
        write naa. and the identifier
    "
    );
    parse(&vsphere(&format!("\"copyoffload\": {{{ARRAY}}}")), &[]).unwrap();
}

#[test]
fn variables_take_precedence_over_the_copy_offload_section() {
    let text = vsphere(&format!(
        "\"copyoffload\": {{{ARRAY}, \"storage_secret_extra\": {{\"A\": \"file\", \"B\": \"file\"}}}}"
    ));
    let environment = [
        ("COPYOFFLOAD_STORAGE_HOSTNAME", "from-environment"),
        ("COPYOFFLOAD_STORAGE_USERNAME", ""),
        (
            "COPYOFFLOAD_STORAGE_SECRET_EXTRA",
            r#"{"A": "environment", "C": true, "D": ""}"#,
        ),
    ];
    let file = parse(&text, &environment).unwrap();
    let ProviderEntry::Vsphere(vsphere) = file.get("vc").unwrap() else {
        panic!("vc is not of type vsphere");
    };
    let array = vsphere.copyoffload.as_ref().unwrap();
    assert_eq!(array.storage_hostname.as_deref(), Some("from-environment"));
    assert_eq!(array.storage_username.as_deref(), Some("u"));
    let extra: Vec<String> = array
        .storage_secret_extra
        .iter()
        .map(|(key, secret)| {
            format!(
                "{key}={}",
                secrecy::ExposeSecret::expose_secret(secret.value().unwrap())
            )
        })
        .collect();
    assert_eq!(extra, ["A=environment", "B=file", "C=true"]);
}

#[test]
fn variables_without_a_copy_offload_section_are_mistakes() {
    let text = vsphere(&format!("\"copyoffload\": {{{ARRAY}}}"));
    let environment = [
        ("COPYOFFLOAD_STORAGE_PASWORD", "sesame"),
        ("COPYOFFLOAD_DATASTORE_ID", "datastore-1"),
        ("COPYOFFLOAD_STORAGE_SECRET_EXTRA", "sesame"),
    ];
    insta::assert_snapshot!(parse(&text, &environment).unwrap_err(), @r#"
    environment variable COPYOFFLOAD_DATASTORE_ID: this variable stands for no key of copyoffload
        unset it; only the providers file can hold datastore_id
    environment variable COPYOFFLOAD_STORAGE_PASWORD: this variable stands for no key of copyoffload
        did you mean COPYOFFLOAD_STORAGE_PASSWORD?
    environment variable COPYOFFLOAD_STORAGE_SECRET_EXTRA: the value is not a JSON object
        write {"KEY": "VALUE"}
    "#);
}

#[test]
fn for_a_missing_file_a_remedy_is_printed() {
    let missing = ProvidersFile::read(Path::new("/nowhere/providers.json"), &[]).unwrap_err();
    insta::assert_snapshot!(missing, @r"
    /nowhere/providers.json: could not read the providers file: No such file or directory (os error 2)
        copy providers.json.example there, or name another one with --providers PATH
    ");
}

#[test]
fn for_an_unknown_key_the_existing_ones_are_listed() {
    let file = parse(INHERITED, &[]).unwrap();
    insta::assert_snapshot!(file.get("x").unwrap_err(), @r#"providers.json has no provider "x"; it has "openshift", "ova", "vc""#);
}
