//! Patches: JSON patch, merge patch, strategic merge patch, and server-side apply.

use serde_json::Value;

use super::{kinds::Kind, status::StatusError, strategic};

/// A patch of one of the content types that Kubernetes supports.
#[derive(Debug)]
pub enum Patch {
    /// `application/json-patch+json`
    Json(json_patch::Patch),
    /// `application/merge-patch+json`
    Merge(Value),
    /// `application/strategic-merge-patch+json`
    Strategic(Value),
    /// `application/apply-patch+yaml`
    Apply(Value),
}

impl Patch {
    /// Parses the body of a `PATCH` request for an object of this kind.
    pub fn parse(kind: &Kind, content_type: &str, body: &[u8]) -> Result<Self, StatusError> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let wrong = |error: String| StatusError::bad_request(format!("error decoding patch: {error}"));
        let json = || serde_json::from_slice::<Value>(body).map_err(|error| wrong(error.to_string()));
        match media_type {
            "application/json-patch+json" => {
                let patch = serde_json::from_slice(body).map_err(|error| wrong(error.to_string()))?;
                Ok(Self::Json(patch))
            }
            "application/merge-patch+json" => Ok(Self::Merge(json()?)),
            "application/strategic-merge-patch+json" if kind.custom.is_none() => Ok(Self::Strategic(json()?)),
            "application/apply-patch+yaml" => {
                // A YAML parser reads JSON, too.
                let text = std::str::from_utf8(body).map_err(|error| wrong(error.to_string()))?;
                let applied = serde_json::from_str(text)
                    .or_else(|_| serde_saphyr::from_str(text))
                    .map_err(|error| wrong(error.to_string()))?;
                Ok(Self::Apply(applied))
            }
            _ => {
                let supported = match kind.custom {
                    Some(_) => {
                        "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
                    }
                    None => {
                        "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml"
                    }
                };
                Err(StatusError::unsupported_media_type(format!(
                    "the body of the request was in an unknown format - accepted media types include: {supported}"
                )))
            }
        }
    }

    /// The object that a server-side apply creates when none exists; `None` for other patches.
    pub fn creates(&self) -> Option<&Value> {
        match self {
            Self::Apply(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the patched object.
    ///
    /// Server-side apply is simplified: it merges the applied fields into the object, merges lists by their keys, and
    /// wins every conflict. It keeps no `managedFields`: a field that is no longer applied stays.
    pub fn apply(&self, kind: &Kind, object: &Value) -> Result<Value, StatusError> {
        let mut patched = object.clone();
        match self {
            Self::Json(patch) => json_patch::patch(&mut patched, patch).map_err(|error| {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                let mut status = StatusError::invalid(kind, name, &[]);
                status.message = format!("the server rejected our request due to an error in our request: {error}");
                status
            })?,
            Self::Merge(patch) => json_patch::merge(&mut patched, patch),
            Self::Strategic(patch) => strategic::merge(&mut patched, patch),
            Self::Apply(applied) => strategic::merge(&mut patched, applied),
        }
        Ok(patched)
    }
}
