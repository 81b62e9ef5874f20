//! A run whose providers file refers to a password on the cluster.

use std::{collections::BTreeMap, path::Path};

use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api,
    api::{ObjectMeta, PostParams},
};
use serde_json::Value;

use crate::{binary::text, target::Target};

const SMOKE: &str = "features/cold/smoke.feature";

/// Moves the vCenter's password from the providers file to a Secret of the lab, and returns it.
async fn keep_on_the_cluster(target: &Target, reference: &str) -> String {
    let path = target.lab.folder().join("providers.json");
    let mut providers: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let password = providers["vsphere"]["password"].as_str().unwrap().to_owned();
    let secrets: Api<Secret> = Api::namespaced(target.client.clone(), "default");
    let secret = Secret {
        metadata: ObjectMeta {
            name: Some("vcenter".to_owned()),
            ..ObjectMeta::default()
        },
        string_data: Some(BTreeMap::from([("password".to_owned(), password.clone())])),
        ..Secret::default()
    };
    secrets.create(&PostParams::default(), &secret).await.unwrap();
    providers["vsphere"]["password"] = serde_json::json!({ "secret": reference });
    std::fs::write(&path, providers.to_string()).unwrap();
    password
}

/// Paths of the files below a folder that contain these words.
fn files_with(words: &str, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(words, &path));
        } else if String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(words) {
            found.push(text(&path).to_owned());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_read_when_the_run_begins_and_never_shown() {
    let target = Target::start().await;
    let password = keep_on_the_cluster(&target, "default/vcenter/password").await;
    let run = target.run(&["--input", SMOKE]).await;
    assert_eq!(run.code, 0, "{}", run.said());
    assert!(!run.said().contains(&password));
    assert_eq!(files_with(&password, run.output()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_secret_is_reported_before_anything_is_created() {
    let target = Target::start().await;
    keep_on_the_cluster(&target, "default/vcenter/pasword").await;
    let run = target.run(&["--input", SMOKE]).await;
    assert_eq!(run.code, 3, "{}", run.said());
    let told = "vsphere: password: could not read default/vcenter/pasword: the Secret default/vcenter has no key \
                \"pasword\"; it has password";
    assert!(run.said().contains(told), "{}", run.said());
}
