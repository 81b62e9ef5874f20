//! A destination that is another cluster than the hub: the journal tells them apart, and each object goes from its own.

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::{Api, ResourceExt, api::PostParams};
use mtv_bdd::{
    cleanup::Leftover,
    cluster::{Clusters, tracked},
    journal::{ObjectSubject, Subject},
    run::ClusterId,
};

use crate::{
    fake_platform::FakePlatform,
    stage::{NAMESPACE, Stage},
    teardown::{config_map, named, plan, teardown_on},
};

/// Two clusters and one run: its journal and settings are those of the hub's stage.
struct TwoClusters {
    hub: Stage,
    remote: Stage,
}

impl TwoClusters {
    async fn start() -> Self {
        let (hub, mut remote) = tokio::join!(Stage::start(), Stage::start());
        remote.cluster.id = ClusterId::from("remote");
        Self { hub, remote }
    }

    fn clusters(&self) -> Clusters {
        Clusters::new(self.hub.cluster.clone()).with_destination(self.remote.cluster.clone())
    }

    async fn teardown(&self, clusters: Clusters) -> Vec<Leftover> {
        teardown_on(clusters, &self.hub, &self.hub.scope, &FakePlatform::default()).await
    }

    fn maps(stage: &Stage) -> Api<ConfigMap> {
        Api::namespaced(stage.cluster.client.clone(), NAMESPACE)
    }

    /// Without the one that the API server puts into each namespace.
    async fn map_names(stage: &Stage) -> Vec<String> {
        let maps = Self::maps(stage).list(&Default::default()).await.unwrap();
        let names = maps.items.iter().map(ResourceExt::name_any);
        names.filter(|name| name != "kube-root-ca.crt").collect()
    }
}

#[tokio::test]
async fn what_is_created_goes_from_its_own_cluster_alone() {
    let two = TwoClusters::start().await;
    for (stage, name) in [(&two.hub, "on-hub"), (&two.remote, "on-remote")] {
        tracked::create(&stage.cluster, &two.hub.scope, config_map(name))
            .await
            .unwrap();
    }
    // Of the same name and run, but announced in no journal.
    for (stage, name) in [(&two.remote, "on-hub"), (&two.hub, "on-remote")] {
        let mut other = config_map(name);
        other.metadata.labels = Some(two.hub.scope.labels());
        TwoClusters::maps(stage)
            .create(&PostParams::default(), &other)
            .await
            .unwrap();
    }
    let entries: Vec<String> = two
        .hub
        .scope
        .journal
        .open_entries()
        .iter()
        .map(|entry| entry.subject.to_string())
        .collect();
    assert_eq!(
        entries,
        [
            "ConfigMap auto-ab12/on-hub",
            "ConfigMap auto-ab12/on-remote on the cluster remote",
        ]
    );

    assert_eq!(two.teardown(two.clusters()).await, []);
    assert_eq!(TwoClusters::map_names(&two.hub).await, ["on-remote"]);
    assert_eq!(TwoClusters::map_names(&two.remote).await, ["on-hub"]);
    assert!(two.hub.scope.journal.open_entries().is_empty());
}

#[tokio::test]
async fn what_is_on_a_cluster_without_a_connection_is_reported_and_stays_in_the_journal() {
    let two = TwoClusters::start().await;
    for stage in [&two.hub, &two.remote] {
        tracked::create(&stage.cluster, &two.hub.scope, config_map("x"))
            .await
            .unwrap();
    }
    let left = two.teardown(Clusters::new(two.hub.cluster.clone())).await;
    let left: Vec<String> = left
        .into_iter()
        .map(|left| format!("{}: {}", left.subject, left.reason))
        .collect();
    assert_eq!(
        left,
        [
            "ConfigMap auto-ab12/x on the cluster remote: this run is not connected to the cluster \"remote\"; delete it there"
        ]
    );
    assert!(TwoClusters::map_names(&two.hub).await.is_empty());
    assert_eq!(TwoClusters::map_names(&two.remote).await, ["x"]);
    assert_eq!(two.hub.scope.journal.open_entries().len(), 1);

    assert_eq!(two.teardown(two.clusters()).await, []);
    assert!(TwoClusters::map_names(&two.remote).await.is_empty());
}

#[tokio::test]
async fn what_a_plan_of_the_hub_made_on_the_destination_goes_by_its_label() {
    let two = TwoClusters::start().await;
    let plan = tracked::create(&two.hub.cluster, &two.hub.scope, plan()).await.unwrap();
    let uid = plan.uid().unwrap();
    let vm = ObjectSubject::target_vm(two.remote.cluster.id.clone(), NAMESPACE, "vm", &uid);
    two.hub.scope.intend(Subject::Object(vm)).await.unwrap();
    let secrets: Api<Secret> = Api::namespaced(two.remote.cluster.client.clone(), NAMESPACE);
    for (name, plan) in [("ours", uid.as_str()), ("theirs", "another")] {
        let mut secret = Secret {
            metadata: named(name),
            ..Secret::default()
        };
        secret.labels_mut().insert("plan".to_owned(), plan.to_owned());
        secrets.create(&PostParams::default(), &secret).await.unwrap();
    }
    assert_eq!(two.teardown(two.clusters()).await, []);
    assert!(secrets.get_opt("ours").await.unwrap().is_none());
    assert!(secrets.get_opt("theirs").await.unwrap().is_some());
}
