//! What the webhooks know about providers of type `vsphere` (`admitters/provider-admitter.go`,
//! `mutators/provider-mutator.go`).

use serde_json::{Value, json};

use crate::controllers::forklift::webhooks::{Changes, Denial};

/// Refuses an endpoint that is neither a vCenter nor an ESXi host.
pub fn admit(spec: &Value) -> Result<(), Denial> {
    match spec["settings"]["sdkEndpoint"].as_str() {
        None | Some("" | "vcenter" | "esxi") => Ok(()),
        Some(_) => Err(Denial::new("vSphere provider is set with an invalid SDK endpoint type")),
    }
}

/// A provider that does not say what it is is a vCenter.
pub fn complete(spec: &Value) -> Changes {
    if spec["settings"]["sdkEndpoint"].is_string() {
        return Vec::new();
    }
    let settings = json!({"sdkEndpoint": "vcenter"});
    match &spec["settings"] {
        Value::Null => vec![json!({"op": "add", "path": "/spec/settings", "value": settings})],
        _ => vec![json!({"op": "add", "path": "/spec/settings/sdkEndpoint", "value": "vcenter"})],
    }
}
