//! Creates the KubeVirt object with the status that its operator reports. Idempotent.

use forklift_api::kubevirt::KubeVirt;
use kube::{Api, Client};
use serde_json::json;

use super::facts;
use crate::controllers::objects::{self, Error};

/// Creates the KubeVirt object if it does not exist.
pub async fn seed(client: Client) -> Result<(), Error> {
    let installation: KubeVirt = objects::from_json(json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "KubeVirt",
        "metadata": {"name": facts::INSTALLATION, "namespace": facts::NAMESPACE},
        "spec": {"configuration": {}},
        "status": {
            "phase": "Deployed",
            "observedKubeVirtVersion": facts::VERSION,
            "operatorVersion": facts::VERSION,
            "targetKubeVirtVersion": facts::VERSION,
            "conditions": [
                {"type": "Available", "status": "True", "reason": "AllComponentsReady", "message": "All components are ready."},
                {"type": "Progressing", "status": "False", "reason": "AllComponentsReady", "message": "All components are ready."},
                {"type": "Degraded", "status": "False", "reason": "AllComponentsReady", "message": "All components are ready."},
            ],
        },
    }))?;
    objects::ensure_namespace(client.clone(), facts::NAMESPACE).await?;
    objects::seed_all(Api::namespaced(client, facts::NAMESPACE), [installation]).await
}
