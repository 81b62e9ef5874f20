//! Deletes objects when a VM's migration ends, restarts or is cancelled, and when a plan is archived or deleted.

use forklift_api::forklift::{condition_types, labels};
use std::sync::Arc;

use forklift_api::{
    cdi::DataVolume,
    forklift::{Conversion, Plan, VmStatus},
    kubevirt::VirtualMachine,
};
use k8s_openapi::api::{
    batch::v1::Job,
    core::v1::{ConfigMap, PersistentVolumeClaim, Pod, Secret},
};
use kube::{Resource, ResourceExt, api::DeleteParams, core::NamespaceResourceScope};
use serde::Serialize;

use super::{
    execution::{Execution, id, selector},
    phases::inspection_labels,
};
use crate::{
    controllers::{
        forklift::{
            error::{Result, chain},
            shared::Shared,
        },
        informer::{Cluster, Watched},
    },
    injection::DefectName,
};

/// Objects to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// After success: credentials and ConfigMaps. Conversion and pod stay unless the plan says otherwise.
    Succeeded,
    /// Before a VM starts: objects that a failed earlier run left behind.
    Leftovers,
    /// After a cancel: all objects.
    Canceled,
    /// With an archived plan: all objects, except those that a succeeded migration created.
    Archived,
}

/// Deletes the objects of a VM that are not needed any more.
pub async fn clean(execution: &Execution<'_>, vm: &VmStatus, extent: Extent) -> Result<()> {
    let labels = selector(&execution.vm_labels_of_all_runs(vm));
    let (cluster, namespace) = (execution.destination(), execution.namespace());
    let plan = &execution.plan;
    let own_namespace = plan.namespace().unwrap_or_default();
    let succeeded = vm
        .conditions
        .iter()
        .flatten()
        .any(|condition| condition.type_ == condition_types::SUCCEEDED);
    let keeps_machine = match extent {
        Extent::Succeeded => true,
        Extent::Archived => succeeded,
        Extent::Leftovers | Extent::Canceled => false,
    };
    // A VM can only enable the deletion in addition to its plan, not disable it.
    let deletes_machine =
        plan.spec.delete_vm_on_fail_migration != Some(false) || vm.vm.delete_vm_on_fail_migration == Some(true);
    if !keeps_machine && deletes_machine {
        delete_all::<VirtualMachine>(&cluster, namespace, &labels).await?;
        if !execution.leaks_volumes(vm) {
            // Claims are selected by the Migration's UID, which a deleted migration and an archived plan do not have; those
            // claims are deleted with their DataVolumes and VMs.
            let of_run = selector(&execution.vm_labels(vm));
            delete_all::<PersistentVolumeClaim>(&cluster, namespace, &of_run).await?;
            delete_all::<DataVolume>(&cluster, namespace, &labels).await?;
        }
    }
    clean_hooks(execution, vm).await?;
    let keeps_pods = extent == Extent::Succeeded && plan.spec.delete_guest_conversion_pod != Some(true);
    if !keeps_pods {
        delete_all::<Conversion>(&execution.shared.context.cluster(), &own_namespace, &labels).await?;
        delete_all::<Pod>(&cluster, namespace, &labels).await?;
    }
    let name = vm.vm.name.as_deref().unwrap_or_default();
    let injections = &execution.shared.context.injections;
    if extent != Extent::Succeeded || !injections.defect(DefectName::ForgottenSecret, name) {
        delete_all::<Secret>(&cluster, namespace, &labels).await?;
    }
    delete_all::<ConfigMap>(&cluster, namespace, &labels).await?;
    let inspection = inspection_labels(execution, vm);
    delete_all::<Conversion>(&execution.shared.context.cluster(), &own_namespace, &inspection).await?;
    delete_all::<Pod>(&execution.shared.context.cluster(), &own_namespace, &inspection).await?;
    delete_all::<Secret>(&execution.shared.context.cluster(), &own_namespace, &inspection).await
}

/// Deletes the Jobs of a VM's hooks; garbage collection deletes their ConfigMaps.
async fn clean_hooks(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    let plan = execution.plan;
    let labels = format!(
        "plan={},vmID={},resource=hook-config",
        plan.uid().unwrap_or_default(),
        id(&vm.vm)
    );
    delete_all::<Job>(
        &execution.shared.context.cluster(),
        &plan.namespace().unwrap_or_default(),
        &labels,
    )
    .await
}

/// Deletes the Jobs that validated provider settings for the plan.
pub async fn clean_jobs(shared: &Shared, plan: &Plan) -> Result<()> {
    let labels = labels::of_plan(&plan.uid().unwrap_or_default());
    delete_all::<Job>(&shared.context.cluster(), &plan.spec.target_namespace, &labels).await
}

async fn delete_all<K>(cluster: &Cluster, namespace: &str, labels: &str) -> Result<()>
where
    K: Watched + Serialize + Resource<Scope = NamespaceResourceScope>,
{
    let objects = cluster.within::<K>(namespace);
    for object in objects.list(labels).await {
        if object.meta().deletion_timestamp.is_none() {
            objects.delete(&object.name_any(), &DeleteParams::background()).await?;
        }
    }
    Ok(())
}

/// Whether a defect keeps objects of the plan from being deleted.
pub fn is_omitted(shared: &Shared, plan: &Plan) -> bool {
    let mut names = plan.spec.vms.iter().filter_map(|vm| vm.name.as_deref());
    let injections = &shared.context.injections;
    names.any(|name| injections.defect(DefectName::PlanNotCleanedUp, name))
}

/// Deletes objects of deleted plans in all namespaces. VMs and the volumes that they own stay.
pub async fn clean_deleted(shared: Arc<Shared>) {
    let mut deleted = shared.context.informer::<Plan>().deleted();
    while let Some(plan) = deleted.recv().await {
        if is_omitted(&shared, &plan) {
            continue;
        }
        if let Err(error) = clean_after(&shared, &plan).await {
            tracing::warn!(error = %chain(&error), plan = %plan.name_any(), "leftovers of the plan remain");
        }
    }
}

async fn clean_after(shared: &Shared, plan: &Plan) -> Result<()> {
    let namespace = plan.namespace().unwrap_or_default();
    let labels = format!("plan-name={},plan-namespace={namespace}", plan.name_any());
    let cluster = shared.context.cluster();
    delete_everywhere::<DataVolume>(&cluster, &labels).await?;
    delete_everywhere::<PersistentVolumeClaim>(&cluster, &labels).await?;
    delete_everywhere::<Pod>(&cluster, &labels).await?;
    delete_everywhere::<Secret>(&cluster, &labels).await?;
    delete_everywhere::<ConfigMap>(&cluster, &labels).await?;
    delete_everywhere::<Conversion>(&cluster, &labels).await
}

async fn delete_everywhere<K>(cluster: &Cluster, labels: &str) -> Result<()>
where
    K: Watched + Serialize + Resource<Scope = NamespaceResourceScope>,
{
    for object in cluster.all::<K>().list(labels).await {
        if object
            .owner_references()
            .iter()
            .any(|owner| owner.kind == "VirtualMachine")
        {
            continue;
        }
        let objects = cluster.within::<K>(&object.namespace().unwrap_or_default());
        objects.delete(&object.name_any(), &DeleteParams::background()).await?;
    }
    Ok(())
}
