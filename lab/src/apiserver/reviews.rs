//! Reviews: questions about tokens and permissions, which are answered and not kept.

use serde_json::{Value, json};

use super::{Core, auth::User, discovery, kinds::api_version, path::ResourcePath, status::Refusal};

/// Whether a path leads to a review.
pub fn is_review(path: &ResourcePath) -> bool {
    discovery::reviews(&path.group, &path.version)
        .iter()
        .any(|(plural, _)| *plural == path.plural)
}

/// Answers a review.
pub fn answer(core: &Core, user: &User, path: &ResourcePath, mut review: Value) -> Result<Value, Refusal> {
    let kind = discovery::reviews(&path.group, &path.version)
        .iter()
        .find(|(plural, _)| *plural == path.plural)
        .map(|(_, kind)| *kind)
        .ok_or_else(Refusal::no_such_path)?;
    if !review.is_object() {
        return Err(Refusal::bad_request("the object provided is not a JSON object"));
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
        "SelfSubjectRulesReview" => rules(user),
        "SelfSubjectAccessReview" => access(user),
        _ => access(&subject(&review["spec"])),
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
    // The administrator's name alone is enough, as it is bound to the role cluster-admin.
    if user.name == User::admin().name {
        User::admin()
    } else {
        user
    }
}

fn access(user: &User) -> Value {
    match user.may_everything() {
        true => json!({ "allowed": true, "reason": "" }),
        false => json!({ "allowed": false, "reason": "" }),
    }
}

fn rules(user: &User) -> Value {
    let everything = user.may_everything();
    json!({
        "incomplete": false,
        "resourceRules": if everything { json!([{ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"] }]) } else { json!([]) },
        "nonResourceRules": if everything { json!([{ "verbs": ["*"], "nonResourceURLs": ["*"] }]) } else { json!([]) },
    })
}
