//! Admission of Secrets of providers (`admitters/secret-admitter.go`, `mutators/secret-mutator.go`). For Secrets of hosts,
//! only checks of the Secret itself are simulated.

use base64::{Engine, engine::general_purpose::STANDARD};
use forklift_api::forklift::{Provider, ProviderSpec, labels};
use k8s_openapi::api::core::v1::Secret;
use kube::ResourceExt;
use serde_json::{Value, json};

use super::verdict::{Changes, Denial, Request};
use crate::controllers::forklift::{
    adapter::{LogInFailure, TYPES, provider_type},
    provider::Credentials,
};

const INSECURE: &str = "insecureSkipVerify";

/// Validates a Secret. Credentials of a provider are tested with a log-in.
pub async fn validate(request: &Request) -> Result<Changes, Denial> {
    let secret: Secret = request.read()?;
    let text = |key: &str| {
        let value = secret.data.as_ref()?.get(key)?;
        String::from_utf8(value.0.clone()).ok()
    };
    let labels = secret.labels();
    match labels.get("createdForResourceType").map(String::as_str) {
        Some("providers") => {}
        Some("hosts") if !labels.contains_key("createdForResource") => {
            return Err(Denial::new(
                "host secret is labeled with 'createdForResourceType' but without 'createdForResource'",
            ));
        }
        Some("hosts") if text("user").is_none() => {
            return Err(Denial::new("missing credentials on Host secret"));
        }
        _ => return Ok(Vec::new()),
    }
    let is_insecure = match text(INSECURE).map(|value| parse(&value)) {
        Some(None) => return Err(Denial::new("invalid value for 'insecure' field")),
        said => said.flatten().unwrap_or(false),
    };
    let has_ca = ["ca.crt", "cacert"]
        .iter()
        .any(|key| text(key).is_some_and(|ca| !ca.is_empty()));
    if is_insecure && has_ca {
        let why = "received a request to add insecure provider with a CA certificate";
        return Err(Denial::new(why));
    }
    let Some(kind) = labels.get(labels::PROVIDER_TYPE) else {
        return Err(Denial::new(
            "provider secret is labeled with 'createdForResourceType' but without 'createdForProviderType'",
        ));
    };
    let Some(known) = provider_type(kind) else {
        let options: Vec<&str> = TYPES.iter().map(|known| known.name).collect();
        let options = options.join(" ");
        let why = format!("incorrect 'createdForProviderType' value. Options [{options}]");
        return Err(Denial::new(why));
    };
    let Some(platform) = known.platform else {
        return Ok(Vec::new());
    };
    let spec = ProviderSpec {
        type_: kind.clone(),
        url: text("url"),
        ..ProviderSpec::default()
    };
    let provider = Provider::new(&secret.name_any(), spec);
    // The provider's conditions report failures for any other reason.
    match platform.log_in(&Credentials::read(&provider, &secret)).await {
        Err(LogInFailure::Credentials(_)) => Err(Denial {
            code: 403,
            message: "Invalid credentials".into(),
        }),
        _ => Ok(Vec::new()),
    }
}

/// Enables the verification of certificates by default.
pub fn complete(request: &Request) -> Changes {
    let object = &request.object;
    let of_provider = object["metadata"]["labels"]["createdForResourceType"] == "providers";
    if !of_provider || object["data"][INSECURE].is_string() {
        return Vec::new();
    }
    let no = json!(STANDARD.encode("false"));
    match &object["data"] {
        Value::Null => vec![json!({"op": "add", "path": "/data", "value": {INSECURE: no}})],
        _ => vec![json!({"op": "add", "path": format!("/data/{INSECURE}"), "value": no})],
    }
}

/// Parses a boolean like Go's `strconv.ParseBool`.
fn parse(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
