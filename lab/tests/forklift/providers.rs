//! Providers: what a connection test leaves behind.

use forklift_api::forklift::{Conditions, NetworkMap, Plan, Provider, StorageMap};
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Patch, PatchParams};
use serde_json::json;

use crate::world::{NAMESPACE, World, conditions, in_virtual_time};

fn types(provider: &Provider) -> Vec<String> {
    conditions(&provider.status)
        .into_iter()
        .map(|(type_, _)| type_)
        .collect()
}

fn settled(provider: &Provider) -> bool {
    matches!(
        provider.status.as_ref().and_then(|status| status.phase.as_deref()),
        Some("Ready" | "ConnectionFailed" | "ValidationFailed")
    )
}

#[test]
fn a_good_provider_becomes_ready() {
    in_virtual_time(async {
        let world = World::start().await;
        let secret = json!({
            "user": world.vcenter.user(),
            "password": world.vcenter.password(),
            "cacert": world.authority.pem(),
        });
        world.provider("good", secret, json!({})).await;
        let provider = world.until(NAMESPACE, "good", settled).await;
        assert_eq!(
            types(&provider),
            ["ConnectionTestSucceeded", "Validated", "InventoryCreated", "Ready"]
        );
        let status = provider.status.unwrap();
        assert_eq!(status.phase.as_deref(), Some("Ready"));
        assert_eq!(status.fingerprint.unwrap().len(), 59);
        assert!(status.secret_resource_version.is_some());
        let host = world.until(NAMESPACE, "host", settled).await;
        assert_eq!(
            types(&host),
            ["ConnectionTestSucceeded", "Validated", "InventoryCreated", "Ready"]
        );
    });
}

#[test]
fn a_wrong_password_is_not_tried_again_until_the_secret_changes() {
    in_virtual_time(async {
        let world = World::start().await;
        let secret = json!({
            "user": world.vcenter.user(),
            "password": "wrong",
            "insecureSkipVerify": "true",
        });
        world.provider("wrong", secret, json!({})).await;
        let provider = world.until(NAMESPACE, "wrong", settled).await;
        assert_eq!(types(&provider), ["ConnectionInsecure", "ConnectionAuthFailed"]);
        let message = &conditions(&provider.status)[1].1;
        assert!(
            message.starts_with(
                "Connection auth failed, error: ServerFaultCode: Cannot complete login due to an incorrect"
            ),
            "{message}"
        );
        let patch = Patch::Merge(json!({"stringData": {"password": world.vcenter.password()}}));
        let secrets = world.api::<Secret>(NAMESPACE);
        secrets.patch("wrong", &PatchParams::default(), &patch).await.unwrap();
        let ready = |provider: &Provider| provider.status.is_true("Ready");
        let provider = world.until(NAMESPACE, "wrong", ready).await;
        assert!(!provider.status.is_true("ConnectionAuthFailed"));
    });
}

#[test]
fn what_is_wrong_with_a_provider_is_said_as_forklift_says_it() {
    in_virtual_time(wrong_providers_are_judged());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_provider_is_said_as_forklift_says_it_over_https_in_scaled_time() {
    wrong_providers_are_judged().await;
}

async fn wrong_providers_are_judged() {
    let world = World::start().await;
    world
        .provider(
            "no-password",
            json!({"user": "a", "insecureSkipVerify": "true"}),
            json!({}),
        )
        .await;
    let other = loopback_https::Authority::new("test CA").unwrap();
    let secret = json!({"user": "a", "password": "b", "cacert": other.pem()});
    world.provider("bad-ca", secret, json!({})).await;
    let unsupported: Provider = world
        .create(
            NAMESPACE,
            json!({
                "apiVersion": "forklift.konveyor.io/v1beta1",
                "kind": "Provider",
                "metadata": {"name": "bad-type"},
                "spec": {"type": "foo", "url": world.vcenter.url(), "secret": {}},
            }),
        )
        .await;
    assert!(unsupported.status.is_none());

    let provider = world.until(NAMESPACE, "no-password", settled).await;
    assert_eq!(types(&provider), ["ConnectionInsecure", "SecretNotValid"]);
    let refused = provider.status.condition("SecretNotValid").unwrap();
    assert_eq!(refused.items.as_deref(), Some(&["password".to_owned()][..]));
    assert_eq!(provider.status.unwrap().phase.as_deref(), Some("ValidationFailed"));

    let provider = world.until(NAMESPACE, "bad-ca", settled).await;
    let expected = "failed to create a secure TLS connection: tls: failed to verify certificate: x509: certificate \
                    signed by unknown authority";
    assert_eq!(
        conditions(&provider.status),
        [("ConnectionTestFailed".to_owned(), expected.to_owned())]
    );

    let provider = world.until(NAMESPACE, "bad-type", settled).await;
    let expected = "The `type` must be: [openshift vsphere ovirt openstack ova ec2 hyperv nutanix]";
    assert_eq!(
        conditions(&provider.status),
        [("ProviderTypeNotSupported".to_owned(), expected.to_owned())]
    );
}

#[test]
fn a_plan_whose_source_is_not_simulated_says_so() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_provider().await;
        let host = json!({"name": "host", "namespace": NAMESPACE});
        let pair = json!({"source": host, "destination": host});
        let map = |kind: &str| {
            json!({
                "apiVersion": "forklift.konveyor.io/v1beta1",
                "kind": kind,
                "metadata": {"name": "from-cluster"},
                "spec": {"provider": pair, "map": []},
            })
        };
        world.create::<NetworkMap>(NAMESPACE, map("NetworkMap")).await;
        world.create::<StorageMap>(NAMESPACE, map("StorageMap")).await;
        let vms = json!([{"name": "rhel8", "namespace": "default"}]);
        world
            .plan_with("from-cluster", json!({"provider": pair, "vms": vms}))
            .await;
        let told = |plan: &Plan| plan.status.is_true("NotSimulated");
        let plan = world.until(NAMESPACE, "from-cluster", told).await;
        assert_eq!(
            conditions(&plan.status),
            [(
                "NotSimulated".to_owned(),
                "mtv-lab does not simulate this yet: sources of type 'openshift'.".to_owned()
            )]
        );
    });
}
