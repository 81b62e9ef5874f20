//! Custom resources: validation, defaulting, pruning.

use kube::{
    Api, ResourceExt,
    api::{DynamicObject, Patch, PatchParams, PostParams, ValidationDirective},
};
use serde_json::{Value, json};

use crate::fixture::{Fixture, create, define_widgets, expect_status_error, object};

fn widget(spec: Value) -> Value {
    json!({ "apiVersion": "test.io/v1", "kind": "Widget", "metadata": { "name": "w" }, "spec": spec })
}

async fn widgets(fixture: &Fixture) -> Api<DynamicObject> {
    let spec = json!({
        "type": "object",
        "required": ["size"],
        "properties": {
            "size": { "type": "integer", "minimum": 1 },
            "mode": { "type": "string", "enum": ["cold", "warm"], "default": "cold" },
        },
    });
    define_widgets(fixture, spec).await
}

#[tokio::test]
async fn custom_resources_are_validated_defaulted_and_pruned() {
    let fixture = Fixture::new().await;
    let widgets = widgets(&fixture).await;
    let created = create(&widgets, widget(json!({ "size": 1, "colour": "red" }))).await;
    assert_eq!(created.data["spec"], json!({ "size": 1, "mode": "cold" }));

    let strict = PatchParams {
        field_validation: Some(ValidationDirective::Strict),
        ..PatchParams::default()
    };
    let patch = Patch::Merge(json!({ "spec": { "colour": "red" } }));
    let (code, _, message) = expect_status_error(widgets.patch("w", &strict, &patch).await);
    assert_eq!(code, 400);
    assert!(
        message.ends_with("strict decoding error: unknown field \"spec.colour\""),
        "{message}"
    );

    for (spec, expected) in [
        (json!({}), "Widget.test.io \"w2\" is invalid: spec.size: Required value"),
        (
            json!({ "size": 1, "mode": "hot" }),
            "Widget.test.io \"w2\" is invalid: spec.mode: Unsupported value: \"hot\": supported values: \"cold\", \"warm\"",
        ),
    ] {
        let mut wrong = widget(spec);
        wrong["metadata"]["name"] = json!("w2");
        let (code, reason, message) = expect_status_error(widgets.create(&PostParams::default(), &object(wrong)).await);
        assert_eq!((code, reason.as_str(), message.as_str()), (422, "Invalid", expected));
    }
}

#[tokio::test]
async fn the_generation_counts_changes_of_the_spec() {
    let fixture = Fixture::new().await;
    let widgets = widgets(&fixture).await;
    let mut initial = widget(json!({ "size": 1 }));
    initial["status"] = json!({ "phase": "Early" });
    let created = create(&widgets, initial).await;
    assert_eq!(
        (created.metadata.generation, &created.data["status"]),
        (Some(1), &Value::Null)
    );

    let parameters = PatchParams::default();
    let labelled = Patch::Merge(json!({ "metadata": { "labels": { "a": "b" } } }));
    assert_eq!(
        widgets
            .patch("w", &parameters, &labelled)
            .await
            .unwrap()
            .metadata
            .generation,
        Some(1)
    );
    let resized = Patch::Merge(json!({ "spec": { "size": 2 } }));
    assert_eq!(
        widgets
            .patch("w", &parameters, &resized)
            .await
            .unwrap()
            .metadata
            .generation,
        Some(2)
    );

    let status =
        Patch::Merge(json!({ "metadata": { "labels": { "c": "d" } }, "spec": { "size": 3 }, "status": { "x": 1 } }));
    let reported = widgets.patch_status("w", &parameters, &status).await.unwrap();
    assert_eq!(reported.metadata.generation, Some(2));
    assert_eq!(reported.data["spec"]["size"], 2);
    assert_eq!(reported.data["status"], json!({ "x": 1 }));
    assert!(!reported.labels().contains_key("c"));
}

#[tokio::test]
async fn custom_resources_accept_the_patch_types_of_kubernetes() {
    let fixture = Fixture::new().await;
    let widgets = widgets(&fixture).await;
    create(&widgets, widget(json!({ "size": 1 }))).await;
    let parameters = PatchParams::default();
    let json_patch: json_patch::Patch =
        serde_json::from_value(json!([{ "op": "replace", "path": "/spec/size", "value": 5 }])).unwrap();
    let patched = widgets
        .patch("w", &parameters, &Patch::Json::<()>(json_patch))
        .await
        .unwrap();
    assert_eq!(patched.data["spec"]["size"], 5);

    let strategic = Patch::Strategic(json!({ "spec": { "size": 6 } }));
    let (code, ..) = expect_status_error(widgets.patch("w", &parameters, &strategic).await);
    assert_eq!(code, 415);

    let stale = Patch::Merge(json!({ "metadata": { "resourceVersion": "1" }, "spec": { "size": 7 } }));
    let (code, reason, _) = expect_status_error(widgets.patch("w", &parameters, &stale).await);
    assert_eq!((code, reason.as_str()), (409, "Conflict"));

    let mut other = widget(json!({ "size": 8 }));
    other["metadata"]["name"] = json!("applied");
    let applied = widgets
        .patch("applied", &PatchParams::apply("test").force(), &Patch::Apply(&other))
        .await
        .unwrap();
    assert_eq!(applied.data["spec"], json!({ "size": 8, "mode": "cold" }));
    assert!(applied.uid().is_some());
}

#[tokio::test]
async fn an_invalid_definition_is_rejected() {
    let fixture = Fixture::new().await;
    use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
    let definitions: Api<CustomResourceDefinition> = Api::all(fixture.client.clone());
    let wrong = json!({
        "metadata": { "name": "gadgets.test.io" },
        "spec": {
            "group": "test.io",
            "scope": "Namespaced",
            "names": { "kind": "Widget", "plural": "widgets" },
            "versions": [],
        },
    });
    let (code, _, message) = expect_status_error(definitions.create(&PostParams::default(), &object(wrong)).await);
    assert_eq!(code, 422);
    assert!(
        message.contains("must be spec.names.plural+\\\".\\\"+spec.group") || message.contains("spec.names.plural"),
        "{message}"
    );
    assert!(
        message.contains("must have exactly one version marked as storage version"),
        "{message}"
    );
}
