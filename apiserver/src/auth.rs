//! Who asks: bearer tokens and the users that they stand for, and what these users may do.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use jiff::Timestamp;
use serde_json::{Value, json};

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// `system:admin`, `system:serviceaccount:{namespace}:{name}`
    pub name: String,
    /// Unique id, may be empty.
    pub uid: String,
    /// Groups.
    pub groups: Vec<String>,
}

impl User {
    /// The administrator, who may do everything.
    pub fn admin() -> Self {
        let groups = vec!["system:masters".into(), "system:authenticated".into()];
        Self {
            name: "system:admin".into(),
            uid: String::new(),
            groups,
        }
    }

    /// A service account.
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

    /// Whether this user may do everything.
    pub fn may_everything(&self) -> bool {
        self.groups.iter().any(|group| group == "system:masters")
    }

    /// As reviews show it.
    pub fn to_value(&self) -> Value {
        json!({ "username": self.name, "uid": self.uid, "groups": self.groups })
    }
}

/// The tokens that are valid.
#[derive(Debug, Default)]
pub struct Tokens {
    users: RwLock<HashMap<String, (User, Option<Timestamp>)>>,
}

impl Tokens {
    /// Makes a new token for a user, valid until `end`, or for ever.
    pub fn issue(&self, user: User, end: Option<Timestamp>) -> String {
        let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        self.users
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(token.clone(), (user, end));
        token
    }

    /// Whose token it is.
    pub fn user(&self, token: &str) -> Option<User> {
        let users = self.users.read().unwrap_or_else(PoisonError::into_inner);
        let (user, end) = users.get(token)?;
        end.is_none_or(|end| Timestamp::now() < end).then(|| user.clone())
    }
}
