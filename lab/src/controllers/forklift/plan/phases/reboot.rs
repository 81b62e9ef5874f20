//! Waits for reboots of a Windows guest: a pod watches the VM until the guest has restarted
//! (`pkg/controller/plan/kubevirt.go`).

use forklift_api::forklift::{VmStatus, condition_types};
use k8s_openapi::api::{
    core::v1::{Pod, ServiceAccount},
    rbac::v1::{Role, RoleBinding},
};
use serde_json::json;

use super::run::Outcome;
use crate::controllers::{
    forklift::{
        conditions::{WARN, With, condition, set},
        error::Result,
        plan::execution::{Execution, selector, target_name},
        release::VIRT_V2V_IMAGE,
    },
    objects::{self, Objects},
};

const NAME: &str = "forklift-wait-reboot";

/// Creates the waiting pod, or follows it. A failed wait does not fail the migration.
pub async fn follow(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let labels = selector(&execution.vm_labels(vm));
    let labels = format!("{labels},forklift.app=forklift-wait-for-reboot");
    let pods = execution.destination().within::<Pod>(execution.namespace());
    let Some(pod) = pods.list(&labels).await.into_iter().next() else {
        create(execution, vm, &pods).await?;
        return Ok(Outcome::Stays);
    };
    Ok(match pod.status.as_ref().and_then(|status| status.phase.as_deref()) {
        Some("Succeeded") => Outcome::Passed,
        Some("Failed") => {
            let message = "Windows guest reboot wait did not complete successfully; migration continues. Pod retained \
                           for debugging.";
            set(
                &mut vm.conditions,
                condition(condition_types::WAIT_FOR_GUEST_REBOOTS, WARN, message).durable(),
            );
            Outcome::Passed
        }
        _ => Outcome::Stays,
    })
}

async fn create(execution: &Execution<'_>, vm: &VmStatus, pods: &Objects<Pod>) -> Result<()> {
    let (cluster, namespace) = (execution.destination(), execution.namespace());
    let accounts = cluster.within::<ServiceAccount>(namespace);
    let account = json!({"metadata": {"name": NAME, "namespace": namespace}});
    accounts.create(&objects::from_json(account)?).await?;
    let roles = cluster.within::<Role>(namespace);
    let role = json!({
        "metadata": {"name": NAME, "namespace": namespace},
        "rules": [{
            "apiGroups": ["kubevirt.io"],
            "resources": ["virtualmachineinstances"],
            "verbs": ["get", "list", "watch"],
        }],
    });
    roles.create(&objects::from_json(role)?).await?;
    let bindings = cluster.within::<RoleBinding>(namespace);
    let binding = json!({
        "metadata": {"name": format!("{NAME}-binding"), "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": NAME},
        "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": namespace}],
    });
    bindings.create(&objects::from_json(binding)?).await?;
    let mut labels = execution.vm_labels(vm);
    labels.insert("forklift.app".into(), "forklift-wait-for-reboot".into());
    let env = |name: &str, value: &str| json!({"name": name, "value": value});
    let pod = objects::from_json(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": format!("{NAME}-"), "namespace": namespace, "labels": labels},
        "spec": {
            "restartPolicy": "Never",
            "serviceAccountName": NAME,
            "containers": [{
                "name": "wait-reboot",
                "image": VIRT_V2V_IMAGE,
                "env": [
                    env("VMI_NAME", &target_name(vm)),
                    env("VMI_NAMESPACE", namespace),
                    env("SIGNAL", "CONVERSION_DONE"),
                    env("TIMEOUT", "1800"),
                ],
            }],
        },
    }))?;
    pods.create(&pod).await?;
    Ok(())
}
