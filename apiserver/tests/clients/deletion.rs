//! Deletion: finalizers, grace periods, owners and dependents, namespaces, definitions.

use k8s_openapi::{
    api::core::v1::{ConfigMap, Namespace, Pod, ServiceAccount},
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams, Patch, PatchParams, PostParams, Preconditions},
};
use serde_json::{Value, json};

use crate::fixture::{Fixture, create, define_widgets, eventually, expect_status_error, object};

async fn is_gone(maps: &Api<ConfigMap>, name: &str) -> bool {
    maps.get_opt(name).await.unwrap().is_none()
}

#[tokio::test]
async fn an_object_exists_until_its_last_finalizer_is_removed() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    create(
        &maps,
        json!({ "metadata": { "name": "a", "finalizers": ["x.io/a", "x.io/b"] } }),
    )
    .await;
    let going = maps
        .delete("a", &DeleteParams::default())
        .await
        .unwrap()
        .left()
        .unwrap();
    assert!(going.metadata.deletion_timestamp.is_some());

    let more = Patch::Merge(json!({ "metadata": { "finalizers": ["x.io/a", "x.io/c"] } }));
    let (code, _, message) = expect_status_error(maps.patch("a", &PatchParams::default(), &more).await);
    assert_eq!(code, 422);
    assert!(
        message.contains("no new finalizers can be added if the object is being deleted"),
        "{message}"
    );

    for (finalizers, gone) in [(json!(["x.io/b"]), false), (Value::Null, true)] {
        let patch = Patch::Merge(json!({ "metadata": { "finalizers": finalizers } }));
        maps.patch("a", &PatchParams::default(), &patch).await.unwrap();
        assert_eq!(is_gone(&maps, "a").await, gone);
    }
}

#[tokio::test]
async fn preconditions_are_checked() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    create(&maps, json!({ "metadata": { "name": "a" } })).await;
    let wrong = Preconditions {
        uid: Some("other".into()),
        ..Preconditions::default()
    };
    let (code, reason, _) = expect_status_error(maps.delete("a", &DeleteParams::default().preconditions(wrong)).await);
    assert_eq!((code, reason.as_str()), (409, "Conflict"));
    assert!(!is_gone(&maps, "a").await);
}

#[tokio::test]
async fn running_pods_have_a_grace_period() {
    let fixture = Fixture::new().await;
    let pods: Api<Pod> = Api::default_namespaced(fixture.client.clone());
    for (name, spec) in [
        ("idle", json!({})),
        (
            "running",
            json!({ "nodeName": "n", "terminationGracePeriodSeconds": 7 }),
        ),
    ] {
        let mut spec = spec;
        spec["containers"] = json!([{ "name": "c", "image": "i" }]);
        create(&pods, json!({ "metadata": { "name": name }, "spec": spec })).await;
        pods.delete(name, &DeleteParams::default()).await.unwrap();
    }
    assert!(pods.get_opt("idle").await.unwrap().is_none());
    let running = pods.get("running").await.unwrap();
    assert_eq!(running.metadata.deletion_grace_period_seconds, Some(7));
    pods.delete("running", &DeleteParams::default().grace_period(0))
        .await
        .unwrap();
    assert!(pods.get_opt("running").await.unwrap().is_none());
}

/// Creates an owner and a dependent that blocks its deletion.
async fn create_owner_and_dependent(maps: &Api<ConfigMap>) {
    let owner = create(maps, json!({ "metadata": { "name": "owner" } })).await;
    let reference = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner.uid(), "blockOwnerDeletion": true,
    });
    let child = json!({
        "metadata": { "name": "child", "finalizers": ["x.io/hold"], "ownerReferences": [reference] },
    });
    create(maps, child).await;
}

async fn remove_finalizers(maps: &Api<ConfigMap>) {
    let patch = Patch::Merge(json!({ "metadata": { "finalizers": null } }));
    maps.patch("child", &PatchParams::default(), &patch).await.unwrap();
}

async fn is_terminating(maps: &Api<ConfigMap>, name: &str) -> bool {
    maps.get_opt(name)
        .await
        .unwrap()
        .is_some_and(|map| map.metadata.deletion_timestamp.is_some())
}

#[tokio::test]
async fn background_deletion_deletes_dependents_after_the_owner() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    create_owner_and_dependent(&maps).await;
    maps.delete("owner", &DeleteParams::background()).await.unwrap();
    assert!(is_gone(&maps, "owner").await);
    eventually("deletion of the dependent", || is_terminating(&maps, "child")).await;
    remove_finalizers(&maps).await;
    assert!(is_gone(&maps, "child").await);
}

