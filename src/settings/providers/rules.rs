//! Rules between the keys of an entry, and between entries.
//!
//! The rules look at what is written, so that they also speak of an entry that has other mistakes.

use crate::settings::nearest::did_you_mean;

use super::{
    super::{
        Mistake, Origin,
        mistake::{Wrong, alternatives},
    },
    overrides,
    tree::{Node, Value},
    words::{CloneMethod, ProviderType, Vendor, VsphereEndpoint},
};

/// The entry that is judged.
pub(super) struct JudgedEntry<'a> {
    pub(super) key: &'a str,
    pub(super) kind: ProviderType,
    pub(super) node: &'a Node,
    /// All entries of the file.
    pub(super) entries: &'a [(String, ProviderType, Node)],
}

/// Every rule that an entry breaks.
pub(super) fn check(subject: &JudgedEntry<'_>) -> Vec<Mistake> {
    let key = subject.key;
    let mut mistakes = Vec::new();
    if let Some(wrong) = address(subject) {
        mistakes.push(at(subject.node, key, "api_url", wrong));
    }
    if subject.kind == ProviderType::Vsphere {
        if let Some(wrong) = clone_provider(subject) {
            mistakes.push(at(subject.node, key, "clone_provider", wrong));
        }
        if let Some(section) = subject.node.get("copyoffload") {
            let holder = format!("{key}: copyoffload");
            let wrong = copy_offload(&section.node).into_iter();
            mistakes.extend(wrong.map(|(key, wrong)| at(&section.node, &holder, key, wrong)));
        }
    }
    mistakes
}

/// Values that were copied from the example and left as they are.
pub(super) fn placeholders(key: &str, node: &Node) -> Vec<Mistake> {
    let fields = node.fields().iter().flat_map(|field| {
        let subject = super::field::join(key, &field.key);
        match &field.node.value {
            Value::Scalar(text) if text == "CHANGE-ME" || text.contains(".example.com") => {
                let wrong = Wrong::new("this is still the value of the example");
                let wrong = wrong.remedy("write your own; a key that you do not need can be left out");
                vec![wrong.of(&subject, field.node.origin.clone())]
            }
            Value::Object(_) => placeholders(&subject, &field.node),
            Value::Null | Value::Scalar(_) | Value::List(_) => Vec::new(),
        }
    });
    fields.collect()
}

/// A mistake at a key; where it is not written, at what should hold it.
fn at(holder: &Node, subject: &str, key: &str, wrong: Wrong) -> Mistake {
    let origin: &Origin = holder.get(key).map_or(&holder.origin, |field| &field.node.origin);
    wrong.of(&super::field::join(subject, key), origin.clone())
}

/// The address has the form that the platform's API has. One with a password in it is not repeated.
fn address(subject: &JudgedEntry<'_>) -> Option<Wrong> {
    let url = subject.node.text_of("api_url")?;
    if reqwest::Url::parse(url).is_ok_and(|url| url.password().is_some()) {
        let what = "the address has a password in it, where it would be shown";
        return Some(Wrong::new(what).remedy("use the keys username and password"));
    }
    let host = subject.node.text_of("fqdn").unwrap_or("HOST");
    let (fits, form) = match subject.kind {
        ProviderType::Vsphere => (is_web(url, "/sdk"), format!("https://{host}/sdk")),
        ProviderType::Ovirt => (
            is_web(url, "/ovirt-engine/api"),
            format!("https://{host}/ovirt-engine/api"),
        ),
        ProviderType::Openstack => (is_web(url, "/v3"), format!("https://{host}:PORT/v3")),
        ProviderType::Openshift => (is_web(url, ""), "https://HOST:6443, or leave it empty".to_owned()),
        ProviderType::Ova => (is_share(url), "SERVER:/PATH".to_owned()),
        // A host name or an address, with or without a scheme.
        ProviderType::Hyperv => return None,
    };
    let what = format!("this is no address of a provider of type {}", subject.kind);
    (!fits).then(|| Wrong::new(what).remedy(format!("write {form}")))
}

fn is_web(url: &str, path: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.path().trim_end_matches('/').ends_with(path)
    })
}

fn is_share(url: &str) -> bool {
    url.split_once(":/")
        .is_some_and(|(server, path)| !server.is_empty() && !path.starts_with('/'))
}

fn is_esxi(node: &Node) -> bool {
    node.text_of("endpoint_type") == Some(VsphereEndpoint::Esxi.as_str())
}

/// VMs of an ESXi endpoint are cloned through a vCenter.
fn clone_provider(subject: &JudgedEntry<'_>) -> Option<Wrong> {
    let vcenters = subject.entries.iter().filter_map(|(key, kind, node)| {
        let can_clone = *kind == ProviderType::Vsphere && !is_esxi(node) && key != subject.key;
        can_clone.then_some(key.as_str())
    });
    let vcenters: Vec<&str> = vcenters.collect();
    let choose = match vcenters.as_slice() {
        [] => "add the entry of a vCenter to the file and name its key".to_owned(),
        keys => format!(
            "name the key of a vCenter's entry: {}",
            alternatives(keys.iter().copied())
        ),
    };
    match subject.node.text_of("clone_provider") {
        None if is_esxi(subject.node) => {
            Some(Wrong::new("an ESXi host cannot clone, and no vCenter is named that can").remedy(choose))
        }
        Some(key) if !vcenters.contains(&key) => {
            let what = match subject.entries.iter().find(|(other, ..)| other == key) {
                Some(_) if key == subject.key => "an entry cannot clone for itself".to_owned(),
                Some((_, ProviderType::Vsphere, _)) => format!("\"{key}\" is an ESXi host, which cannot clone"),
                Some((_, kind, _)) => format!("\"{key}\" is of type {kind}, which cannot clone VMs of vSphere"),
                None => format!("the file has no entry \"{key}\""),
            };
            let near = did_you_mean(key, vcenters.iter().copied());
            Some(Wrong::new(what).remedy(near.unwrap_or(choose)))
        }
        None | Some(_) => None,
    }
}

/// Keys that the storage array and the clone method require.
fn copy_offload(section: &Node) -> Vec<(&'static str, Wrong)> {
    let vendor = section.text_of("storage_vendor_product").and_then(Vendor::parse);
    let ssh = section.text_of("esxi_clone_method") == Some(CloneMethod::Ssh.as_str());
    let credentials = ["storage_hostname", "storage_username", "storage_password"];
    let of_vendor = vendor.map(Vendor::needs).unwrap_or_default().iter().copied();
    let of_ssh = ["esxi_host", "esxi_user", "esxi_password"].into_iter().filter(|_| ssh);
    let vendor = vendor.map(Vendor::as_str).unwrap_or_default();
    let needed = credentials
        .into_iter()
        .map(|key| (key, "copy-offload needs it".to_owned()))
        .chain(of_vendor.map(|key| (key, format!("arrays of {vendor} need it"))))
        .chain(of_ssh.map(|key| (key, "cloning over SSH needs it".to_owned())));
    let mut wrong: Vec<(&str, Wrong)> = needed
        .filter(|(key, _)| section.get(key).is_none_or(|field| field.node.is_blank()))
        .map(|(key, why)| {
            let remedy = format!("write it here, or set {}", overrides::variable(key));
            (key, Wrong::new(format!("the key is missing: {why}")).remedy(remedy))
        })
        .collect();
    let device = section.text_of("rdm_lun_uuid");
    if device.is_some_and(|device| !device.starts_with("naa.")) {
        let what = "this is no device name of a LUN";
        wrong.push(("rdm_lun_uuid", Wrong::new(what).remedy("write naa. and the identifier")));
    }
    wrong
}
