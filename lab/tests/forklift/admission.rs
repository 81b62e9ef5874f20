//! What Forklift's webhooks refuse and complete, in the words that a real one was heard to use.

use forklift_api::forklift::{Migration, Plan, Provider};
use k8s_openapi::api::core::v1::Secret;
use kube::{Api, Client, api::PostParams, core::Status};
use serde_json::{Value, json};

use crate::world::{NAMESPACE, Object, World, in_virtual_time};

async fn refused<K: Object>(client: &Client, object: Value) -> Box<Status> {
    let object: K = serde_json::from_value(object).unwrap();
    let api: Api<K> = Api::namespaced(client.clone(), NAMESPACE);
    match api.create(&PostParams::default(), &object).await {
        Err(kube::Error::Api(status)) => status,
        other => panic!("{other:?}"),
    }
}

fn plan(name: &str, source: &str) -> Value {
    json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Plan",
        "metadata": {"name": name},
        "spec": {
            "targetNamespace": "target",
            "provider": {
                "source": {"name": source, "namespace": NAMESPACE},
                "destination": {"name": "host", "namespace": NAMESPACE},
            },
            "map": {"network": {}, "storage": {}},
            "vms": [],
        },
    })
}

fn secret(name: &str, labels: Value, data: Value) -> Value {
    json!({"metadata": {"name": name, "labels": labels}, "stringData": data})
}

#[test]
fn what_refers_to_nothing_is_refused() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_provider().await;
        let unknown = refused::<Plan>(&world.client, plan("p", "nope")).await;
        assert_eq!(unknown.code, 400);
        assert_eq!(
            unknown.message,
            "admission webhook \"plans.forklift.konveyor\" denied the request: providers.forklift.konveyor.io \"nope\" not \
         found"
        );
        let mut archived = plan("archived", "nope");
        archived["spec"]["archived"] = json!(true);
        let archived: Plan = world.create(NAMESPACE, archived).await;
        let annotations = archived.metadata.annotations.unwrap();
        assert_eq!(annotations.get("populatorLabels").map(String::as_str), Some("True"));
        let migration = json!({
            "apiVersion": "forklift.konveyor.io/v1beta1",
            "kind": "Migration",
            "metadata": {"name": "m"},
            "spec": {"plan": {"name": "nope", "namespace": NAMESPACE}},
        });
        let unknown = refused::<Migration>(&world.client, migration).await;
        assert_eq!(
            unknown.message,
            "admission webhook \"migrations.forklift.konveyor\" denied the request: plans.forklift.konveyor.io \"nope\" not \
         found"
        );
    });
}

#[test]
fn providers_are_checked_and_completed() {
    in_virtual_time(async {
        let world = World::start().await;
        let provider = |name: &str, settings: Value| {
            json!({
                "apiVersion": "forklift.konveyor.io/v1beta1",
                "kind": "Provider",
                "metadata": {"name": name},
                "spec": {"type": "vsphere", "url": world.vcenter.url(), "secret": {}, "settings": settings},
            })
        };
        // The webhooks are registered while the world starts.
        world.ready_provider().await;
        let refused = refused::<Provider>(&world.client, provider("bad", json!({"sdkEndpoint": "esx"}))).await;
        assert_eq!(
            refused.message,
            "admission webhook \"providers.forklift.konveyor\" denied the request: vSphere provider is set with an invalid SDK \
         endpoint type"
        );
        let provider: Provider = world.create(NAMESPACE, provider("plain", json!({}))).await;
        let settings = provider.spec.settings.unwrap();
        assert_eq!(settings.get("sdkEndpoint").map(String::as_str), Some("vcenter"));
    });
}

#[test]
fn labelled_secrets_are_tried() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_provider().await;
        let labels = json!({"createdForResourceType": "providers", "createdForProviderType": "vsphere"});
        let data = |password: &str| json!({"user": world.vcenter.user(), "password": password, "url": world.vcenter.url(), "insecureSkipVerify": "true"});
        let wrong = refused::<Secret>(&world.client, secret("wrong", labels.clone(), data("wrong"))).await;
        assert_eq!(
            (wrong.code, wrong.message.as_str()),
            (
                403,
                "admission webhook \"secrets.forklift.konveyor\" denied the request: Invalid credentials"
            )
        );
        let right = secret("right", labels.clone(), data(world.vcenter.password()));
        world.create::<Secret>(NAMESPACE, right).await;
        let mut elsewhere = data("wrong");
        elsewhere["url"] = json!("https://127.0.0.1:1/sdk");
        world
            .create::<Secret>(NAMESPACE, secret("elsewhere", labels.clone(), elsewhere))
            .await;
        let mut both = data("wrong");
        both["cacert"] = json!(world.authority.pem());
        let both = refused::<Secret>(&world.client, secret("both", labels.clone(), both)).await;
        assert!(
            both.message
                .ends_with("received a request to add insecure provider with a CA certificate"),
            "{both:?}"
        );
        let silent: Secret = world
            .create(
                NAMESPACE,
                secret("silent", labels, json!({"user": "a", "password": "b"})),
            )
            .await;
        assert_eq!(silent.data.unwrap()["insecureSkipVerify"].0, b"false");
        // Secrets without the label are nobody's business.
        world
            .create::<Secret>(NAMESPACE, secret("plain", json!({}), data("wrong")))
            .await;
    });
}
