//! Creates the objects of a fresh MTV installation: the ForkliftController with its conditions, the Provider `host` and
//! the Route of the inventory.

use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams, PostParams},
};
use serde_json::{Value, json};

use super::{
    conditions::now,
    error::{Result, Tried, is_conflict},
    release::VERSION,
    settings::Values,
};

/// Creates the missing objects. Existing objects are not changed, except the Route's host.
pub async fn seed(client: &Client, namespace: &str, inventory: &str) -> Result<()> {
    ensure(
        client,
        &kind("", "v1", "Namespace", "namespaces"),
        None,
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
    )
    .await?;
    let forklift = |kind_: &str, plural: &str| kind("forklift.konveyor.io", "v1beta1", kind_, plural);
    let controller = forklift("ForkliftController", "forkliftcontrollers");
    ensure(client, &controller, Some(namespace), forklift_controller()).await?;
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), namespace, &controller);
    api.patch_status(
        "forklift-controller",
        &PatchParams::default(),
        &Patch::Merge(json!({"status": controller_status(true)})),
    )
    .await
    .tried(|| "write the status of ForkliftController 'forklift-controller'".into())?;
    ensure(
        client,
        &forklift("Provider", "providers"),
        Some(namespace),
        host_provider(),
    )
    .await?;
    let route = kind("route.openshift.io", "v1", "Route", "routes");
    ensure(client, &route, Some(namespace), inventory_route(inventory)).await?;
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), namespace, &route);
    api.patch(
        "forklift-inventory",
        &PatchParams::default(),
        &Patch::Merge(json!({"spec": {"host": inventory}})),
    )
    .await
    .tried(|| "patch Route 'forklift-inventory'".into())?;
    Ok(())
}

fn kind(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}

async fn ensure(client: &Client, resource: &ApiResource, namespace: Option<&str>, object: Value) -> Result<()> {
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, resource),
        None => Api::all_with(client.clone(), resource),
    };
    // The literals above have the fields that a DynamicObject needs.
    let object: DynamicObject = serde_json::from_value(object)
        .map_err(|error| super::error::Error::Malformed(format!("seed of {} is malformed: {error}", resource.kind)))?;
    match api.create(&PostParams::default(), &object).await {
        Ok(_) => Ok(()),
        Err(error) if is_conflict(&error) => Ok(()),
        Err(error) => Err(error).tried(|| format!("create {}", resource.kind)),
    }
}

fn forklift_controller() -> Value {
    json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "ForkliftController",
        "metadata": {"name": "forklift-controller"},
        "spec": {
            "feature_ui_plugin": "true",
            "feature_validation": "true",
            "feature_volume_populator": "true",
            "controller_max_vm_inflight": Values::default().max_vm_inflight,
        },
    })
}

/// Status that the Ansible operator reports during and after a reconciliation.
pub fn controller_status(has_ended: bool) -> Value {
    let condition = |type_: &str, holds: bool, reason: &str, message: &str| {
        json!({
            "type": type_, "status": if holds { "True" } else { "False" }, "reason": reason, "message": message,
            "lastTransitionTime": now(),
        })
    };
    let (running, message) = if has_ended {
        ("Successful", "Awaiting next reconciliation")
    } else {
        ("Running", "Running reconciliation")
    };
    let (successful, last) = if has_ended {
        ("Successful", "Last reconciliation succeeded")
    } else {
        ("", "")
    };
    json!({
        "version": VERSION,
        "conditions": [
            condition("Successful", has_ended, successful, last),
            condition("Failure", false, "", ""),
            condition("Running", true, running, message),
        ],
    })
}

fn host_provider() -> Value {
    json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Provider",
        "metadata": {"name": "host"},
        "spec": {"type": "openshift", "url": "", "secret": {}},
    })
}

fn inventory_route(host: &str) -> Value {
    json!({
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {
            "name": "forklift-inventory",
            "labels": {"app": "forklift", "service": "forklift-inventory"},
            "annotations": {"haproxy.router.openshift.io/timeout": "360s"},
        },
        "spec": {
            "host": host,
            "to": {"kind": "Service", "name": "forklift-inventory", "weight": 100},
            "port": {"targetPort": "api-https"},
            "tls": {"termination": "reencrypt", "insecureEdgeTerminationPolicy": "Redirect"},
        },
    })
}
