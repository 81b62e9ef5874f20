//! Providers (`admitters/provider-admitter.go`, `mutators/provider-mutator.go`).

use serde_json::{Value, json};

use super::verdict::{Changes, Denial, Request};

/// Says what a provider cannot be.
pub fn validate(request: &Request) -> Result<Changes, Denial> {
    let endpoint = &request.object["spec"]["settings"]["sdkEndpoint"];
    let is_known = matches!(endpoint.as_str(), None | Some("" | "vcenter" | "esxi"));
    match request.object["spec"]["type"] == "vsphere" && !is_known {
        true => Err(Denial::of("vSphere provider is set with an invalid SDK endpoint type")),
        false => Ok(Vec::new()),
    }
}

/// A vSphere provider that does not say what it is is a vCenter.
pub fn complete(request: &Request) -> Changes {
    let spec = &request.object["spec"];
    if spec["type"] != "vsphere" || spec["settings"]["sdkEndpoint"].is_string() {
        return Vec::new();
    }
    let settings = json!({"sdkEndpoint": "vcenter"});
    match &spec["settings"] {
        Value::Null => vec![json!({"op": "add", "path": "/spec/settings", "value": settings})],
        _ => vec![json!({"op": "add", "path": "/spec/settings/sdkEndpoint", "value": "vcenter"})],
    }
}
