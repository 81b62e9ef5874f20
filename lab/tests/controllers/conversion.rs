//! The virt-v2v pod, as Forklift sees it.

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::{Api, ResourceExt, api::PostParams};
use mtv_lab::injection::{Fault, FaultName, FaultSpec};
use serde_json::{Value, json};

use crate::fixture::{Cluster, in_virtual_time};

async fn claim(cluster: &Cluster, name: &str) {
    let claim = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteMany"], "volumeMode": "Block", "resources": {"requests": {"storage": "10Gi"}}},
    });
    cluster.create::<PersistentVolumeClaim>(claim).await;
}

fn pod() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "plan-vm-57-x", "labels": {"forklift.app": "virt-v2v", "vmID": "vm-57"}},
        "spec": {
            "restartPolicy": "Never",
            "initContainers": [{"name": "vddk-side-car", "image": "vddk"}],
            "containers": [{
                "name": "virt-v2v",
                "image": "virt-v2v",
                "env": [{"name": "V2V_vmName", "value": "mtv-tests-rhel8"}, {"name": "V2V_source", "value": "vSphere"}],
            }],
            "volumes": [
                {"name": "one", "persistentVolumeClaim": {"claimName": "one"}},
                {"name": "two", "persistentVolumeClaim": {"claimName": "two"}},
            ],
        },
    })
}

fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().unwrap().phase.as_deref().unwrap()
}

fn is_running(pod: &Pod) -> bool {
    phase(pod) == "Running"
}

fn http() -> sim_net::HttpClient {
    sim_net::HttpClient::new(reqwest::Client::builder(), None).unwrap()
}

async fn fetch(address: &str) -> Option<(u16, String)> {
    let http = http();
    let answer = http.send(http.get(address)).await.ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

#[test]
fn it_tells_its_progress_and_its_result_and_ends_when_told() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        claim(&cluster, "one").await;
        claim(&cluster, "two").await;
        cluster.create::<Pod>(pod()).await;
        let running = cluster.until("plan-vm-57-x", "running", is_running).await;
        let address = running.status.unwrap().pod_ip.unwrap();
        assert!(address.starts_with("127.20."), "{address}");

        let metrics = format!("http://{address}:2112/metrics");
        let mut in_between = false;
        let vm = loop {
            let (_, text) = fetch(&metrics).await.unwrap();
            in_between |= !text.contains("disk_id=\"1\"} 0\n") && text.contains("disk_id=\"2\"} 0\n");
            if let Some(answer) = fetch(&format!("http://{address}:8080/vm")).await {
                break answer;
            }
            sim_clock::sleep(std::time::Duration::from_secs(1)).await;
        };
        assert!(in_between, "disks are copied one after the other");
        let (_, text) = fetch(&metrics).await.unwrap();
        assert!(
            text.contains("disk_id=\"1\"} 100\n") && text.contains("disk_id=\"2\"} 100\n"),
            "{text}"
        );

        let vm: Value = serde_saphyr::from_str(&vm.1).unwrap();
        let domain = &vm["spec"]["template"]["spec"]["domain"];
        assert_eq!(domain["devices"]["disks"][0]["bootOrder"], 1);
        assert!(domain["firmware"]["bootloader"]["bios"].is_object());
        let (_, inspection) = fetch(&format!("http://{address}:8080/inspection")).await.unwrap();
        assert!(inspection.contains("<osinfo>rhel8.10</osinfo>"), "{inspection}");
        assert_eq!(fetch(&format!("http://{address}:8080/warnings")).await.unwrap().0, 204);
        let http = http();
        let answer = http.send(http.post(format!("http://{address}:8080/shutdown")));
        let answer = answer.await.unwrap();
        assert!(answer.status().is_success());
        cluster
            .until("plan-vm-57-x", "done", |pod: &Pod| phase(pod) == "Succeeded")
            .await;
        assert!(fetch(&metrics).await.is_none(), "the servers end with the pod");
        cluster.delete::<Pod>("plan-vm-57-x").await;
    });
}

#[test]
fn it_fails_in_the_middle_of_the_copy_when_asked_to() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        let spec = FaultSpec {
            name: FaultName::ConversionFailsWhileCopying,
            vm: Some("rhel8".into()),
        };
        let faults = Api::<Fault>::all(cluster.client.clone());
        faults
            .create(&PostParams::default(), &Fault::new("broken", spec))
            .await
            .unwrap();
        claim(&cluster, "one").await;
        claim(&cluster, "two").await;
        cluster.create::<Pod>(pod()).await;
        let failed = cluster
            .until("plan-vm-57-x", "failed", |pod: &Pod| phase(pod) == "Failed")
            .await;
        assert!(!failed.name_any().is_empty());
        let status = failed.status.unwrap();
        let end = status.container_statuses.unwrap()[0]
            .state
            .clone()
            .unwrap()
            .terminated
            .unwrap();
        assert_eq!(end.exit_code, 1);
        assert!(end.message.unwrap().contains("the connection to the source was lost"));
    });
}
