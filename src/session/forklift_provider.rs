//! Providers of MTV on the hub: when one is ready.

use forklift_api::forklift::{Conditions as _, Provider, condition_types};
use kube::Api;

use super::{Error, Session};
use crate::cluster::{blockers::blocked, condition::is_true, wait::Wait};

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
