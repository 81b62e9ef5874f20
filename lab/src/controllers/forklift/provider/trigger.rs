//! Triggers a reconcile of the providers that use a changed Secret.

use forklift_api::forklift::Provider;
use k8s_openapi::api::core::v1::Secret;
use kube::{ResourceExt, runtime::reflector::ObjectRef};

use crate::controllers::informer::Informer;

/// Providers that use the Secret.
pub fn using(providers: &Informer<Provider>, secret: &Secret) -> Vec<ObjectRef<Provider>> {
    let mut using = providers.all();
    using.retain(|provider| uses(provider, secret));
    using.iter().map(|provider| ObjectRef::from_obj(&**provider)).collect()
}

fn uses(provider: &Provider, secret: &Secret) -> bool {
    let reference = &provider.spec.secret;
    reference.name.as_deref() == secret.metadata.name.as_deref()
        && reference.namespace.clone().or_else(|| provider.namespace()) == secret.namespace()
}
