//! What a webhook is asked, and what it says.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The question.
#[derive(Debug, Deserialize)]
pub struct Review {
    /// What is to be written by whom.
    pub request: Request,
}

/// What is to be written by whom.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Goes back with the answer.
    pub uid: String,
    /// `CREATE` or `UPDATE`.
    pub operation: String,
    /// Who asks.
    pub user_info: User,
    /// The object as it shall be.
    pub object: Value,
}

/// Who asks.
#[derive(Debug, Deserialize)]
pub struct User {
    /// Name.
    pub username: String,
    /// Groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

impl Request {
    /// The object by its type.
    ///
    /// # Errors
    /// It has another form.
    pub fn read<K: DeserializeOwned>(&self) -> Result<K, Denial> {
        serde_json::from_value(self.object.clone()).map_err(Denial::of)
    }
}

/// Why not.
#[derive(Debug, PartialEq, Eq)]
pub struct Denial {
    /// HTTP status.
    pub code: u16,
    /// In Forklift's words.
    pub message: String,
}

impl Denial {
    /// The usual one.
    pub fn of(error: impl ToString) -> Self {
        Self {
            code: 400,
            message: error.to_string(),
        }
    }
}

/// What is to be changed: operations of a JSON patch; none: it passes as it is.
pub type Changes = Vec<Value>;

/// The answer.
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
