//! Names and creates the target VM.

use forklift_api::{cdi::DataVolume, forklift::VmStatus, kubevirt::VirtualMachine};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::{ResourceExt, api::DeleteParams};
use serde_json::json;

use super::run::Outcome;
use crate::{
    controllers::forklift::{
        error::{Error, Result},
        plan::{
            builder,
            execution::{Execution, selector, target_name},
        },
        vm_names,
    },
    injection::DefectName,
};

/// Sets the target name if the plan has one or the source name is not valid in Kubernetes.
pub async fn choose_name(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<()> {
    let machines = execution.destination().within::<VirtualMachine>(execution.namespace());
    if let Some(wanted) = vm.vm.target_name.clone() {
        // An error instead of a failure, because Forklift retries this without limit.
        if !vm_names::is_subdomain(&wanted) || machines.get(&wanted).await.is_some() {
            return Err(Error::Malformed(format!(
                "target name '{wanted}' is taken or not valid"
            )));
        }
        vm.new_name = Some(wanted);
        return Ok(());
    }
    let source = vm.vm.name.clone().unwrap_or_default();
    if execution
        .shared
        .context
        .injections
        .defect(DefectName::WrongVmName, &source)
    {
        vm.new_name = Some(format!("{}-renamed", vm_names::vm_name(&source)));
        return Ok(());
    }
    if vm_names::is_subdomain(&source) || vm.new_name.is_some() {
        return Ok(());
    }
    let name = vm_names::vm_name(&source);
    let is_taken = machines.get(&name).await.is_some();
    vm.new_name = Some(if is_taken {
        vm_names::another_vm_name(&name)
    } else {
        name
    });
    Ok(())
}

/// Creates the VM, makes it the owner of the volumes, and deletes the DataVolumes.
pub async fn create(execution: &Execution<'_>, vm: &VmStatus) -> Result<Outcome> {
    let claims = builder::claims(execution, vm).await;
    let wanted = match builder::machine(execution, vm, &claims)? {
        Ok(machine) => machine,
        Err(refused) => return Ok(Outcome::Refused(refused)),
    };
    let (cluster, namespace) = (execution.destination(), execution.namespace());
    let machines = cluster.within::<VirtualMachine>(namespace);
    let machine = match machines.create(&wanted).await? {
        Some(created) => Some(created),
        None => machines.get(&target_name(vm)).await,
    };
    let Some(machine) = machine else {
        return Ok(Outcome::Stays);
    };
    let owner = json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "name": machine.name_any(),
        "uid": machine.uid(),
        "controller": false,
        "blockOwnerDeletion": true,
    });
    let all = cluster.within::<PersistentVolumeClaim>(namespace);
    for claim in &claims {
        let owners = if execution.leaks_volumes(vm) {
            json!([])
        } else {
            json!([owner])
        };
        let change = json!({"metadata": {"ownerReferences": owners}});
        all.patch(&claim.name_any(), change).await?;
    }
    let volumes = cluster.within::<DataVolume>(namespace);
    for volume in volumes.list(&selector(&execution.vm_labels_of_all_runs(vm))).await {
        volumes.delete(&volume.name_any(), &DeleteParams::default()).await?;
    }
    Ok(Outcome::Passed)
}
