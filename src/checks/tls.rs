//! Reads how MTV verifies the certificate of a source provider.

use forklift_api::forklift::{Conditions, Provider};
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client};

use super::checked_vm::TlsSetting;
use crate::cluster::retrying;
use crate::session::SourceProvider;

/// Condition type of the warning about missing verification (Forklift, `pkg/controller/provider/validation.go`).
const INSECURE: &str = "ConnectionInsecure";

/// Current settings of Provider and Secret.
pub(super) async fn read(client: &Client, source: &SourceProvider) -> Result<TlsSetting, kube::Error> {
    let providers: Api<Provider> = Api::namespaced(client.clone(), &source.namespace);
    let provider = retrying(|| providers.get(&source.name)).await?;
    let reference = &provider.spec.secret;
    let namespace = reference.namespace.as_deref().unwrap_or(&source.namespace);
    let secrets: Api<Secret> = Api::namespaced(client.clone(), namespace);
    let name = reference.name.clone().unwrap_or_default();
    let secret = retrying(|| secrets.get_opt(&name)).await?;
    let data = secret.and_then(|secret| secret.data).unwrap_or_default();
    let skip_verify = data.get("insecureSkipVerify");
    Ok(TlsSetting {
        verify: source.verification.verifies(),
        skip_verify: skip_verify.map(|value| String::from_utf8_lossy(&value.0).into_owned()),
        warned: provider.status.is_true(INSECURE),
        provider: source.name.clone(),
    })
}
