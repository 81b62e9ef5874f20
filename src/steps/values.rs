//! Values that are more than a word: numbers, labels, sizes, networks, documents.

use std::num::NonZeroUsize;

use k8s_openapi::api::core::v1::Affinity;

use super::field::{Takes, Value};
use super::labels::{Labels, is_dns_label};
use super::mistake::Error;
use crate::checks::{self, Check};
use crate::migration::intent::NetworkTarget;
use crate::migration::{ConditionType, Nodes, PipelineStep};
use crate::session::WantedNamespace;

impl Value for String {
    fn takes() -> Takes {
        Takes::Text("text")
    }

    fn read(_: &str, text: &str) -> Result<Self, Error> {
        Ok(text.to_owned())
    }
}

impl Value for usize {
    fn takes() -> Takes {
        Takes::Text("a whole number that is not negative")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        text.parse().map_err(|_| Self::refuse(key, text))
    }
}

/// For what means nothing with a zero: no clones, or a Then that always holds.
impl Value for NonZeroUsize {
    fn takes() -> Takes {
        Takes::Text("a whole number from 1")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        text.parse().map_err(|_| Self::refuse(key, text))
    }
}

impl Value for PipelineStep {
    fn takes() -> Takes {
        Takes::Words(Self::names().collect())
    }

    fn read(_: &str, text: &str) -> Result<Self, Error> {
        Ok(text.parse()?)
    }
}

impl Value for ConditionType {
    fn takes() -> Takes {
        Takes::Text("the type of a condition")
    }

    fn read(_: &str, text: &str) -> Result<Self, Error> {
        Ok(text.parse()?)
    }
}

impl Value for &'static dyn Check {
    fn takes() -> Takes {
        Takes::Text("the name of a check, see `mtv-bdd checks`")
    }

    fn read(_: &str, text: &str) -> Result<Self, Error> {
        Ok(checks::find(text)?)
    }
}

impl Value for Nodes {
    fn takes() -> Takes {
        Takes::Text("key=value, or `reserved` for the node of `a worker node reserved for this scenario`")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        match text {
            "reserved" => Ok(Self::Reserved),
            labels => match Labels::read(key, labels) {
                Ok(labels) => Ok(Self::Labelled(labels)),
                Err(Error::Value { .. }) => Err(Self::refuse(key, text)),
                Err(label) => Err(label),
            },
        }
    }
}

impl Value for NetworkTarget {
    fn takes() -> Takes {
        Takes::Text("pod, ignored, or namespace/name of a NetworkAttachmentDefinition")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        match text {
            "pod" => Ok(Self::Pod),
            "ignored" => Ok(Self::Ignored),
            attachment => match attachment.split_once('/') {
                Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => Ok(Self::Attachment {
                    namespace: namespace.to_owned(),
                    name: name.to_owned(),
                }),
                Some(_) | None => Err(Self::refuse(key, text)),
            },
        }
    }
}

impl Value for WantedNamespace {
    fn takes() -> Takes {
        Takes::Text(
            "lower-case letters, digits and inner hyphens, 63 at most; with a * at the end, the beginning of such a name",
        )
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        match text.strip_suffix('*') {
            Some(prefix) if is_dns_label(prefix.strip_suffix('-').unwrap_or(prefix)) => {
                Ok(Self::Own(prefix.to_owned()))
            }
            None if is_dns_label(text) => Ok(Self::Named(text.to_owned())),
            Some(_) | None => Err(Self::refuse(key, text)),
        }
    }
}

/// A name that Kubernetes takes for a VM: a DNS label (RFC 1123). Forklift changes any other one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetName(pub String);

impl Value for TargetName {
    fn takes() -> Takes {
        Takes::Text("lower-case letters, digits and inner hyphens, 63 at most")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        if is_dns_label(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Self::refuse(key, text))
        }
    }
}

/// A size of a disk: `30 GB`. Sizes are binary, whichever way they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gibibytes(pub u64);

impl Value for Gibibytes {
    fn takes() -> Takes {
        Takes::Text("a size in GiB, such as 30 GB")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        let number = text.strip_suffix(" GB").or_else(|| text.strip_suffix(" GiB"));
        match number.and_then(|number| number.parse().ok()) {
            Some(size) if size > 0 => Ok(Self(size)),
            Some(_) | None => Err(Self::refuse(key, text)),
        }
    }
}

