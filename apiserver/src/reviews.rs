//! Reviews of tokens and permissions (`TokenReview`, `SubjectAccessReview`, ...): answered, never stored.

use serde_json::{Value, json};

use super::{
    Core,
    auth::User,
    authorization::{self, Access},
    discovery,
    kinds::api_version,
    path::ResourcePath,
    status::StatusError,
};

/// Whether a path addresses a review.
pub fn is_review(path: &ResourcePath) -> bool {
    discovery::reviews(&path.group, &path.version)
        .iter()
        .any(|(plural, _)| *plural == path.plural)
}

/// Whether a path addresses a review of the requester's own permissions, which every user can create.
pub fn is_self_review(path: &ResourcePath) -> bool {
    is_review(path) && path.plural.starts_with("selfsubject")
}

/// Answers a review.
pub fn answer(core: &Core, user: &User, path: &ResourcePath, mut review: Value) -> Result<Value, StatusError> {
    let kind = discovery::reviews(&path.group, &path.version)
        .iter()
        .find(|(plural, _)| *plural == path.plural)
        .map(|(_, kind)| *kind)
        .ok_or_else(StatusError::no_such_path)?;
    if !review.is_object() {
        return Err(StatusError::bad_request("the object provided is not a JSON object"));
    }
    review["apiVersion"] = json!(api_version(&path.group, &path.version));
    review["kind"] = json!(kind);
    review["status"] = match kind {
        "TokenReview" => {
            let token = review["spec"]["token"].as_str().unwrap_or_default();
            match core.tokens.user(token) {
                Some(user) => json!({ "authenticated": true, "user": user.to_value() }),
                None => json!({ "authenticated": false, "user": {}, "error": "invalid bearer token" }),
            }
        }
        "SelfSubjectReview" => json!({ "userInfo": user.to_value() }),
        "SelfSubjectRulesReview" => rules(core, user, review["spec"]["namespace"].as_str().unwrap_or_default()),
        "SelfSubjectAccessReview" => access(core, user, &review["spec"]),
        _ => access(core, &subject(&review["spec"]), &review["spec"]),
    };
    Ok(review)
}

fn subject(spec: &Value) -> User {
    let text = |field: &str| spec[field].as_str().unwrap_or_default().to_owned();
    let groups = spec["groups"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let user = User {
        name: text("user"),
        uid: text("uid"),
        groups,
    };
    // The administrator's name is enough: the name is bound to the ClusterRole cluster-admin.
    if user.name == User::admin().name {
        User::admin()
    } else {
        user
    }
}

fn access(core: &Core, user: &User, spec: &Value) -> Value {
    let (attributes, path) = (&spec["resourceAttributes"], &spec["nonResourceAttributes"]);
    let text = |value: &Value, field: &str| value[field].as_str().unwrap_or_default().to_owned();
    let access = if attributes.is_object() {
        let resource = match text(attributes, "subresource").as_str() {
            "" => text(attributes, "resource"),
            subresource => format!("{}/{subresource}", text(attributes, "resource")),
        };
        Access {
            verb: text(attributes, "verb"),
            group: text(attributes, "group"),
            resource,
            namespace: text(attributes, "namespace"),
            name: text(attributes, "name"),
            path: String::new(),
        }
    } else {
        Access {
            verb: text(path, "verb"),
            path: text(path, "path"),
            ..Access::default()
        }
    };
    json!({ "allowed": authorization::is_allowed(core, user, &access) })
}

fn rules(core: &Core, user: &User, namespace: &str) -> Value {
    let everything = [
        json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"] }),
        json!({ "verbs": ["*"], "nonResourceURLs": ["*"] }),
    ];
    let rules = if user.is_admin() {
        everything.into()
    } else {
        authorization::rules(core, user, namespace)
    };
    let (paths, resources): (Vec<Value>, Vec<Value>) =
        rules.into_iter().partition(|rule| rule["nonResourceURLs"].is_array());
    json!({ "incomplete": false, "resourceRules": resources, "nonResourceRules": paths })
}
