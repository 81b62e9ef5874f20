//! Calls one admission webhook.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use sim_net::{BoxError, HttpClient, RequestError, Trust, client_config};

use super::webhook::Webhook;
use crate::status::StatusError;

/// HTTP clients by the CA bundle that they trust. They are cached: creating a client takes longer than a call.
#[derive(Default)]
pub struct WebhookClients(Mutex<HashMap<String, HttpClient>>);

/// Answer of a webhook that did not deny the request.
pub enum Verdict {
    /// The request is allowed unchanged.
    Allowed,
    /// The request is allowed with this patch applied.
    Changed(json_patch::Patch),
}

impl WebhookClients {
    /// Calls `webhook` with `review`.
    ///
    /// # Errors
    /// The webhook denies the request, or the call fails and the failure policy is `Fail`.
    pub async fn ask(&self, webhook: &Webhook, review: &Value) -> Result<Verdict, StatusError> {
        match self.answer(webhook, review).await {
            Ok(answer) => verdict(webhook, &answer["response"]),
            Err(error) if webhook.ignores_failure => {
                tracing::warn!(
                    webhook = webhook.name,
                    error,
                    "the call of a webhook with failurePolicy Ignore failed"
                );
                Ok(Verdict::Allowed)
            }
            Err(error) => Err(StatusError::internal(format!(
                "failed calling webhook \"{}\": failed to call webhook: {error}",
                webhook.name
            ))),
        }
    }

    async fn answer(&self, webhook: &Webhook, review: &Value) -> Result<Value, String> {
        let timeout = Duration::from_secs(webhook.timeout_seconds);
        let client = self.client(&webhook.ca)?;
        let asked = client.post(&webhook.url).timeout(timeout).json(review);
        let failed = |error: RequestError| format!("Post \"{}\": {error}", webhook.url);
        let answered = client.send(asked).await.map_err(failed)?;
        let answered = answered.error_for_status().map_err(|error| failed(error.into()))?;
        answered.json().await.map_err(|error| failed(error.into()))
    }

    fn client(&self, ca: &str) -> Result<HttpClient, String> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(ca) {
            return Ok(client.clone());
        }
        let pem = STANDARD
            .decode(ca)
            .map_err(|error| format!("the caBundle is no base64: {error}"))?;
        let failed = |error: BoxError| format!("the caBundle cannot be used: {error}");
        let tls = client_config(Trust::Authorities(&pem)).map_err(failed)?;
        let client = HttpClient::new(reqwest::Client::builder().no_proxy(), Some(tls));
        let client = client.map_err(|error| failed(error.into()))?;
        clients.insert(ca.to_owned(), client.clone());
        Ok(client)
    }
}

fn verdict(webhook: &Webhook, response: &Value) -> Result<Verdict, StatusError> {
    if response["allowed"] != true {
        return Err(denied(&webhook.name, &response["status"]));
    }
    let Some(patch) = response["patch"].as_str().filter(|_| webhook.mutates) else {
        return Ok(Verdict::Allowed);
    };
    let patch = STANDARD.decode(patch).ok();
    let patch = patch.and_then(|patch| serde_json::from_slice(&patch).ok());
    let name = &webhook.name;
    let malformed = || StatusError::internal(format!("failed calling webhook \"{name}\": its patch is no JSON patch"));
    patch.map(Verdict::Changed).ok_or_else(malformed)
}

/// Builds the error of a denied request as in Kubernetes (`k8s.io/apiserver/pkg/admission/plugin/webhook/errors`).
fn denied(webhook: &str, status: &Value) -> StatusError {
    let code = status["code"].as_u64().and_then(|code| u16::try_from(code).ok());
    let said = |field: &str| status[field].as_str().filter(|text| !text.is_empty());
    let why = match said("message").or_else(|| said("reason")) {
        Some(why) => format!(": {why}"),
        None => " without explanation".to_owned(),
    };
    StatusError {
        code: code.filter(|code| *code >= 400).unwrap_or(400),
        reason: "",
        message: format!("admission webhook \"{webhook}\" denied the request{why}"),
        details: Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_denial_has_the_message_of_kubernetes() {
        let message = |status| {
            let error = denied("widgets.example", &status);
            format!("{} {}", error.code, error.message)
        };
        assert_eq!(
            message(json!({"message": "no such provider", "code": 403})),
            "403 admission webhook \"widgets.example\" denied the request: no such provider"
        );
        assert_eq!(
            message(json!({"code": 200})),
            "400 admission webhook \"widgets.example\" denied the request without explanation"
        );
    }
}
