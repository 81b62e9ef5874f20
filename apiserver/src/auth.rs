//! Authentication: bearer tokens and the users that they identify.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use jiff::Timestamp;
use serde_json::{Value, json};

/// An authenticated user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// User name: `system:admin`, `system:serviceaccount:{namespace}:{name}`.
    pub name: String,
    /// Unique id; may be empty.
    pub uid: String,
    /// Groups that the user is a member of.
    pub groups: Vec<String>,
}

impl User {
    /// The administrator, who is allowed everything.
    pub fn admin() -> Self {
        let groups = vec!["system:masters".into(), "system:authenticated".into()];
        Self {
            name: "system:admin".into(),
            uid: String::new(),
            groups,
        }
    }

    /// The user of a service account.
    pub fn service_account(namespace: &str, name: &str, uid: &str) -> Self {
        let groups = vec![
            "system:serviceaccounts".into(),
            format!("system:serviceaccounts:{namespace}"),
            "system:authenticated".into(),
        ];
        Self {
            name: format!("system:serviceaccount:{namespace}:{name}"),
            uid: uid.into(),
            groups,
        }
    }

    /// Whether the user is allowed everything without further checks.
    pub fn is_admin(&self) -> bool {
        self.groups.iter().any(|group| group == "system:masters")
    }

    /// The user as `UserInfo` in reviews.
    pub fn to_value(&self) -> Value {
        json!({ "username": self.name, "uid": self.uid, "groups": self.groups })
    }
}

/// Bearer tokens that are valid now.
#[derive(Debug, Default)]
pub struct Tokens {
    users: RwLock<HashMap<String, (User, Option<Timestamp>)>>,
}

impl Tokens {
    /// Issues a token for a user, valid until `end`, or without an end.
    pub fn issue(&self, user: User, end: Option<Timestamp>) -> String {
        let token = format!("{}{}", sim_clock::uuid().simple(), sim_clock::uuid().simple());
        let now = sim_clock::now();
        let mut users = self.users.write().unwrap_or_else(PoisonError::into_inner);
        users.retain(|_, (_, end)| end.is_none_or(|end| now < end));
        users.insert(token.clone(), (user, end));
        token
    }

    /// Returns the user of a valid token.
    pub fn user(&self, token: &str) -> Option<User> {
        let users = self.users.read().unwrap_or_else(PoisonError::into_inner);
        let (user, end) = users.get(token)?;
        end.is_none_or(|end| sim_clock::now() < end).then(|| user.clone())
    }
}
