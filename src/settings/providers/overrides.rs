//! Environment variables that stand over the `copyoffload` section of the providers file: `COPYOFFLOAD_<KEY>`.
//!
//! What a variable says wins over the file. An empty one says nothing.

use std::path::Path;

use crate::settings::nearest::nearest;

use super::{
    super::{Mistake, Origin},
    entries::CopyOffload,
    field::Reader,
    tree::{self, Field, Node, Value},
};

const PREFIX: &str = "COPYOFFLOAD_";
const EXTRA: &str = "storage_secret_extra";

/// The keys that have a variable.
pub const OVERRIDABLE: &[&str] = &[
    "storage_hostname",
    "storage_username",
    "storage_password",
    "storage_skip_ssl_verification",
    "ontap_svm",
    "vantara_storage_id",
    "vantara_storage_port",
    "vantara_hostgroup_id_list",
    "pure_cluster_prefix",
    "powerflex_system_id",
    "powermax_symmetrix_id",
    "esxi_host",
    "esxi_user",
    "esxi_password",
    EXTRA,
];

/// The environment variable of a key.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}

/// Lays the variables over the `copyoffload` section of an entry, if it has one.
pub(super) fn lay_over(entry: &mut Node, reader: &mut Reader<'_>) {
    let Value::Object(fields) = &mut entry.value else {
        return;
    };
    let section = fields.iter_mut().find(|field| field.key == "copyoffload");
    let Some(Value::Object(section)) = section.map(|field| &mut field.node.value) else {
        return;
    };
    for (name, text) in reader.environment {
        let key = name.strip_prefix(PREFIX).map(str::to_lowercase).unwrap_or_default();
        if !OVERRIDABLE.contains(&key.as_str()) || text.trim().is_empty() {
            continue;
        }
        let origin = Origin::Environment(name.clone());
        if key == EXTRA {
            lay_extra_over(section, name, text, &mut reader.mistakes);
        } else {
            replace(section, &key, Node::text(text, origin));
        }
    }
}

/// A JSON object, key by key.
fn lay_extra_over(section: &mut Vec<Field>, name: &str, text: &str, mistakes: &mut Vec<Mistake>) {
    let origin = Origin::Environment(name.to_owned());
    let mut unreadable = Vec::new();
    let extra = tree::parse(Path::new(name), text, &mut unreadable);
    let Some(Value::Object(extra)) = extra.map(|node| node.value).filter(|_| unreadable.is_empty()) else {
        let mistake = Mistake::new(origin, "the value is not a JSON object");
        mistakes.push(mistake.remedy("write {\"KEY\": \"VALUE\"}"));
        return;
    };
    if !section.iter().any(|field| field.key == EXTRA) {
        let value = Value::Object(Vec::new());
        let node = Node {
            value,
            origin: origin.clone(),
        };
        replace(section, EXTRA, node);
    }
    let target = section.iter_mut().find(|field| field.key == EXTRA);
    if let Some(Value::Object(target)) = target.map(|field| &mut field.node.value) {
        for field in extra.into_iter().filter(|field| !field.node.is_blank()) {
            let node = Node {
                origin: origin.clone(),
                ..field.node
            };
            replace(target, &field.key, node);
        }
    }
}

fn replace(fields: &mut Vec<Field>, key: &str, node: Node) {
    fields.retain(|field| field.key != key);
    fields.push(Field {
        key: key.to_owned(),
        origin: node.origin.clone(),
        node,
    });
}

/// Variables with the prefix that stand over nothing.
pub(super) fn unknown(environment: &[(String, String)]) -> Vec<Mistake> {
    let unknown = environment.iter().filter_map(|(name, _)| {
        let key = name.strip_prefix(PREFIX)?.to_lowercase();
        if OVERRIDABLE.contains(&key.as_str()) {
            return None;
        }
        let near = nearest(&key, OVERRIDABLE.iter().copied());
        let remedy = match near.first().filter(|_| !CopyOffload::KEYS.contains(&key.as_str())) {
            Some(near) => format!("did you mean {}?", variable(near)),
            None => format!("unset it; only the providers file can hold {key}"),
        };
        let mistake = Mistake::new(
            Origin::Environment(name.clone()),
            "this variable stands for no key of copyoffload",
        );
        Some(mistake.remedy(remedy))
    });
    unknown.collect()
}
