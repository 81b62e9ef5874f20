//! The two providers that a map or a plan is between, and the checks that all of them share
//! (`pkg/controller/validation/provider.go`).

use std::sync::Arc;

use forklift_api::forklift::{Conditions, ObjectRef, Provider, ProviderPair, condition_types};

use super::{
    conditions::{CRITICAL, Staging, With, condition},
    shared::Shared,
};

/// The providers, as far as they exist.
pub struct Pair {
    /// Where the VMs are.
    pub source: Option<Arc<Provider>>,
    /// Where they go.
    pub destination: Option<Arc<Provider>>,
}

impl Pair {
    /// Looks both up and says what is wrong with them.
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

/// Whether a reference names something.
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
    shared.cache.get(namespace, name)
}
