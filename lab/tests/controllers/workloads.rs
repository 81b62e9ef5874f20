//! Jobs, deployments and service accounts.

use k8s_openapi::api::{
    apps::v1::Deployment,
    batch::v1::Job,
    core::v1::{Node, Pod, Secret, ServiceAccount},
};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams},
};
use serde_json::json;

use crate::fixture::{Cluster, in_virtual_time, until};

fn job(name: &str, command: &str) -> serde_json::Value {
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {
            "backoffLimit": 1,
            "template": {"spec": {
                "restartPolicy": "Never",
                "containers": [{"name": "main", "image": "x", "command": ["/bin/sh", "-c", command]}],
            }},
        },
    })
}

fn condition<'a>(job: &'a Job, type_: &str) -> Option<&'a k8s_openapi::api::batch::v1::JobCondition> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|one| one.type_ == type_ && one.status == "True")
}

#[test]
fn a_job_completes() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        cluster.create::<Job>(job("good", "exit 0")).await;
        let job = cluster
            .until("good", "complete", |job: &Job| condition(job, "Complete").is_some())
            .await;
        let status = job.status.unwrap();
        assert_eq!(status.succeeded, Some(1));
        assert_eq!(status.active, None);
        assert!(status.completion_time.is_some());
        let pods = cluster
            .api::<Pod>()
            .list(&ListParams::default().labels("job-name=good"))
            .await
            .unwrap();
        assert_eq!(pods.items.len(), 1);
    });
}

#[test]
fn a_job_that_fails_too_often_fails() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        cluster.create::<Job>(job("bad", "exit 3")).await;
        let job = cluster
            .until("bad", "failed", |job: &Job| condition(job, "Failed").is_some())
            .await;
        let failed = condition(&job, "Failed").unwrap();
        assert_eq!(failed.reason.as_deref(), Some("BackoffLimitExceeded"));
        assert_eq!(
            failed.message.as_deref(),
            Some("Job has reached the specified backoff limit")
        );
        assert_eq!(job.status.as_ref().unwrap().failed, Some(2));
        let pods = cluster
            .api::<Pod>()
            .list(&ListParams::default().labels("job-name=bad"))
            .await
            .unwrap();
        let status = pods.items[0].status.clone().unwrap();
        let end = status.container_statuses.unwrap()[0]
            .state
            .clone()
            .unwrap()
            .terminated
            .unwrap();
        assert_eq!((end.exit_code, end.reason.as_deref()), (3, Some("Error")));
    });
}

#[test]
fn mtvs_pods_run_and_come_back() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        let deployments = Api::<Deployment>::namespaced(cluster.client.clone(), "openshift-mtv");
        let is_available = |one: &Deployment| {
            one.status
                .as_ref()
                .is_some_and(|status| status.available_replicas == Some(1))
        };
        until(deployments.clone(), "forklift-controller", "available", is_available).await;
        let pods = Api::<Pod>::namespaced(cluster.client.clone(), "openshift-mtv");
        let controller = ListParams::default().labels("control-plane=controller-manager");
        let old = pods.list(&controller).await.unwrap().items.remove(0);
        assert_eq!(
            old.status.as_ref().unwrap().container_statuses.as_ref().unwrap().len(),
            2
        );

        pods.delete(&old.name_any(), &DeleteParams::default()).await.unwrap();
        for _ in 0..200 {
            let running =
                pods.list(&controller).await.unwrap().items.into_iter().find(|pod| {
                    pod.uid() != old.uid() && pod.status.as_ref().unwrap().phase.as_deref() == Some("Running")
                });
            if running.is_some() {
                return;
            }
            sim_clock::sleep(std::time::Duration::from_secs(1)).await;
        }
        panic!("the deleted pod did not come back");
    });
}

#[test]
fn accounts_and_their_tokens_are_made() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        cluster.until("default", "there", |_: &ServiceAccount| true).await;
        let secret = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/service-account-token",
            "metadata": {"name": "token", "annotations": {"kubernetes.io/service-account.name": "default"}},
        });
        cluster.create::<Secret>(secret).await;
        let has_token = |secret: &Secret| secret.data.as_ref().is_some_and(|data| data.contains_key("token"));
        cluster.until("token", "filled", has_token).await;
        let nodes = Api::<Node>::all(cluster.client.clone())
            .list(&Default::default())
            .await
            .unwrap();
        let names: Vec<_> = nodes.iter().map(ResourceExt::name_any).collect();
        assert_eq!(names, ["lab-node-1", "lab-node-2", "lab-node-3"]);
    });
}
