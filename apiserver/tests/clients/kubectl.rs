//! `kubectl` against the server.

use std::io::Write;

use kube::{
    Api,
    api::{DynamicObject, Patch, PatchParams},
};
use serde_json::json;

use crate::fixture::{Fixture, define_widgets, resource};

#[tokio::test]
async fn kubectl_commands_work() {
    let fixture = Fixture::new().await;
    define_widgets(
        &fixture,
        json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true }),
    )
    .await;
    let mut files = Vec::new();
    for object in [
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "cm" }, "data": { "k": "v" } }),
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "n" } }),
        json!({ "apiVersion": "test.io/v1", "kind": "Widget", "metadata": { "name": "w" }, "spec": { "size": 7 } }),
    ] {
        let mut file = tempfile::NamedTempFile::with_suffix(".json").unwrap();
        file.write_all(object.to_string().as_bytes()).unwrap();
        files.push(file);
    }
    let file = |index: usize| files[index].path().to_str().unwrap().to_owned();
    let Some((_, version)) = fixture.kubectl(&["version", "--client", "--output=json"]).await else {
        return;
    };
    let version: serde_json::Value = serde_json::from_str(&version).unwrap();
    let minor = version["clientVersion"]["minor"]
        .as_str()
        .unwrap()
        .trim_end_matches('+');
    // Older ones ask for OpenAPI v2, which this server does not have.
    let knows_openapi_v3 = minor.parse::<u32>().unwrap() >= 27;
    for (line, expected) in [
        ("version", "v1.33"),
        ("get ns", "default"),
        ("apply -f CM", "configmap/cm created"),
        ("apply -f CM", "configmap/cm unchanged"),
        ("get cm cm -o jsonpath={.data.k}", "v"),
        ("label cm cm a=b", "configmap/cm labeled"),
        ("annotate cm cm a=b", "configmap/cm annotated"),
        ("get cm -l a=b -o name", "configmap/cm"),
        ("describe cm cm", "Name:         cm"),
        ("patch cm cm -p {\"data\":{\"k\":\"w\"}}", "configmap/cm patched"),
        ("delete cm cm", "configmap \"cm\" deleted"),
        ("apply -f NS", "namespace/n created"),
        ("delete ns n", "namespace \"n\" deleted"),
        ("api-resources", "widgets"),
        ("get wd", "No resources found in default namespace."),
        ("apply -f WIDGET", "widget.test.io/w created"),
        ("get wd", "NAME   SIZE   READY   AGE\nw      7              "),
        ("explain widget.spec", "KIND: Widget"),
        (
            "patch wd w --type=merge --subresource=status -p {\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}",
            "widget.test.io/w patched",
        ),
        (
            "wait wd/w --for=condition=Ready --timeout=5s",
            "widget.test.io/w condition met",
        ),
        ("get wd", "w      7      True    "),
        ("get ns default", "NAME      STATUS   AGE\ndefault   Active   "),
        ("create configmap typed --from-literal=k=v", "configmap/typed created"),
        ("create job j --image=i", "job.batch/j created"),
        ("create ns typed", "namespace/typed created"),
        ("create sa robot", "serviceaccount/robot created"),
        (
            "create role reader --verb=get,list --resource=pods",
            "role.rbac.authorization.k8s.io/reader created",
        ),
        (
            "create rolebinding r --role=reader --serviceaccount=default:robot",
            "rolebinding.rbac.authorization.k8s.io/r created",
        ),
        ("auth can-i list pods", "yes"),
        ("get nothing", "the server doesn't have a resource type \"nothing\""),
    ] {
        let line = line
            .replace("CM", &file(0))
            .replace("NS", &file(1))
            .replace("WIDGET", &file(2));
        let mut arguments: Vec<&str> = line.split(' ').collect();
        if !knows_openapi_v3 && matches!(arguments[..], ["apply" | "create", ..]) {
            arguments.push("--validate=false");
        }
        if !knows_openapi_v3 && arguments[0] == "explain" {
            continue;
        }
        let Some((_, mut output)) = fixture.kubectl(&arguments).await else {
            return;
        };
        if output.contains("unknown flag: --subresource") {
            // kubectl before 1.24 cannot patch a status.
            set_ready(&fixture).await;
            continue;
        }
        if line.starts_with("explain") {
            // Versions align it differently.
            output = output.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        assert!(output.contains(expected), "kubectl {line}: {output}");
    }
}

/// Makes the widget `w` ready, by its status.
async fn set_ready(fixture: &Fixture) {
    let widgets: Api<DynamicObject> = Api::namespaced_with(
        fixture.client.clone(),
        "default",
        &resource("test.io", "v1", "Widget", "widgets"),
    );
    let ready = Patch::Merge(json!({ "status": { "conditions": [{ "type": "Ready", "status": "True" }] } }));
    widgets
        .patch_status("w", &PatchParams::default(), &ready)
        .await
        .unwrap();
}
