//! Builds the Job of a hook and the ConfigMap that it mounts (`pkg/controller/plan/hook.go`).

use std::collections::BTreeMap;

use forklift_api::forklift::{Hook, VmStatus, labels};
use k8s_openapi::{
    api::{batch::v1::Job, core::v1::ConfigMap},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::ResourceExt;
use serde_json::{Value, json};

use super::go_yaml;
use crate::controllers::{
    forklift::{
        error::{Error, Result},
        hook::playbook,
        plan::{
            execution::{Execution, id},
            phase::Phase,
        },
    },
    objects,
};

/// Labels of Job and ConfigMap, which select the Job of one run of the plan.
pub fn hook_labels(execution: &Execution<'_>, vm: &VmStatus, phase: Phase, hook: &Hook) -> BTreeMap<String, String> {
    let migration = execution.migration.as_ref().and_then(|migration| migration.uid());
    let pairs = [
        ("hook", hook.uid().unwrap_or_default()),
        (labels::MIGRATION, migration.unwrap_or_default()),
        (labels::PLAN, execution.plan.uid().unwrap_or_default()),
        ("resource", "hook-config".to_owned()),
        ("step", phase.name().to_owned()),
        (labels::VM_ID, id(&vm.vm)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn metadata(execution: &Execution<'_>, vm: &VmStatus, phase: Phase, hook: &Hook) -> ObjectMeta {
    let name = format!("{}-{}-{}", execution.plan.name_any(), id(&vm.vm), phase.name());
    ObjectMeta {
        generate_name: Some(format!("{}-", name.to_lowercase())),
        namespace: execution.plan.namespace(),
        labels: Some(hook_labels(execution, vm, phase, hook)),
        ..ObjectMeta::default()
    }
}

/// The playbook, the VM as the inventory knows it, and the plan.
pub fn hook_config_map(execution: &Execution<'_>, vm: &VmStatus, phase: Phase, hook: &Hook) -> Result<ConfigMap> {
    let documents = [
        ("workload.yml", execution.builder().workload(vm)),
        ("plan.yml", go_yaml::plan(&execution.plan.spec)),
    ];
    let mut data = BTreeMap::from([("playbook.yml".to_owned(), playbook(&hook.spec).unwrap_or_default())]);
    for (key, document) in documents {
        let text = serde_saphyr::to_string(&document)
            .map_err(|error| Error::Malformed(format!("{key} of a hook cannot be written: {error}")))?;
        data.insert(key.to_owned(), text);
    }
    Ok(ConfigMap {
        metadata: metadata(execution, vm, phase, hook),
        data: Some(data),
        ..ConfigMap::default()
    })
}

/// The Job that runs the hook, with one retry.
pub fn hook_job(execution: &Execution<'_>, vm: &VmStatus, phase: Phase, hook: &Hook, config_map: &str) -> Result<Job> {
    let plan = execution.plan;
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let mut container = json!({
        "name": "hook",
        "image": hook.spec.image,
        "resources": {
            "limits": {"cpu": "1", "memory": "1Gi"},
            "requests": {"cpu": "100m", "memory": "150Mi"},
        },
        "volumeMounts": [{"name": "hook", "mountPath": "/tmp/hook"}],
    });
    if given(&hook.spec.playbook).is_some() {
        container["command"] = json!([
            "/bin/entrypoint",
            "ansible-runner",
            "run",
            "/tmp/runner",
            "-p",
            "/tmp/hook/playbook.yml"
        ]);
    }
    let mut pod = json!({
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": [{"name": "hook", "configMap": {"name": config_map}}],
    });
    if let Some(account) = given(&hook.spec.service_account).or_else(|| given(&plan.spec.service_account)) {
        pod["serviceAccountName"] = Value::from(account);
    }
    if let Some(deadline) = hook.spec.deadline.filter(|deadline| *deadline > 0) {
        pod["activeDeadlineSeconds"] = Value::from(deadline);
    }
    let owner = json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Plan",
        "name": plan.name_any(),
        "uid": plan.uid(),
    });
    let mut metadata = json!(metadata(execution, vm, phase, hook));
    metadata["ownerReferences"] = json!([owner]);
    Ok(objects::from_json(json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {"backoffLimit": 1, "template": {"spec": pod}},
    }))?)
}
