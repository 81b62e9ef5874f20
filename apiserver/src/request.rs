//! A request: method, path, query, headers, body.

use std::{collections::HashMap, time::Duration};

use axum::{
    body::Bytes,
    extract::Query as UrlQuery,
    http::{HeaderMap, HeaderValue, Method, Uri, header},
};
use serde_json::Value;

use super::{
    create::{FieldValidation, WriteOptions},
    list::Query,
    protobuf,
    selectors::Selection,
    status::StatusError,
    view::View,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request with its whole body.
#[derive(Debug)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Percent-encoded path.
    pub path: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
    query: HashMap<String, String>,
}

impl Request {
    /// Creates a request; fails if the query is malformed.
    pub fn new(method: Method, uri: &Uri, headers: HeaderMap, body: Bytes) -> Result<Self, StatusError> {
        let UrlQuery(query) = UrlQuery::<HashMap<String, String>>::try_from_uri(uri)
            .map_err(|error| StatusError::bad_request(format!("the query cannot be read: {error}")))?;
        Ok(Self {
            method,
            path: uri.path().to_owned(),
            headers,
            body,
            query,
        })
    }

    /// Value of a header; empty if absent.
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Bearer token of the header `Authorization`.
    pub fn token(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION).split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// Value of a query parameter; `None` if absent or empty.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether a query parameter is true.
    pub fn flag(&self, name: &str) -> bool {
        self.parameter(name)
            .is_some_and(|value| value == "true" || value == "1")
    }

    /// The representation that the header `Accept` requests.
    pub fn view(&self) -> View {
        View::choose(self.header(header::ACCEPT))
    }

    /// Whether the request is a watch.
    pub fn is_watch(&self) -> bool {
        self.flag("watch")
    }

    /// Parses the body as JSON, YAML or protobuf by its content type; null if the body is empty.
    pub fn json(&self) -> Result<Value, StatusError> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        let content_type = self.header(header::CONTENT_TYPE);
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let wrong = |error: String| StatusError::bad_request(format!("the body cannot be read: {error}"));
        match media_type {
            "" | "application/json" | "*/*" => {
                serde_json::from_slice(&self.body).map_err(|error| wrong(error.to_string()))
            }
            "application/vnd.kubernetes.protobuf" => protobuf::decode(&self.body).map_err(wrong),
            "application/yaml" => {
                let text = std::str::from_utf8(&self.body).map_err(|error| wrong(error.to_string()))?;
                serde_saphyr::from_str(text).map_err(|error| wrong(error.to_string()))
            }
            other => Err(StatusError::unsupported_media_type(format!(
                "the body of the request was in an unknown format ({other}) - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf"
            ))),
        }
    }

    /// A copy of the request with `dryRun=All` whose answer is the whole object.
    pub fn as_dry_run(&self) -> Self {
        let mut as_dry_run = Self {
            method: self.method.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            query: self.query.clone(),
        };
        as_dry_run.query.insert("dryRun".into(), "All".into());
        as_dry_run.headers.insert(header::ACCEPT, JSON);
        as_dry_run
    }

    /// A copy of the request with this object as its body. Server-side apply is kept: its body can be JSON.
    pub fn with_object(&self, method: Method, object: &Value) -> Self {
        let mut headers = self.headers.clone();
        if method != Method::PATCH {
            headers.insert(header::CONTENT_TYPE, JSON);
        }
        Self {
            method,
            path: self.path.clone(),
            headers,
            body: object.to_string().into(),
            query: self.query.clone(),
        }
    }

    /// Parses `dryRun` and `fieldValidation`.
    pub fn write_options(&self) -> Result<WriteOptions, StatusError> {
        let dry_run = match self.parameter("dryRun") {
            None => false,
            Some("All") => true,
            Some(other) => {
                return Err(StatusError::bad_request(format!(
                    "dryRun: Unsupported value: \"{other}\": supported values: \"All\""
                )));
            }
        };
        let validation = match self.parameter("fieldValidation") {
            None | Some("Warn") => FieldValidation::Warn,
            Some("Ignore") => FieldValidation::Ignore,
            Some("Strict") => FieldValidation::Strict,
            Some(other) => {
                return Err(StatusError::bad_request(format!(
                    "fieldValidation: Unsupported value: \"{other}\": supported values: \"Ignore\", \"Warn\", \"Strict\""
                )));
            }
        };
        Ok(WriteOptions { dry_run, validation })
    }

    /// Parses the parameters of a list or watch.
    pub fn list_query(&self, namespace: Option<&str>) -> Result<Query, StatusError> {
        let labels = self.parameter("labelSelector").unwrap_or_default();
        let fields = self.parameter("fieldSelector").unwrap_or_default();
        let number = |name: &str| {
            let wrong = |_| StatusError::bad_request(format!("{name}: Invalid value: must be a number"));
            self.parameter(name)
                .map(|value| value.parse::<u64>().map_err(wrong))
                .transpose()
        };
        let limit = number("limit")?.filter(|limit| *limit > 0);
        Ok(Query {
            selection: Selection::parse(labels, fields).map_err(StatusError::bad_request)?,
            namespace: namespace.map(str::to_owned),
            revision: number("resourceVersion")?,
            exact: self.parameter("resourceVersionMatch") == Some("Exact"),
            limit: limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
            token: self.parameter("continue").map(str::to_owned),
        })
    }

    /// Parses `timeoutSeconds`.
    pub fn timeout(&self) -> Option<Duration> {
        self.parameter("timeoutSeconds")?.parse().ok().map(Duration::from_secs)
    }
}
