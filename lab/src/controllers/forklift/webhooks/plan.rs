//! Admission of Plans (`admitters/plan-admitter.go`, `mutators/plan-mutator.go`).

use forklift_api::forklift::{Plan, PlanType, Provider, StorageMap};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::{Api, Client, api::ListParams};
use serde_json::{Value, json};

use super::{
    permission::{PROVIDERS, find, is_host, may_migrate, permit},
    verdict::{Changes, Denial, Request},
};
use crate::controllers::forklift::{adapter::provider_type, pair::names};

/// Validates a Plan.
pub async fn validate(client: &Client, request: &Request) -> Result<Changes, Denial> {
    let plan: Plan = request.read()?;
    let references = &plan.spec.provider;
    let source = match find::<Provider>(client, &references.source).await {
        // An archived plan may refer to a deleted source.
        Err(_) if plan.spec.archived == Some(true) => return Ok(Vec::new()),
        found => found?,
    };
    let destination: Provider = find(client, &references.destination).await?;
    for reference in [&references.source, &references.destination] {
        let (namespace, name) = names(reference);
        permit(client, &request.user_info, "get", PROVIDERS, name, namespace).await?;
    }
    may_migrate(client, &request.user_info, &plan, &source, &destination).await?;
    static_storage(client, &plan, &source, &destination).await?;
    let kind = &source.spec.type_;
    let known = provider_type(kind);
    let admits_warm = known.is_none_or(|known| known.admits_warm);
    if !admits_warm && plan.spec.kind() == PlanType::Warm {
        return Err(Denial::new("warm migration is not supported by the provider"));
    }
    let is_encrypted = plan.spec.vms.iter().any(|vm| vm.luks.name.is_some());
    if is_encrypted && !known.is_some_and(|known| known.admits_encrypted_disks) {
        return Err(Denial::new(format!(
            "migration of encrypted disks from source provider of type {kind} is not supported"
        )));
    }
    Ok(Vec::new())
}

/// Checks statically provisioned storage classes, which only some types of sources support.
async fn static_storage(client: &Client, plan: &Plan, source: &Provider, destination: &Provider) -> Result<(), Denial> {
    let admits = provider_type(&source.spec.type_).is_some_and(|known| known.admits_static_storage);
    if plan.spec.kind() == PlanType::Warm || admits || !is_host(destination) {
        return Ok(());
    }
    let map: StorageMap = find(client, &plan.spec.map.storage).await?;
    let classes: Api<StorageClass> = Api::all(client.clone());
    let classes = classes.list(&ListParams::default()).await.map_err(Denial::new)?;
    let is_static = |name: &str| {
        let mut all = classes.items.iter();
        all.any(|class| {
            class.metadata.name.as_deref() == Some(name) && class.provisioner == "kubernetes.io/no-provisioner"
        })
    };
    let named = map.spec.map.iter().map(|row| row.destination.storage_class.as_str());
    let found: Vec<&str> = named.filter(|name| is_static(name)).collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(Denial::new(format!(
            "Static storage class(es) found: [{}]",
            found.join(" ")
        )))
    }
}

/// Marks a new plan as one whose objects have labels from the beginning.
pub fn complete(request: &Request) -> Changes {
    if request.operation != "CREATE" {
        return Vec::new();
    }
    let annotation = json!({"populatorLabels": "True"});
    match &request.object["metadata"]["annotations"] {
        Value::Null => vec![json!({"op": "add", "path": "/metadata/annotations", "value": annotation})],
        _ => vec![json!({"op": "add", "path": "/metadata/annotations/populatorLabels", "value": "True"})],
    }
}
