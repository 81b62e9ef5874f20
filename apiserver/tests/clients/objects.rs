//! Objects: create, read, update, delete.

use k8s_openapi::api::{
    authorization::v1::SelfSubjectAccessReview,
    core::v1::{ConfigMap, Namespace, Pod, ServiceAccount},
    rbac::v1::{Role, RoleBinding},
};
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, ListParams, Patch, PatchParams, PostParams},
};
use serde_json::json;

use crate::fixture::{Fixture, client, create, expect_status_error, object};

#[tokio::test]
async fn an_object_is_created_read_updated_and_deleted() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let created = create(&maps, json!({ "metadata": { "name": "a" }, "data": { "k": "v" } })).await;
    assert!(created.uid().is_some() && created.creation_timestamp().is_some());

    let mut read = maps.get("a").await.unwrap();
    assert_eq!(read, created);
    read.data.get_or_insert_default().insert("k".into(), "w".into());
    let replaced = maps.replace("a", &PostParams::default(), &read).await.unwrap();
    assert_ne!(replaced.resource_version(), created.resource_version());

    let (code, reason, message) = expect_status_error(maps.replace("a", &PostParams::default(), &created).await);
    assert_eq!((code, reason.as_str()), (409, "Conflict"));
    assert_eq!(
        message,
        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again"
    );

    maps.delete("a", &DeleteParams::default()).await.unwrap();
    let (code, reason, message) = expect_status_error(maps.get("a").await);
    assert_eq!(
        (code, reason.as_str(), message.as_str()),
        (404, "NotFound", "configmaps \"a\" not found")
    );
}

#[tokio::test]
async fn an_update_without_changes_keeps_the_resource_version() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let created = create(&maps, json!({ "metadata": { "name": "a" }, "data": { "k": "v" } })).await;
    let patch = Patch::Merge(json!({ "data": { "k": "v" } }));
    let patched = maps.patch("a", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(patched, created);
}

#[tokio::test]
async fn names_are_checked_and_generated() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let generated = create(&maps, json!({ "metadata": { "generateName": "plan-" } })).await;
    let name = generated.name_any();
    let suffix = name.strip_prefix("plan-").unwrap();
    assert_eq!(suffix.len(), 5);
    assert!(
        suffix
            .chars()
            .all(|letter| "bcdfghjklmnpqrstvwxz2456789".contains(letter)),
        "{name}"
    );

    let again = json!({ "metadata": { "name": name } });
    let (code, reason, _) = expect_status_error(maps.create(&PostParams::default(), &object(again)).await);
    assert_eq!((code, reason.as_str()), (409, "AlreadyExists"));

    let wrong = json!({ "metadata": { "name": "Not_A_Name" } });
    let (code, reason, message) = expect_status_error(maps.create(&PostParams::default(), &object(wrong)).await);
    assert_eq!((code, reason.as_str()), (422, "Invalid"));
    assert!(
        message.starts_with("ConfigMap \"Not_A_Name\" is invalid: metadata.name: Invalid value:"),
        "{message}"
    );

    let (code, _, message) = expect_status_error(maps.create(&PostParams::default(), &ConfigMap::default()).await);
    assert_eq!(code, 422);
    assert!(
        message.contains("metadata.name: Required value: name or generateName is required"),
        "{message}"
    );
}

#[tokio::test]
async fn a_namespace_must_exist() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::namespaced(fixture.client.clone(), "nowhere");
    let map = json!({ "metadata": { "name": "a" } });
    let (code, _, message) = expect_status_error(maps.create(&PostParams::default(), &object(map)).await);
    assert_eq!((code, message.as_str()), (404, "namespaces \"nowhere\" not found"));

    let namespaces: Api<Namespace> = Api::all(fixture.client.clone());
    let found = namespaces.get("default").await.unwrap();
    assert_eq!(
        found.labels().get("kubernetes.io/metadata.name").map(String::as_str),
        Some("default")
    );
    assert_eq!(found.status.unwrap().phase.as_deref(), Some("Active"));
}

