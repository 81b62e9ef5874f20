//! Triggers a reconcile of the providers that use a changed Secret.

use forklift_api::forklift::Provider;
use k8s_openapi::api::core::v1::Secret;
use kube::{ResourceExt, runtime::reflector::ObjectRef};

use crate::controllers::informer::{Informer, references};

/// Providers that use the Secret.
pub fn using(providers: &Informer<Provider>, secret: &Secret) -> Vec<ObjectRef<Provider>> {
    references(&providers.all(), |provider| uses(provider, secret))
}

fn uses(provider: &Provider, secret: &Secret) -> bool {
    let reference = &provider.spec.secret;
    reference.name.as_deref() == secret.metadata.name.as_deref()
        && reference.namespace.clone().or_else(|| provider.namespace()) == secret.namespace()
}
