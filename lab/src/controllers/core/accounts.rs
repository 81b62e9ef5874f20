//! Service accounts: every namespace gets one called `default`, and a token Secret of an account gets a token.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use k8s_openapi::api::core::v1::{Namespace, Secret, ServiceAccount};
use kube::{
    Api, ResourceExt,
    api::ObjectMeta,
    runtime::{
        controller::Action,
        reflector::{ObjectRef, Store},
        watcher,
    },
};
use serde_json::json;

use crate::controllers::{
    objects::{self, Error},
    reconcile::{Shared, controller_of, drive},
};

const TOKEN_TYPE: &str = "kubernetes.io/service-account-token";
const ACCOUNT_ANNOTATION: &str = "kubernetes.io/service-account.name";
const ACCOUNT_UID_ANNOTATION: &str = "kubernetes.io/service-account.uid";

/// Runs both controllers until the context stops.
pub async fn run(shared: Arc<Shared>) {
    let namespaces = controller_of::<Namespace>(shared.client()).watches(
        Api::<ServiceAccount>::all(shared.client()),
        watcher::Config::default(),
        |account| account.namespace().map(|namespace| ObjectRef::new(&namespace)),
    );
    let secrets = controller_of::<Secret>(shared.client());
    let known = secrets.store();
    let secrets = secrets.watches(
        Api::<ServiceAccount>::all(shared.client()),
        watcher::Config::default(),
        move |account| waiting_for(&known, &account),
    );
    let context = shared.context.clone();
    futures::join!(
        drive(namespaces, &context, shared.clone(), reconcile_namespace),
        drive(secrets, &context, shared, reconcile_secret),
    );
}

/// Token Secrets that refer to the account.
fn waiting_for(secrets: &Store<Secret>, account: &ServiceAccount) -> Vec<ObjectRef<Secret>> {
    let names_it = |secret: &&Arc<Secret>| {
        secret.namespace() == account.namespace()
            && secret.annotations().get(ACCOUNT_ANNOTATION) == account.metadata.name.as_ref()
    };
    let found = secrets.state();
    found
        .iter()
        .filter(names_it)
        .map(|secret| ObjectRef::from_obj(&**secret))
        .collect()
}

async fn reconcile_namespace(namespace: Arc<Namespace>, shared: Arc<Shared>) -> Result<Action, Error> {
    if namespace.metadata.deletion_timestamp.is_none() {
        let account = ServiceAccount {
            metadata: ObjectMeta {
                name: Some("default".into()),
                namespace: namespace.metadata.name.clone(),
                ..ObjectMeta::default()
            },
            ..ServiceAccount::default()
        };
        let accounts = Api::<ServiceAccount>::namespaced(shared.client(), &namespace.name_any());
        objects::create(&accounts, &account).await?;
    }
    Ok(Action::await_change())
}

async fn reconcile_secret(secret: Arc<Secret>, shared: Arc<Shared>) -> Result<Action, Error> {
    let filled = secret.data.as_ref().is_some_and(|data| data.contains_key("token"));
    if secret.type_.as_deref() != Some(TOKEN_TYPE) || filled || secret.metadata.deletion_timestamp.is_some() {
        return Ok(Action::await_change());
    }
    let (Some(namespace), Some(name)) = (secret.namespace(), secret.annotations().get(ACCOUNT_ANNOTATION)) else {
        return Ok(Action::await_change());
    };
    let accounts = Api::<ServiceAccount>::namespaced(shared.client(), &namespace);
    let Some(account) = objects::get(&accounts, name).await? else {
        return Ok(Action::await_change());
    };
    let change = json!({
        "metadata": {"annotations": {ACCOUNT_UID_ANNOTATION: account.uid()}},
        "data": {
            "namespace": BASE64_STANDARD.encode(&namespace),
            "token": BASE64_STANDARD.encode(format!("mtv-lab.{}", sim_clock::uuid().simple())),
        },
    });
    let secrets = Api::<Secret>::namespaced(shared.client(), &namespace);
    objects::patch(&secrets, &secret.name_any(), change).await?;
    Ok(Action::await_change())
}
