//! Service accounts: every namespace gets one called `default`, and a token Secret of an account gets a token.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use k8s_openapi::api::core::v1::{Namespace, Secret, ServiceAccount};
use kube::{ResourceExt, api::ObjectMeta, runtime::reflector::ObjectRef};
use serde_json::json;

use crate::controllers::{
    controller::{Controller, Next},
    informer::{Informer, references},
    objects::Error,
    reconcile::{Shared, drive},
};

const TOKEN_TYPE: &str = "kubernetes.io/service-account-token";
const ACCOUNT_ANNOTATION: &str = "kubernetes.io/service-account.name";
const ACCOUNT_UID_ANNOTATION: &str = "kubernetes.io/service-account.uid";

/// Runs both controllers until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let namespaces = Controller::<Namespace>::on_change(&shared.context);
    let namespaces =
        namespaces.watches(|account: &ServiceAccount| account.namespace().map(|namespace| ObjectRef::new(&namespace)));
    let secrets = Controller::<Secret>::on_change(&shared.context);
    let known = secrets.informer().clone();
    let secrets = secrets.watches(move |account: &ServiceAccount| waiting_for(&known, account));
    futures::join!(
        drive(namespaces, shared.clone(), reconcile_namespace),
        drive(secrets, shared, reconcile_secret),
    );
}

/// Token Secrets that refer to the account.
fn waiting_for(secrets: &Informer<Secret>, account: &ServiceAccount) -> Vec<ObjectRef<Secret>> {
    references(&secrets.all_in(&account.namespace().unwrap_or_default()), |secret| {
        secret.annotations().get(ACCOUNT_ANNOTATION) == account.metadata.name.as_ref()
    })
}

async fn reconcile_namespace(namespace: Arc<Namespace>, shared: Arc<Shared>) -> Result<Next, Error> {
    if namespace.metadata.deletion_timestamp.is_none() {
        let account = ServiceAccount {
            metadata: ObjectMeta {
                name: Some("default".into()),
                namespace: namespace.metadata.name.clone(),
                ..ObjectMeta::default()
            },
            ..ServiceAccount::default()
        };
        let accounts = shared.context.within::<ServiceAccount>(&namespace.name_any());
        accounts.create(&account).await?;
    }
    Ok(Next::Change)
}

async fn reconcile_secret(secret: Arc<Secret>, shared: Arc<Shared>) -> Result<Next, Error> {
    let filled = secret.data.as_ref().is_some_and(|data| data.contains_key("token"));
    if secret.type_.as_deref() != Some(TOKEN_TYPE) || filled || secret.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Change);
    }
    let (Some(namespace), Some(name)) = (secret.namespace(), secret.annotations().get(ACCOUNT_ANNOTATION)) else {
        return Ok(Next::Change);
    };
    let accounts = shared.context.within::<ServiceAccount>(&namespace);
    let Some(account) = accounts.get(name).await else {
        return Ok(Next::Change);
    };
    let change = json!({
        "metadata": {"annotations": {ACCOUNT_UID_ANNOTATION: account.uid()}},
        "data": {
            "namespace": BASE64_STANDARD.encode(&namespace),
            "token": BASE64_STANDARD.encode(format!("mtv-lab.{}", sim_clock::uuid().simple())),
        },
    });
    let secrets = shared.context.within::<Secret>(&namespace);
    secrets.patch(&secret.name_any(), change).await?;
    Ok(Next::Change)
}
