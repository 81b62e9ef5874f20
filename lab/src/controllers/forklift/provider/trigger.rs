//! A changed Secret wakes the providers that use it.

use forklift_api::forklift::Provider;
use futures::{Stream, StreamExt, stream};
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, Client, ResourceExt,
    runtime::{
        WatchStreamExt,
        reflector::{ObjectRef, Store},
        watcher,
    },
};

/// The providers whose Secret changed.
pub fn secret_changes(client: Client, providers: Store<Provider>) -> impl Stream<Item = ObjectRef<Provider>> {
    watcher(Api::<Secret>::all(client), watcher::Config::default())
        .default_backoff()
        .applied_objects()
        .flat_map(move |secret| {
            let using: Vec<ObjectRef<Provider>> = match secret {
                Ok(secret) => {
                    let providers = providers.state();
                    let using = providers.iter().filter(|provider| uses(provider, &secret));
                    using.map(|provider| ObjectRef::from_obj(provider.as_ref())).collect()
                }
                Err(_) => Vec::new(),
            };
            stream::iter(using)
        })
}

fn uses(provider: &Provider, secret: &Secret) -> bool {
    let reference = &provider.spec.secret;
    reference.name.as_deref() == secret.metadata.name.as_deref()
        && reference.namespace.clone().or_else(|| provider.namespace()) == secret.namespace()
}
