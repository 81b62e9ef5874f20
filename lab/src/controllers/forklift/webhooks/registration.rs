//! Registers the webhooks at the API server (`pkg/forklift-api/webhooks/webhooks.go`).

use base64::{Engine, engine::general_purpose::STANDARD};
use k8s_openapi::api::admissionregistration::v1::{MutatingWebhookConfiguration, ValidatingWebhookConfiguration};
use kube::{
    Api, Client, Resource,
    api::{Patch, PatchParams},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::controllers::forklift::error::{Result, Tried};

const FORKLIFT: &str = "forklift.konveyor.io";

/// Resource, API group, version, and path segment.
const VALIDATED: &[(&str, &str, &str, &str)] = &[
    ("plans", FORKLIFT, "v1beta1", "plan"),
    ("providers", FORKLIFT, "v1beta1", "provider"),
    ("migrations", FORKLIFT, "v1beta1", "migration"),
    ("secrets", "", "v1", "secret"),
];

/// Creates the webhook configurations, or updates their URL.
pub async fn register(client: &Client, url: &str, ca: &str) -> Result<()> {
    for (plural, group, version, word) in VALIDATED {
        let webhook = |path: &str| {
            let mut webhook = json!({
                "name": format!("{plural}.forklift.konveyor"),
                "admissionReviewVersions": ["v1", "v1beta1"],
                "clientConfig": {"url": format!("{url}/{word}-{path}"), "caBundle": STANDARD.encode(ca)},
                "failurePolicy": "Fail",
                "sideEffects": "None",
                "timeoutSeconds": 30,
                "rules": [{
                    "apiGroups": [group],
                    "apiVersions": [version],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": [plural],
                }],
            });
            if *plural == "secrets" {
                let is_labelled = json!([{"key": "createdForResourceType", "operator": "Exists"}]);
                webhook["objectSelector"] = json!({"matchExpressions": is_labelled});
            }
            webhook
        };
        let name = format!("forklift-api-{plural}");
        apply::<ValidatingWebhookConfiguration>(client, &name, webhook("validate")).await?;
        if *plural != "migrations" {
            apply::<MutatingWebhookConfiguration>(client, &name, webhook("mutate")).await?;
        }
    }
    Ok(())
}

async fn apply<K>(client: &Client, name: &str, webhook: Value) -> Result<()>
where
    K: Resource<DynamicType = (), Scope = k8s_openapi::ClusterResourceScope>
        + Clone
        + std::fmt::Debug
        + DeserializeOwned,
{
    let configuration = json!({
        "apiVersion": K::api_version(&()),
        "kind": K::kind(&()),
        "metadata": {"name": name},
        "webhooks": [webhook],
    });
    let api: Api<K> = Api::all(client.clone());
    api.patch(
        name,
        &PatchParams::apply("forklift-api").force(),
        &Patch::Apply(configuration),
    )
    .await
    .map(drop)
    .tried(|| format!("apply {} '{name}'", K::kind(&())))
}
