//! Lists the objects of a kind that carry a label, and says what it means when they cannot be listed.

use std::collections::{BTreeMap, BTreeSet};

use kube::{
    Api, Error,
    api::{DynamicObject, ListParams},
};

use crate::{
    cluster::{is_not_found, retrying},
    events::explain,
};

/// The answer to a list.
pub(super) enum Listing {
    /// The objects. None, too, if the cluster does not serve the kind (404): then no object of it exists.
    Found(Vec<DynamicObject>),
    /// The API server does not list the kind for this user.
    Refused(Refusal),
    /// The list failed, also when it was retried. Nothing is known about the objects.
    Failed(String),
}

/// Why a kind is not listed although nothing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refusal {
    /// 403
    Forbidden,
    /// 405
    NotListable,
}

impl Refusal {
    fn from_error(error: &Error) -> Option<Self> {
        match error {
            Error::Api(status) if status.code == 403 => Some(Self::Forbidden),
            Error::Api(status) if status.code == 405 => Some(Self::NotListable),
            _ => None,
        }
    }

    /// In words, behind what was not listed.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Forbidden => "this user lacks the permission to list them (403)",
            Self::NotListable => "the API server does not list them (405)",
        }
    }
}

/// Lists what the label selector selects.
pub(super) async fn list(api: &Api<DynamicObject>, selector: &str) -> Listing {
    let labelled = ListParams::default().labels(selector);
    match retrying(|| api.list(&labelled)).await {
        Ok(found) => Listing::Found(found.items),
        Err(error) if is_not_found(&error) => Listing::Found(Vec::new()),
        Err(error) => match Refusal::from_error(&error) {
            Some(refusal) => Listing::Refused(refusal),
            None => Listing::Failed(format!("could not look for them: {}", explain(&error))),
        },
    }
}

/// Kinds that were not looked at, by the reason.
#[derive(Debug, Default)]
pub(super) struct Refused(BTreeMap<Refusal, BTreeSet<String>>);

impl Refused {
    /// Adds a kind.
    pub(super) fn add(&mut self, refusal: Refusal, kind: String) {
        self.0.entry(refusal).or_default().insert(kind);
    }

    /// Adds those of another cluster.
    pub(super) fn extend(&mut self, other: Self) {
        for (refusal, kinds) in other.0 {
            self.0.entry(refusal).or_default().extend(kinds);
        }
    }

    /// One line for each reason: `ConfigMap, Secret: this user lacks the permission to list them (403)`.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |(refusal, kinds): (&Refusal, &BTreeSet<String>)| {
            let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
            format!("{}: {}", kinds.join(", "), refusal.reason())
        };
        self.0.iter().map(line).collect()
    }
}
