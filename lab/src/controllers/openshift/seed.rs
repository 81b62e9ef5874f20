//! Creates the objects of OpenShift and its operators. Idempotent.

use forklift_api::openshift::{ClusterServiceVersion, ClusterVersion, Subscription};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::{Api, Client};
use serde_json::{Value, json};

use super::{facts, mtv};
use crate::controllers::objects::{self, Error};

/// Creates the missing objects concurrently.
pub async fn seed(client: Client) -> Result<(), Error> {
    let mtv = facts::MTV_NAMESPACE;
    objects::ensure_namespace(client.clone(), mtv).await?;
    futures::try_join!(
        objects::seed_all(Api::<ClusterVersion>::all(client.clone()), [cluster_version()?]),
        objects::seed_all(Api::<Subscription>::namespaced(client.clone(), mtv), [subscription()?]),
        objects::seed_all(
            Api::<ClusterServiceVersion>::namespaced(client.clone(), mtv),
            [service_version()?]
        ),
        objects::seed_all(
            Api::namespaced(client, mtv),
            facts::COMPONENTS.iter().map(mtv::deployment)
        ),
    )?;
    Ok(())
}

fn now() -> Value {
    json!(Time(sim_clock::now()))
}

fn cluster_version() -> Result<ClusterVersion, Error> {
    let image = format!(
        "quay.io/openshift-release-dev/ocp-release:{}-x86_64",
        facts::OPENSHIFT_VERSION
    );
    let release = json!({"version": facts::OPENSHIFT_VERSION, "image": image});
    let condition = |type_: &str, holds: bool, message: String| {
        json!({
            "type": type_,
            "status": if holds { "True" } else { "False" },
            "message": message,
            "lastTransitionTime": now(),
        })
    };
    let version = facts::OPENSHIFT_VERSION;
    objects::from_json(json!({
        "apiVersion": "config.openshift.io/v1",
        "kind": "ClusterVersion",
        "metadata": {"name": facts::CLUSTER_VERSION},
        "spec": {"channel": facts::OPENSHIFT_CHANNEL, "clusterID": facts::CLUSTER_ID},
        "status": {
            "availableUpdates": [],
            "desired": release,
            "history": [{
                "state": "Completed",
                "startedTime": now(),
                "completionTime": now(),
                "version": version,
                "image": image,
                "verified": false,
            }],
            "observedGeneration": 1,
            "versionHash": "mtv-lab",
            "conditions": [
                condition("Available", true, format!("Done applying {version}")),
                condition("Progressing", false, format!("Cluster version is {version}")),
                condition("Failing", false, String::new()),
            ],
        },
    }))
}

fn subscription() -> Result<Subscription, Error> {
    objects::from_json(json!({
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "Subscription",
        "metadata": {"name": facts::MTV_PACKAGE, "namespace": facts::MTV_NAMESPACE},
        "spec": {
            "name": facts::MTV_PACKAGE,
            "channel": facts::MTV_CHANNEL,
            "source": "redhat-operators",
            "sourceNamespace": "openshift-marketplace",
            "installPlanApproval": "Automatic",
            "startingCSV": facts::mtv_csv(),
        },
        "status": {
            "currentCSV": facts::mtv_csv(),
            "installedCSV": facts::mtv_csv(),
            "state": "AtLatestKnown",
            "lastUpdated": now(),
        },
    }))
}

fn service_version() -> Result<ClusterServiceVersion, Error> {
    objects::from_json(json!({
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "ClusterServiceVersion",
        "metadata": {
            "name": facts::mtv_csv(),
            "namespace": facts::MTV_NAMESPACE,
            "annotations": {
                "operators.openshift.io/must-gather-image":
                    format!("{}/mtv-must-gather:{}", facts::MTV_REGISTRY, facts::MTV_VERSION),
            },
        },
        "spec": {
            "displayName": "Migration Toolkit for Virtualization Operator",
            "version": facts::MTV_VERSION,
            "install": {"strategy": "deployment", "spec": {"deployments": []}},
        },
        "status": {
            "phase": "Succeeded",
            "reason": "InstallSucceeded",
            "message": "install strategy completed with no errors",
            "lastTransitionTime": now(),
            "lastUpdateTime": now(),
        },
    }))
}
