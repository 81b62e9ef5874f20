//! Secrets of the providers file that are kept on the cluster.

use std::{collections::BTreeMap, path::Path};

use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api,
    api::{ObjectMeta, PostParams},
};
use mtv_bdd::{session::provider_secrets, settings::ProvidersFile};
use secrecy::ExposeSecret;

use crate::stage::{NAMESPACE, Stage};

/// A providers file with one vCenter per key, each with its password in a Secret of the cluster.
fn file(kept: &[(&str, &str)]) -> ProvidersFile {
    let entries: Vec<String> = kept
        .iter()
        .map(|(key, secret)| {
            format!(
                r#""{key}": {{"type": "vsphere", "version": "8", "api_url": "https://vc/sdk", "username": "u", "password": {{"secret": "{secret}"}}}}"#
            )
        })
        .collect();
    ProvidersFile::parse(Path::new("providers.json"), &format!("{{{}}}", entries.join(",")), &[]).unwrap()
}

async fn stage() -> Stage {
    let stage = Stage::start().await;
    let secrets: Api<Secret> = Api::namespaced(stage.cluster.client.clone(), NAMESPACE);
    let data = [("password", "canary"), ("empty", "")];
    let secret = Secret {
        metadata: ObjectMeta {
            name: Some("vcenter".to_owned()),
            ..ObjectMeta::default()
        },
        string_data: Some(BTreeMap::from(
            data.map(|(key, value)| (key.to_owned(), value.to_owned())),
        )),
        ..Secret::default()
    };
    secrets.create(&PostParams::default(), &secret).await.unwrap();
    stage
}

#[tokio::test]
async fn secrets_of_the_selected_providers_are_read() {
    let stage = stage().await;
    let mut file = file(&[
        ("vc", "auto-ab12/vcenter/password"),
        ("other", "auto-ab12/nowhere/password"),
    ]);
    let selected = ["vc".to_owned()];
    provider_secrets::read(&stage.cluster, &mut file, &selected)
        .await
        .unwrap();
    let known: Vec<&str> = file.secrets().map(ExposeSecret::expose_secret).collect();
    assert_eq!(known, ["canary"]);
    assert!(!format!("{file:?}").contains("canary"));
}

#[tokio::test]
async fn all_missing_secrets_are_reported_with_the_existing_keys() {
    let stage = stage().await;
    let mut file = file(&[
        ("a", "auto-ab12/nowhere/password"),
        ("b", "auto-ab12/vcenter/pasword"),
        ("c", "auto-ab12/vcenter/empty"),
        ("d", "auto-ab12/vcenter/password"),
    ]);
    let selected = ["a", "b", "c", "d"].map(str::to_owned);
    let error = provider_secrets::read(&stage.cluster, &mut file, &selected)
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @r#"
    secrets of the providers file are not on the cluster
      a: password: could not read auto-ab12/nowhere/password: there is no Secret auto-ab12/nowhere
      b: password: could not read auto-ab12/vcenter/pasword: the Secret auto-ab12/vcenter has no key "pasword"; it has empty, password
      c: password: could not read auto-ab12/vcenter/empty: its value is empty
    "#);
    assert_eq!(file.secrets().count(), 1);
}
