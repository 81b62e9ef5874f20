//! Authorization of inventory requests: the API server reviews the bearer token, then the user's right to get or list
//! providers (`pkg/controller/provider/web/base/auth.go`).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sim_clock::Instant;

use axum::http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use k8s_openapi::api::{
    authentication::v1::{TokenReview, TokenReviewSpec, UserInfo},
    authorization::v1::{ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec},
};
use kube::{Api, Client, api::PostParams};

/// Time that a positive decision is cached.
const CACHE_TIME: Duration = Duration::from_secs(10);

/// Requested access to providers.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Access {
    /// `get` or `list`.
    pub verb: &'static str,
    /// Name of the provider; empty for a list.
    pub name: String,
    /// Namespace of the provider; empty for all namespaces.
    pub namespace: String,
}

/// Authorizes inventory requests.
pub struct Auth {
    client: Client,
    allowed: Mutex<HashMap<(String, Access), Instant>>,
}

impl Auth {
    /// Creates an authorizer that asks this API server.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            allowed: Mutex::default(),
        }
    }

    /// Checks a request; an error has the HTTP status and the message.
    pub async fn check(&self, headers: &HeaderMap, access: Access) -> Result<(), (StatusCode, String)> {
        let unauthorized = || (StatusCode::UNAUTHORIZED, String::new());
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(unauthorized)?;
        let key = (token.to_owned(), access);
        if self.is_cached(&key) {
            return Ok(());
        }
        let failed = |error: kube::Error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
        let user = self.review(token).await.map_err(failed)?.ok_or_else(unauthorized)?;
        let (allowed, reason) = self.authorize(user, &key.1).await.map_err(failed)?;
        if !allowed {
            return Err((StatusCode::FORBIDDEN, reason));
        }
        let mut remembered = self.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.insert(key, Instant::now());
        Ok(())
    }

    fn is_cached(&self, key: &(String, Access)) -> bool {
        let mut remembered = self.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.retain(|_, since| since.elapsed() < CACHE_TIME);
        remembered.contains_key(key)
    }

    async fn review(&self, token: &str) -> kube::Result<Option<UserInfo>> {
        let review = TokenReview {
            spec: TokenReviewSpec {
                token: Some(token.into()),
                ..TokenReviewSpec::default()
            },
            ..TokenReview::default()
        };
        let answer = Api::all(self.client.clone())
            .create(&PostParams::default(), &review)
            .await?;
        let status = answer.status.unwrap_or_default();
        Ok(status.user.filter(|_| status.authenticated == Some(true)))
    }

    async fn authorize(&self, user: UserInfo, access: &Access) -> kube::Result<(bool, String)> {
        let review = SubjectAccessReview {
            spec: SubjectAccessReviewSpec {
                user: user.username,
                groups: user.groups,
                uid: user.uid,
                resource_attributes: Some(ResourceAttributes {
                    group: Some("forklift.konveyor.io".into()),
                    resource: Some("providers".into()),
                    verb: Some(access.verb.into()),
                    name: Some(access.name.clone()),
                    namespace: Some(access.namespace.clone()),
                    ..ResourceAttributes::default()
                }),
                ..SubjectAccessReviewSpec::default()
            },
            ..SubjectAccessReview::default()
        };
        let answer = Api::all(self.client.clone())
            .create(&PostParams::default(), &review)
            .await?;
        let status = answer.status.unwrap_or_default();
        Ok((status.allowed, status.reason.unwrap_or_default()))
    }
}
