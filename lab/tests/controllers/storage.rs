//! Data volumes and claims.

use forklift_api::cdi::{DataVolume, StorageProfile, VolumeImportSource};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use kube::{Api, ResourceExt};
use serde_json::json;

use crate::fixture::{Cluster, in_virtual_time, until};

fn blank(name: &str, class: &str) -> serde_json::Value {
    json!({
        "apiVersion": "cdi.kubevirt.io/v1beta1",
        "kind": "DataVolume",
        "metadata": {
            "name": name,
            "labels": {"vmID": "vm-57"},
            "annotations": {"forklift.konveyor.io/disk-index": "0"},
        },
        "spec": {
            "source": {"blank": {}},
            "storage": {"resources": {"requests": {"storage": "10Gi"}}, "storageClassName": class},
        },
    })
}

fn is_bound(claim: &PersistentVolumeClaim) -> bool {
    claim.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Bound")
}

fn is_in_phase(phase: &str) -> impl Fn(&DataVolume) -> bool {
    move |volume| volume.status.as_ref().and_then(|status| status.phase.as_deref()) == Some(phase)
}

#[test]
fn a_blank_data_volume_succeeds_and_its_claim_is_bound() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        let profiles = Api::<StorageProfile>::all(cluster.client.clone());
        until(profiles, "lab-block", "known", |profile: &StorageProfile| {
            profile.status.is_some()
        })
        .await;
        cluster.create::<DataVolume>(blank("disk", "lab-block")).await;

        let volume = cluster.until("disk", "done", is_in_phase("Succeeded")).await;
        let status = volume.status.clone().unwrap();
        assert_eq!(status.progress.as_deref(), Some("100.0%"));
        assert_eq!(status.claim_name.as_deref(), Some("disk"));
        let conditions = status.conditions.unwrap();
        let found: Vec<_> = conditions
            .iter()
            .map(|one| (one.type_.as_str(), one.status.as_str(), one.reason.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("Bound", "True", Some("Bound")),
                ("Ready", "True", None),
                ("Running", "False", Some("Completed"))
            ]
        );

        let claim = cluster.until("disk", "bound", is_bound).await;
        assert_eq!(claim.labels()["vmID"], "vm-57");
        assert_eq!(claim.annotations()["forklift.konveyor.io/disk-index"], "0");
        let spec = claim.spec.clone().unwrap();
        assert_eq!(spec.access_modes.unwrap(), ["ReadWriteMany"]);
        assert_eq!(spec.volume_mode.unwrap(), "Block");
        assert_eq!(claim.owner_references()[0].uid, volume.uid().unwrap());
        let prime = format!("prime-{}", claim.uid().unwrap());
        cluster.until_gone::<PersistentVolumeClaim>(&prime).await;
        cluster.until_gone::<Pod>(&format!("importer-{prime}")).await;
        let sources = cluster
            .api::<VolumeImportSource>()
            .list(&Default::default())
            .await
            .unwrap();
        assert_eq!(sources.items.len(), 0);
    });
}

#[test]
fn deleting_a_data_volume_takes_claim_and_volume_along() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        cluster.create::<DataVolume>(blank("disk", "lab-file")).await;
        cluster.until("disk", "done", is_in_phase("Succeeded")).await;
        let claim = cluster.until("disk", "bound", is_bound).await;
        assert_eq!(claim.spec.clone().unwrap().volume_mode.unwrap(), "Filesystem");
        cluster.delete::<DataVolume>("disk").await;
        cluster.until_gone::<PersistentVolumeClaim>("disk").await;
        let volumes = Api::<PersistentVolume>::all(cluster.client.clone());
        let name = claim.spec.unwrap().volume_name.unwrap();
        let gone = kube::runtime::wait::await_condition(volumes, &name, |one: Option<&PersistentVolume>| one.is_none());
        sim_clock::timeout(std::time::Duration::from_secs(10), gone)
            .await
            .unwrap()
            .unwrap();
    });
}

#[test]
fn a_claim_that_waits_for_its_consumer_is_bound_by_a_pod() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        cluster.create::<DataVolume>(blank("disk", "lab-wffc")).await;
        cluster.until("disk", "waiting", is_in_phase("PendingPopulation")).await;

        let consumer = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "plan-vm-57-pvcinit-x", "labels": {"forklift.app": "consumer"}},
            "spec": {
                "restartPolicy": "Never",
                "containers": [{"name": "main", "image": "x", "command": ["/bin/sh", "-c", "exit 0"]}],
                "volumes": [{"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}}],
            },
        });
        cluster.create::<Pod>(consumer).await;
        let claim = cluster.until("disk", "bound", is_bound).await;
        assert!(claim.annotations()["volume.kubernetes.io/selected-node"].starts_with("lab-node-"));
        cluster.until("disk", "done", is_in_phase("Succeeded")).await;
        let has_succeeded = |pod: &Pod| pod.status.as_ref().unwrap().phase.as_deref() == Some("Succeeded");
        cluster.until("plan-vm-57-pvcinit-x", "done", has_succeeded).await;

        // A finished pod still holds its claim.
        cluster
            .api::<PersistentVolumeClaim>()
            .delete("disk", &Default::default())
            .await
            .unwrap();
        let is_held = |claim: &PersistentVolumeClaim| claim.metadata.deletion_timestamp.is_some();
        cluster.until("disk", "held by the pod", is_held).await;
        cluster.delete::<Pod>("plan-vm-57-pvcinit-x").await;
        cluster.until_gone::<PersistentVolumeClaim>("disk").await;
    });
}