#[tokio::test]
async fn foreground_deletion_deletes_dependents_before_the_owner() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    create_owner_and_dependent(&maps).await;
    maps.delete("owner", &DeleteParams::foreground()).await.unwrap();
    eventually("deletion of the dependent", || is_terminating(&maps, "child")).await;
    assert_eq!(maps.get("owner").await.unwrap().finalizers(), ["foregroundDeletion"]);
    remove_finalizers(&maps).await;
    eventually("end of the owner", || is_gone(&maps, "owner")).await;
}

#[tokio::test]
async fn orphan_deletion_keeps_dependents() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    create_owner_and_dependent(&maps).await;
    maps.delete("owner", &DeleteParams::orphan()).await.unwrap();
    eventually("end of the owner", || is_gone(&maps, "owner")).await;
    let child = maps.get("child").await.unwrap();
    assert!(child.owner_references().is_empty() && child.metadata.deletion_timestamp.is_none());
}

#[tokio::test]
async fn a_dependent_of_a_missing_owner_is_deleted() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let reference = json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": "never", "uid": "never" });
    create(
        &maps,
        json!({ "metadata": { "name": "lost", "ownerReferences": [reference] } }),
    )
    .await;
    eventually("deletion of the lost dependent", || is_gone(&maps, "lost")).await;
}

#[tokio::test]
async fn deleting_a_namespace_deletes_its_content() {
    let fixture = Fixture::new().await;
    let namespaces: Api<Namespace> = Api::all(fixture.client.clone());
    create(&namespaces, json!({ "metadata": { "name": "n" } })).await;
    let accounts: Api<ServiceAccount> = Api::namespaced(fixture.client.clone(), "n");
    eventually("a service account", async || {
        accounts.get_opt("default").await.unwrap().is_some()
    })
    .await;

    let maps: Api<ConfigMap> = Api::namespaced(fixture.client.clone(), "n");
    create(&maps, json!({ "metadata": { "name": "free" } })).await;
    create(
        &maps,
        json!({ "metadata": { "name": "child", "finalizers": ["x.io/hold"] } }),
    )
    .await;
    let going = namespaces
        .delete("n", &DeleteParams::default())
        .await
        .unwrap()
        .left()
        .unwrap();
    assert_eq!(going.status.unwrap().phase.as_deref(), Some("Terminating"));
    eventually("deletion of the content", || is_gone(&maps, "free")).await;

    let late = json!({ "metadata": { "name": "late" } });
    let (code, reason, message) = expect_status_error(maps.create(&PostParams::default(), &object(late)).await);
    assert_eq!((code, reason.as_str()), (403, "Forbidden"));
    assert_eq!(
        message,
        "configmaps \"late\" is forbidden: unable to create new content in namespace n because it is being terminated"
    );
    eventually("a reason why it stays", async || {
        let conditions = namespaces
            .get("n")
            .await
            .unwrap()
            .status
            .unwrap()
            .conditions
            .unwrap_or_default();
        conditions.iter().any(|condition| {
            condition.message.as_deref()
                == Some("Some content in the namespace has finalizers remaining: x.io/hold in 1 resource instances")
        })
    })
    .await;

    remove_finalizers(&maps).await;
    eventually("end of the namespace", async || {
        namespaces.get_opt("n").await.unwrap().is_none()
    })
    .await;
}

#[tokio::test]
async fn deleting_a_definition_deletes_its_custom_resources() {
    let fixture = Fixture::new().await;
    let widgets = define_widgets(&fixture, json!({ "type": "object" })).await;
    create(
        &widgets,
        json!({ "apiVersion": "test.io/v1", "kind": "Widget", "metadata": { "name": "w" } }),
    )
    .await;
    let definitions: Api<CustomResourceDefinition> = Api::all(fixture.client.clone());
    definitions
        .delete("widgets.test.io", &DeleteParams::default())
        .await
        .unwrap();
    eventually("end of the definition", async || {
        definitions.get_opt("widgets.test.io").await.unwrap().is_none()
    })
    .await;
    let (code, _, message) = expect_status_error(widgets.list(&ListParams::default()).await);
    assert_eq!(
        (code, message.as_str()),
        (404, "the server could not find the requested resource")
    );
}

#[tokio::test]
async fn collections_are_deleted_by_selector() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    for (name, run) in [("a", "1"), ("b", "2"), ("c", "1")] {
        create(&maps, json!({ "metadata": { "name": name, "labels": { "run": run } } })).await;
    }
    maps.delete_collection(&DeleteParams::default(), &ListParams::default().labels("run=1"))
        .await
        .unwrap();
    let left = maps.list(&ListParams::default().labels("run")).await.unwrap();
    assert_eq!(left.iter().map(ResourceExt::name_any).collect::<Vec<_>>(), ["b"]);
}
