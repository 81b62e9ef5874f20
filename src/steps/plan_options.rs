//! The options of a plan, from table rows to a typed value.

use std::collections::BTreeMap;

use forklift_api::forklift::TargetPowerState;

use super::table::{Error, Keys, Row, word, yes_no};
use crate::migration::PlanOptions;

/// Options of a plan sentence.
pub const PLAN: Keys = Keys {
    now: &[
        "target power state",
        "preserve static IPs",
        "PVC name template",
        "PVC generate name",
        "volume name template",
        "network name template",
        "target labels",
        "target node",
        "converter node",
        "nested virtualization",
        "XFS compatibility",
        "RDM as LUN",
        "migrate shared disks",
        "preflight inspection",
        "skip guest conversion",
        "delete guest conversion pod",
        "legacy drivers",
        "preserve CPU model",
        "compatibility mode",
        "description",
    ],
    later: &[],
};

/// The value of `target node` and `converter node` that stands for the scenario's own node.
const RESERVED: &str = "reserved";

/// The options that the rows name.
pub fn plan_options(rows: &Row) -> Result<PlanOptions, Error> {
    let mut options = PlanOptions::default();
    for (key, value) in rows {
        let flag = || yes_no(key, value).map(Some);
        let text = || Some(value.clone());
        match key.as_str() {
            "target power state" => {
                let states = [
                    ("on", TargetPowerState::On),
                    ("off", TargetPowerState::Off),
                    ("auto", TargetPowerState::Auto),
                ];
                options.target_power_state = Some(word(key, value, &states)?);
            }
            "preserve static IPs" => options.preserve_static_ips = flag()?,
            "PVC name template" => options.pvc_name_template = text(),
            "PVC generate name" => options.pvc_generate_name = flag()?,
            "volume name template" => options.volume_name_template = text(),
            "network name template" => options.network_name_template = text(),
            "target labels" => options.target_labels = Some(pairs(key, value)?),
            "target node" => options.target_node = Some(node(key, value)?),
            "converter node" => options.converter_node = Some(node(key, value)?),
            "nested virtualization" => options.nested_virtualization = flag()?,
            "XFS compatibility" => options.xfs_compatibility = flag()?,
            "RDM as LUN" => options.rdm_as_lun = flag()?,
            "migrate shared disks" => options.migrate_shared_disks = flag()?,
            "preflight inspection" => options.preflight_inspection = flag()?,
            "skip guest conversion" => options.skip_guest_conversion = flag()?,
            "delete guest conversion pod" => options.delete_guest_conversion_pod = flag()?,
            "legacy drivers" => options.legacy_drivers = flag()?,
            "preserve CPU model" => options.preserve_cpu_model = flag()?,
            "compatibility mode" => options.compatibility_mode = flag()?,
            "description" => options.description = text(),
            _ => {}
        }
    }
    Ok(options)
}

fn node(key: &str, value: &str) -> Result<BTreeMap<String, String>, Error> {
    match value {
        RESERVED => Err(Error::Later {
            what: "value",
            key: RESERVED.to_owned(),
        }),
        labels => pairs(key, labels),
    }
}

/// `k=v, k2=v2`; a value may be empty, as Kubernetes' labels may.
fn pairs(key: &str, value: &str) -> Result<BTreeMap<String, String>, Error> {
    let pair = |text: &str| match text.trim().split_once('=') {
        Some((name, value)) if !name.is_empty() => Some((name.trim().to_owned(), value.trim().to_owned())),
        Some(_) | None => None,
    };
    value
        .split(',')
        .map(pair)
        .collect::<Option<_>>()
        .ok_or_else(|| Error::Value {
            key: key.to_owned(),
            value: value.to_owned(),
            takes: "key=value, key=value, ...".to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, value: &str) -> Row {
        vec![(key.to_owned(), value.to_owned())]
    }

    #[test]
    fn every_option_of_the_vocabulary_is_taken() {
        for key in PLAN.now {
            let value = match *key {
                "target power state" => "off",
                "target labels" | "target node" | "converter node" => "a=b",
                key if key.contains("template") || key == "description" => "text",
                _ => "no",
            };
            let options = plan_options(&row(key, value)).expect("an option");
            assert_ne!(options, PlanOptions::default(), "{key} has no effect");
        }
    }

    #[test]
    fn labels_are_pairs() {
        let options = plan_options(&row("target labels", "team=mtv, empty=")).expect("labels");
        let expected = BTreeMap::from([
            ("team".to_owned(), "mtv".to_owned()),
            ("empty".to_owned(), String::new()),
        ]);
        assert_eq!(options.target_labels, Some(expected));
        let refused = plan_options(&row("target labels", "team")).expect_err("no pair");
        insta::assert_snapshot!(refused, @r#""team" is no value for "target labels"; it takes key=value, key=value, ..."#);
    }

    #[test]
    fn a_reserved_node_comes_later() {
        let refused = plan_options(&row("target node", "reserved")).expect_err("later");
        insta::assert_snapshot!(refused, @r#"the value "reserved" is not yet available in this version"#);
    }
}
