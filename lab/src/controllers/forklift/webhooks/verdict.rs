//! Request and response of an admission webhook.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// AdmissionReview with the request.
#[derive(Debug, Deserialize)]
pub struct Review {
    /// The request.
    pub request: Request,
}

/// Request to admit an object.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// UID of the request, repeated in the response.
    pub uid: String,
    /// `CREATE` or `UPDATE`.
    pub operation: String,
    /// User who sent the request.
    pub user_info: User,
    /// The new object.
    pub object: Value,
}

/// User of a request.
#[derive(Debug, Deserialize)]
pub struct User {
    /// Name of the user.
    pub username: String,
    /// Groups of the user.
    #[serde(default)]
    pub groups: Vec<String>,
}

impl Request {
    /// Deserializes the object.
    ///
    /// # Errors
    /// The object does not match the type.
    pub fn read<K: DeserializeOwned>(&self) -> Result<K, Denial> {
        serde_json::from_value(self.object.clone()).map_err(Denial::new)
    }
}

/// Refusal of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Denial {
    /// HTTP status code.
    pub code: u16,
    /// Message in Forklift's wording.
    pub message: String,
}

impl Denial {
    /// Refusal with status code 400.
    pub fn new(error: impl ToString) -> Self {
        Self {
            code: 400,
            message: error.to_string(),
        }
    }
}

/// Operations of a JSON patch; empty: the object is admitted without changes.
pub type Changes = Vec<Value>;

/// Builds the AdmissionReview response.
pub fn answer(uid: &str, verdict: Result<Changes, Denial>) -> Value {
    let mut response = json!({"uid": uid, "allowed": verdict.is_ok()});
    match verdict {
        Ok(changes) if changes.is_empty() => {}
        Ok(changes) => {
            response["patchType"] = json!("JSONPatch");
            response["patch"] = json!(STANDARD.encode(Value::from(changes).to_string()));
        }
        Err(denial) => response["status"] = json!({"code": denial.code, "message": denial.message}),
    }
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response})
}
