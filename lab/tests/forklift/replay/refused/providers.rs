//! Providers that cannot be used.

use std::time::Duration;

use forklift_api::forklift::{Conditions, Provider};
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Patch, PatchParams};
use loopback_https::Authority;
use serde_json::{Value, json};

use crate::world::{NAMESPACE, World};

/// Simulated time, longer than a look at a provider takes.
const SILENCE: Duration = Duration::from_secs(15);

/// A CA that did not sign the vCenter's certificate.
pub async fn bad_ca(world: &World) {
    let stranger = Authority::new("test CA").unwrap();
    let secret = json!({"user": "a", "password": "b", "ca.crt": stranger.pem()});
    world.provider("bad-ca", secret, settings()).await;
    judged(world, "bad-ca").await;
}

/// A type that there is not, and no address.
pub async fn bad_type(world: &World) {
    provider(world, "bad-type", json!({"type": "foo", "url": world.vcenter.url()})).await;
    provider(world, "no-url", json!({"type": "vsphere"})).await;
    judged(world, "bad-type").await;
    judged(world, "no-url").await;
}

/// A Secret that does not exist.
pub async fn no_secret(world: &World) {
    let spec = json!({
        "type": "vsphere",
        "url": world.vcenter.url(),
        "secret": {"name": "does-not-exist", "namespace": NAMESPACE},
    });
    provider(world, "no-secret", spec).await;
    world.sleep(SILENCE).await;
}

/// A Secret without a password.
pub async fn no_password(world: &World) {
    let secret = json!({"user": "a", "insecureSkipVerify": "true"});
    world.provider("no-pass", secret, settings()).await;
    judged(world, "no-pass").await;
}

/// An address where nobody listens.
pub async fn unreachable(world: &World) {
    secret(
        world,
        "bad-url",
        json!({"user": "a", "password": "b", "insecureSkipVerify": "true"}),
    )
    .await;
    let spec = json!({
        "type": "vsphere",
        "url": "https://127.0.0.1:1/sdk",
        "secret": {"name": "bad-url", "namespace": NAMESPACE},
    });
    provider(world, "bad-url", spec).await;
    judged(world, "bad-url").await;
}

/// A password that the vCenter does not take.
pub async fn wrong_password(world: &World) {
    world
        .provider("bad-pass", credentials(world, "wrong"), settings())
        .await;
    judged(world, "bad-pass").await;
}

/// The same, and then the right one.
pub async fn corrected_password(world: &World) {
    world
        .provider("bad-pass2", credentials(world, "wrong"), settings())
        .await;
    judged(world, "bad-pass2").await;
    let patch = Patch::Merge(json!({"stringData": {"password": world.vcenter.password()}}));
    let secrets = world.api::<Secret>(NAMESPACE);
    secrets
        .patch("bad-pass2", &PatchParams::default(), &patch)
        .await
        .unwrap();
    let is_ready = |provider: &Provider| provider.status.is_true("Ready");
    world.until(NAMESPACE, "bad-pass2", is_ready).await;
}

fn settings() -> Value {
    json!({"sdkEndpoint": "vcenter"})
}

fn credentials(world: &World, password: &str) -> Value {
    json!({"user": world.vcenter.user(), "password": password, "insecureSkipVerify": "true"})
}

async fn secret(world: &World, name: &str, data: Value) {
    let secret = json!({"metadata": {"name": name}, "stringData": data});
    world.create::<Secret>(NAMESPACE, secret).await;
}

/// A provider; without a Secret of its own it has that of the one that is ready.
async fn provider(world: &World, name: &str, mut spec: Value) {
    if spec["secret"].is_null() {
        spec["secret"] = json!({"name": "vcenter", "namespace": NAMESPACE});
    }
    spec["settings"] = settings();
    let provider = json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Provider",
        "metadata": {"name": name},
        "spec": spec,
    });
    world.create::<Provider>(NAMESPACE, provider).await;
}

async fn judged(world: &World, name: &str) {
    let is_judged = |provider: &Provider| !provider.status.conditions().is_empty();
    world.until(NAMESPACE, name, is_judged).await;
}
