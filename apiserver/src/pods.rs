//! The subresources `binding` and `eviction` of pods.

use serde_json::{Value, json};

use super::{
    Core,
    create::WriteOptions,
    delete::{DeleteOptions, delete},
    kinds::Kind,
    status::StatusError,
    store::Key,
    update::{Part, update},
};

/// Handles a request to the subresource `binding` or `eviction`.
pub fn subresource(core: &Core, kind: &Kind, key: &Key, action: &str, body: &Value) -> Result<Value, StatusError> {
    if action == "binding" {
        bind(core, kind, key, body)?;
    } else {
        let options = DeleteOptions::parse(&body["deleteOptions"], |_| None)?;
        delete(core, kind, key, &options)?;
    }
    Ok(json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201 }))
}

fn bind(core: &Core, kind: &Kind, key: &Key, body: &Value) -> Result<(), StatusError> {
    let node = body["target"]["name"].as_str().unwrap_or_default();
    if node.is_empty() {
        return Err(StatusError::bad_request("target.name: Required value"));
    }
    update(core, kind, key, Part::Main, WriteOptions::default(), |pod| {
        let bound = pod["spec"]["nodeName"].as_str().unwrap_or_default();
        if !bound.is_empty() {
            let why = format!("pod {} is already assigned to node \"{bound}\"", key.name);
            return Err(StatusError::conflict(kind, &key.name, &why));
        }
        let mut pod = pod.clone();
        pod["spec"]["nodeName"] = json!(node);
        Ok(pod)
    })?;
    Ok(())
}
