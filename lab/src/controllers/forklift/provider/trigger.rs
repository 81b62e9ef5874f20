//! Triggers a reconcile of the providers that use a changed Secret.

use forklift_api::forklift::Provider;
use futures::{Stream, StreamExt, stream};
use k8s_openapi::api::core::v1::Secret;
use kube::{
    ResourceExt,
    runtime::reflector::{ObjectRef, Store},
};

/// Providers whose Secret changed.
pub fn secret_changes(
    secrets: impl Stream<Item = Secret>,
    providers: Store<Provider>,
) -> impl Stream<Item = ObjectRef<Provider>> {
    secrets.flat_map(move |secret| {
        let providers = providers.state();
        let using = providers.iter().filter(|provider| uses(provider, &secret));
        let using: Vec<_> = using.map(|provider| ObjectRef::from_obj(provider.as_ref())).collect();
        stream::iter(using)
    })
}

fn uses(provider: &Provider, secret: &Secret) -> bool {
    let reference = &provider.spec.secret;
    reference.name.as_deref() == secret.metadata.name.as_deref()
        && reference.namespace.clone().or_else(|| provider.namespace()) == secret.namespace()
}
