//! The destination Provider: the cluster that Forklift itself runs in.

use std::sync::Arc;

use forklift_api::forklift::{Conditions as _, ObjectRef, Provider, ProviderSpec, condition_types};
use kube::{Api, api::ObjectMeta};

use super::{Error, Session};
use crate::cluster::{blockers::blocked, condition::is_true, tracked, wait::Wait};

/// Creates the Provider and waits until it is ready.
pub(super) async fn create(session: Arc<Session>) -> Result<Provider, Error> {
    let namespace = session.namespace().await?;
    let name = format!("{}-local-ocp-provider", session.identity.run);
    let provider = Provider {
        metadata: ObjectMeta {
            name: Some(name.clone()),
            namespace: Some(namespace.clone()),
            ..ObjectMeta::default()
        },
        spec: ProviderSpec {
            type_: "openshift".to_owned(),
            // Both empty: the host cluster (Forklift, `provider.go`).
            url: Some(String::new()),
            secret: ObjectRef::default(),
            settings: None,
        },
        status: None,
    };
    let work = async {
        tracked::create(session.hub(), session.scope(), provider).await?;
        ready(&session, &namespace, &name).await
    };
    session
        .log
        .activity(None, format!("creating the destination provider {name}"), work)
        .await
}

/// Waits until a Provider is ready; a condition that blocks it ends the wait at once.
pub(super) async fn ready(session: &Session, namespace: &str, name: &str) -> Result<Provider, Error> {
    let providers: Api<Provider> = Api::namespaced(session.hub().client.clone(), namespace);
    let provider = Wait::new(session.hub(), providers, name)
        .for_(format!("the provider {name} to be ready"))
        .at_most(session.settings.timeouts.provider_ready)
        .advice(format!(
            "see the log of the Deployment forklift-controller in {}; where the inventory is merely large, raise \
             timeouts.provider_ready",
            session.settings.target.mtv_namespace
        ))
        .fails_when(|provider: &Provider| blocked(provider.status.conditions()))
        .until(is_true(condition_types::READY))
        .await?;
    Ok(provider)
}