/// A datastore, by its part in copy-offload or by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datastore {
    /// On the array.
    Primary,
    /// A second one on the array.
    Secondary,
    /// Outside the array.
    NonXcopy,
    /// That of this id.
    Id(String),
}

impl Value for Datastore {
    fn takes() -> Takes {
        Takes::Text("primary, secondary, non-xcopy, or the id of a datastore")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        match text {
            "" => Err(Self::refuse(key, text)),
            "primary" => Ok(Self::Primary),
            "secondary" => Ok(Self::Secondary),
            "non-xcopy" => Ok(Self::NonXcopy),
            id => Ok(Self::Id(id.to_owned())),
        }
    }
}

/// The ESXi hosts through which the array is asked to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DedicatedHosts {
    /// Those of the providers file.
    Configured,
    /// These.
    Named(Vec<String>),
}

impl Value for DedicatedHosts {
    fn takes() -> Takes {
        Takes::Text("`configured` for those of the providers file, or their names, separated by commas")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        match text {
            "configured" => Ok(Self::Configured),
            _ if names.iter().any(String::is_empty) => Err(Self::refuse(key, text)),
            _ => Ok(Self::Named(names)),
        }
    }
}

/// Disks by their controller, bus and unit, such as `scsi0:1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskAddresses(pub Vec<String>);

impl Value for DiskAddresses {
    fn takes() -> Takes {
        Takes::Text("controllers and units of disks such as scsi0:1, separated by commas")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_address = |address: &str| {
            address.split_once(':').is_some_and(|(controller, unit)| {
                let bus = controller.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
                bus.len() < controller.len() && is_number(bus) && is_number(unit)
            })
        };
        let addresses: Vec<String> = text.split(',').map(|address| address.trim().to_owned()).collect();
        if addresses.iter().all(|address| is_address(address)) {
            Ok(Self(addresses))
        } else {
            Err(Self::refuse(key, text))
        }
    }
}

/// A doc string in YAML.
fn yaml(what: &'static str, text: &str) -> Result<serde_json::Value, Error> {
    serde_saphyr::from_str(text).map_err(|error| Error::DocString {
        what,
        reason: error.without_snippet().to_string(),
        line: error.location().and_then(|place| usize::try_from(place.line()).ok()),
    })
}

/// An Ansible playbook, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playbook(pub String);

impl Value for Playbook {
    fn takes() -> Takes {
        Takes::Text("an Ansible playbook: a YAML list of plays")
    }

    fn read(_: &str, text: &str) -> Result<Self, Error> {
        let wrong = |reason: String| Error::DocString {
            what: "Ansible playbook",
            reason,
            line: None,
        };
        let document = yaml("Ansible playbook", text)?;
        match document.as_array() {
            Some(plays) if !plays.is_empty() && plays.iter().all(serde_json::Value::is_object) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(wrong(
                "a playbook is a YAML list of plays, such as `- hosts: all`".to_owned(),
            )),
        }
    }
}

impl Value for Affinity {
    fn takes() -> Takes {
        Takes::Text("a Kubernetes affinity in YAML")
    }