#[tokio::test]
async fn the_status_is_a_subresource() {
    let fixture = Fixture::new().await;
    let pods: Api<Pod> = Api::default_namespaced(fixture.client.clone());
    let pod = json!({
        "metadata": { "name": "p" },
        "spec": { "containers": [{ "name": "c", "image": "i" }] },
        "status": { "phase": "Running" },
    });
    let created = create(&pods, pod).await;
    assert_eq!(created.status.unwrap().phase.as_deref(), Some("Pending"));

    let patch = Patch::Merge(json!({ "status": { "phase": "Running" }, "metadata": { "labels": { "a": "b" } } }));
    let patched = pods.patch("p", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(patched.status.as_ref().unwrap().phase.as_deref(), Some("Pending"));
    assert_eq!(patched.labels().get("a").map(String::as_str), Some("b"));

    let patch = Patch::Merge(json!({ "status": { "phase": "Running" }, "spec": { "nodeName": "n" } }));
    let patched = pods.patch_status("p", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(patched.status.unwrap().phase.as_deref(), Some("Running"));
    assert_eq!(patched.spec.unwrap().node_name, None);
}

#[tokio::test]
async fn lists_apply_selectors() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    for (name, tier) in [("a", "web"), ("b", "db"), ("c", "web")] {
        create(
            &maps,
            json!({ "metadata": { "name": name, "labels": { "tier": tier } } }),
        )
        .await;
    }
    for (parameters, expected) in [
        (ListParams::default().labels("tier=web"), "a c"),
        (ListParams::default().labels("tier in (db,x)"), "b"),
        (
            ListParams::default()
                .labels("tier!=web")
                .fields("metadata.name!=kube-root-ca.crt"),
            "b",
        ),
        (ListParams::default().fields("metadata.name=c"), "c"),
        (
            ListParams::default()
                .labels("tier")
                .fields("metadata.namespace=elsewhere"),
            "",
        ),
    ] {
        let names: Vec<String> = maps
            .list(&parameters)
            .await
            .unwrap()
            .iter()
            .map(ResourceExt::name_any)
            .collect();
        assert_eq!(names.join(" "), expected, "{parameters:?}");
    }
    let (code, ..) = expect_status_error(maps.list(&ListParams::default().labels("a in b")).await);
    assert_eq!(code, 400);
}

#[tokio::test]
async fn an_invalid_token_is_rejected() {
    let fixture = Fixture::new().await;
    let mut kubeconfig = fixture.kubeconfig.clone();
    kubeconfig["users"][0]["user"]["token"] = json!("wrong");
    let stranger = client(&kubeconfig).await;
    let (code, reason, _) = expect_status_error(
        Api::<Pod>::default_namespaced(stranger)
            .list(&ListParams::default())
            .await,
    );
    assert_eq!((code, reason.as_str()), (401, "Unauthorized"));
}

#[tokio::test]
async fn service_accounts_are_authorized_by_their_roles() {
    let fixture = Fixture::new().await;
    let accounts: Api<ServiceAccount> = Api::default_namespaced(fixture.client.clone());
    create(&accounts, json!({ "metadata": { "name": "robot" } })).await;
    let request = object(json!({ "spec": { "audiences": [], "expirationSeconds": 600 } }));
    let token = accounts
        .create_token_request("robot", &PostParams::default(), &request)
        .await
        .unwrap();
    let mut kubeconfig = fixture.kubeconfig.clone();
    kubeconfig["users"][0]["user"]["token"] = json!(token.status.unwrap().token);
    let robot = client(&kubeconfig).await;
    let pods: Api<Pod> = Api::default_namespaced(robot.clone());
    let (code, _, message) = expect_status_error(pods.list(&ListParams::default()).await);
    assert_eq!(code, 403);
    assert_eq!(
        message,
        "pods is forbidden: User \"system:serviceaccount:default:robot\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\""
    );

    let roles: Api<Role> = Api::default_namespaced(fixture.client.clone());
    let rule = json!({ "apiGroups": [""], "resources": ["pods"], "verbs": ["list"] });
    create(&roles, json!({ "metadata": { "name": "reader" }, "rules": [rule] })).await;
    let bindings: Api<RoleBinding> = Api::default_namespaced(fixture.client.clone());
    let binding = json!({
        "metadata": { "name": "reader" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader" },
        "subjects": [{ "kind": "ServiceAccount", "name": "robot", "namespace": "default" }],
    });
    create(&bindings, binding).await;
    assert!(pods.list(&ListParams::default()).await.unwrap().items.is_empty());

    let reviews: Api<SelfSubjectAccessReview> = Api::all(robot);
    for (verb, allowed) in [("list", true), ("delete", false)] {
        let attributes = json!({ "verb": verb, "resource": "pods", "namespace": "default" });
        let review = create(
            &reviews,
            json!({ "metadata": {}, "spec": { "resourceAttributes": attributes } }),
        )
        .await;
        assert_eq!(review.status.unwrap().allowed, allowed, "{verb}");
    }
}

#[tokio::test]
async fn kubeconfig_and_client_configuration_address_the_same_server() {
    let fixture = Fixture::new().await;
    let kubeconfig = kube::config::Kubeconfig::from_yaml(&fixture.server.kubeconfig("example")).unwrap();
    assert_eq!(kubeconfig.current_context.as_deref(), Some("example"));
    assert_eq!(kubeconfig.clusters.len(), 1);
    for client in [
        client(&serde_json::to_value(&kubeconfig).unwrap()).await,
        Client::try_from(fixture.server.config()).unwrap(),
        fixture.server.client(),
    ] {
        let version = client.apiserver_version().await.unwrap();
        assert_eq!(version.compiler, "kube-sim");
        Api::<ConfigMap>::default_namespaced(client)
            .list(&ListParams::default())
            .await
            .unwrap();
    }
}
