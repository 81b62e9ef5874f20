//! Source and destination provider of a map or plan, and the checks that maps and plans share
//! (`pkg/controller/validation/provider.go`).

use std::sync::Arc;

use forklift_api::forklift::{Conditions, ObjectRef, Provider, ProviderPair, condition_types};

use super::{
    conditions::{CRITICAL, Staging, With, condition},
    shared::Shared,
};

/// Source and destination provider; `None`: the provider does not exist.
pub struct Pair {
    /// Source provider.
    pub source: Option<Arc<Provider>>,
    /// Destination provider.
    pub destination: Option<Arc<Provider>>,
}

impl Pair {
    /// Looks up both providers and sets conditions about missing, invalid and unready ones.
    pub fn check(shared: &Shared, pair: &ProviderPair, staging: &mut Staging) -> Self {
        let source = find(shared, &pair.source);
        let destination = find(shared, &pair.destination);
        for (side, reference, provider) in [
            ("Source", &pair.source, &source),
            ("Destination", &pair.destination, &destination),
        ] {
            let name = side.to_lowercase();
            let not_valid = |reason| {
                let message = format!("The {name} provider is not valid.");
                condition(&format!("{side}ProviderNotValid"), CRITICAL, message).reason(reason)
            };
            match provider {
                _ if !is_set(reference) => staging.set(not_valid("NotSet")),
                None => staging.set(not_valid("NotFound")),
                Some(provider) if side == "Destination" && provider.spec.type_ != "openshift" => {
                    staging.set(not_valid("TypeNotValid"));
                }
                Some(provider) if !provider.status.is_true(condition_types::READY) => {
                    let message = format!("The {name} provider does not have the Ready condition.");
                    staging.set(condition(&format!("{side}ProviderNotReady"), CRITICAL, message));
                }
                Some(_) => {}
            }
        }
        Self { source, destination }
    }
}

/// Whether a reference has both namespace and name.
pub fn is_set(reference: &ObjectRef) -> bool {
    let filled = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    filled(&reference.name) && filled(&reference.namespace)
}

/// Namespace and name of a reference, empty when absent.
pub fn names(reference: &ObjectRef) -> (&str, &str) {
    (
        reference.namespace.as_deref().unwrap_or_default(),
        reference.name.as_deref().unwrap_or_default(),
    )
}

fn find(shared: &Shared, reference: &ObjectRef) -> Option<Arc<Provider>> {
    if !is_set(reference) {
        return None;
    }
    let (namespace, name) = names(reference);
    shared.cached(namespace, name)
}