    fn read(_: &str, text: &str) -> Result<Self, Error> {
        let wrong = |reason: String| Error::DocString {
            what: "affinity",
            reason,
            line: None,
        };
        let document = yaml("affinity", text)?;
        let affinity: Self = serde_json::from_value(document.clone()).map_err(|error| wrong(error.to_string()))?;
        // Kubernetes' types pass over what they do not know.
        if serde_json::to_value(&affinity).is_ok_and(|understood| understood == document) {
            Ok(affinity)
        } else {
            Err(wrong(
                "not all of it is known; it has nodeAffinity, podAffinity or podAntiAffinity, as in a Pod".to_owned(),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T: Value>(text: &str) -> String {
        match T::read("key", text) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_means_nothing_with_a_zero_is_counted_from_1() {
        assert_eq!(said::<NonZeroUsize>("1"), "fine");
        insta::assert_snapshot!(said::<NonZeroUsize>("0"), @r#""0" is no value for "key"; it takes a whole number from 1"#);
    }

    #[test]
    fn nodes_are_labelled_or_reserved() {
        assert_eq!(Nodes::read("target node", "reserved"), Ok(Nodes::Reserved));
        assert_eq!(said::<Nodes>("kubernetes.io/hostname=worker-1"), "fine");
        insta::assert_snapshot!(said::<Nodes>("worker-1"), @r#""worker-1" is no value for "key"; it takes key=value, or `reserved` for the node of `a worker node reserved for this scenario`"#);
    }

    #[test]
    fn a_namespace_is_named_or_of_ones_own() {
        let read = |text| WantedNamespace::read("namespace", text);
        assert_eq!(read("default"), Ok(WantedNamespace::Named("default".into())));
        assert_eq!(read("mtv-*"), Ok(WantedNamespace::Own("mtv-".into())));
        for text in ["", "*", "-a", "A", "a*b", "a.b", "a-", &"a".repeat(64)] {
            assert!(read(text).is_err(), "{text}");
        }
        insta::assert_snapshot!(said::<WantedNamespace>("My namespace"), @r#""My namespace" is no value for "key"; it takes lower-case letters, digits and inner hyphens, 63 at most; with a * at the end, the beginning of such a name"#);
    }

    #[test]
    fn networks_go_to_pod_ignored_or_an_attachment() {
        let attachment = NetworkTarget::Attachment {
            namespace: "default".into(),
            name: "lab-bridge".into(),
        };
        for (text, expected) in [
            ("pod", NetworkTarget::Pod),
            ("ignored", NetworkTarget::Ignored),
            ("default/lab-bridge", attachment),
        ] {
            assert_eq!(NetworkTarget::read("destination", text), Ok(expected));
        }
        insta::assert_snapshot!(
            NetworkTarget::read("destination", "bridge").expect_err("refused"),
            @r#""bridge" is no value for "destination"; it takes pod, ignored, or namespace/name of a NetworkAttachmentDefinition"#
        );
    }

    #[test]
    fn a_target_name_is_a_dns_label() {
        assert_eq!(TargetName::read("target name", "web-1"), Ok(TargetName("web-1".into())));
        for text in ["Web-1", "web_1", "-web", "web-", "", &"a".repeat(64)] {
            assert!(TargetName::read("target name", text).is_err(), "{text}");
        }
        insta::assert_snapshot!(said::<TargetName>("Web_1"), @r#""Web_1" is no value for "key"; it takes lower-case letters, digits and inner hyphens, 63 at most"#);
    }

    #[test]
    fn sizes_are_gibibytes() {
        assert_eq!(Gibibytes::read("size", "30 GB"), Ok(Gibibytes(30)));
        assert_eq!(Gibibytes::read("size", "30 GiB"), Ok(Gibibytes(30)));
        for text in ["30", "0 GB", "30 MB", "a lot"] {
            assert!(Gibibytes::read("size", text).is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_are_configured_or_named() {
        let named = DedicatedHosts::Named(vec!["esx-1".into(), "esx-2".into()]);
        assert_eq!(DedicatedHosts::read("dedicated hosts", "esx-1, esx-2"), Ok(named));
        assert_eq!(
            DedicatedHosts::read("dedicated hosts", "configured"),
            Ok(DedicatedHosts::Configured)
        );
        assert!(DedicatedHosts::read("dedicated hosts", "esx-1,").is_err());
    }

    #[test]
    fn a_playbook_is_a_list_of_plays() {
        assert_eq!(said::<Playbook>("- hosts: all\n  tasks: []\n"), "fine");
        insta::assert_snapshot!(said::<Playbook>("hosts: all"), @"the doc string is no Ansible playbook: a playbook is a YAML list of plays, such as `- hosts: all`");
        insta::assert_snapshot!(said::<Playbook>("[]"), @"the doc string is no Ansible playbook: a playbook is a YAML list of plays, such as `- hosts: all`");
    }

    #[test]
    fn an_affinity_is_that_of_a_pod() {
        let term = "  requiredDuringSchedulingIgnoredDuringExecution:\n  - topologyKey: zone\n";
        assert_eq!(said::<Affinity>(&format!("podAffinity:\n{term}")), "fine");
        insta::assert_snapshot!(said::<Affinity>(&format!("podAfinity:\n{term}")), @"the doc string is no affinity: not all of it is known; it has nodeAffinity, podAffinity or podAntiAffinity, as in a Pod");
    }

    #[test]
    fn disks_have_a_controller_and_a_unit() {
        let read = |text| DiskAddresses::read("exclude disks", text).map(|disks| disks.0);
        assert_eq!(read("scsi0:1, nvme1:12"), Ok(vec!["scsi0:1".into(), "nvme1:12".into()]));
        for wrong in ["scsi0", "0:1", "scsi:1", "scsi0:", "scsi0:1,", "Hard disk 1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
