//! A lab in the test's process that runs are started on.

use std::collections::BTreeSet;

use crate::binary::{Finished, mtv_bdd, text};
use kube::{
    Api, Client, Config, Discovery,
    api::{DynamicObject, ListParams},
    config::{KubeConfigOptions, Kubeconfig},
    discovery::verbs,
};
use mtv_lab::{Lab, LabOptions};
use sim_clock::{World, WorldOptions};
use sim_net::kubernetes_client;
use source_sim::vsphere::Vcenter;

/// Runs a test in virtual time, with a lab that no other process can reach: [`Target::start_at`] `virtual`.
pub fn in_virtual_time(test: impl Future<Output = ()>) {
    let begin = sim_clock::now();
    let world = World::begin(WorldOptions { seed: 1, begin }).unwrap();
    let _network = sim_net::in_memory();
    world.run(test).unwrap();
}

/// A lab with a client for its API.
pub struct Target {
    /// The lab.
    pub lab: Lab,
    /// Client of the lab's API.
    pub client: Client,
    _folder: tempfile::TempDir,
}

impl Target {
    /// Starts a lab with a clock 60 times as fast as real time.
    pub async fn start() -> Self {
        Self::start_at("60").await
    }

    /// Starts a lab with a clock that is `speed` times as fast as real time.
    pub async fn start_at(speed: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = LabOptions {
            speed: speed.parse().unwrap(),
            ..LabOptions::new(folder.path())
        };
        let lab = Lab::start(options).await.unwrap();
        let kubeconfig = Kubeconfig::read_from(lab.kubeconfig()).unwrap();
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
            .await
            .unwrap();
        let client = kubernetes_client(config).unwrap();
        Self {
            lab,
            client,
            _folder: folder,
        }
    }

    /// Runs features on the lab.
    pub async fn run(&self, arguments: &[&str]) -> Finished {
        self.command("run", arguments).await
    }

    /// Runs a command on the lab, in another process: it must not block the lab in this one.
    pub async fn command(&self, command: &str, arguments: &[&str]) -> Finished {
        let profile = self.lab.settings();
        let mut all: Vec<String> = vec![command.to_owned(), "--profile".to_owned(), text(&profile).to_owned()];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let run = move || mtv_bdd(&all.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// Writes a wrong password for the vCenter into the providers file.
    pub fn change_password(&self) {
        let providers = self.lab.folder().join("providers.json");
        let right = std::fs::read_to_string(&providers).unwrap();
        let wrong = right.replace(self.simulator().password(), "wrong-password");
        assert_ne!(wrong, right);
        std::fs::write(&providers, wrong).unwrap();
    }

    /// All objects of the API, by name, and all VMs of the vCenter, with their snapshots.
    pub async fn holds(&self) -> BTreeSet<String> {
        let mut found = self.vms().await;
        let discovery = Discovery::new(self.client.clone()).run().await.unwrap();
        for (resource, capabilities) in discovery.groups().flat_map(|group| group.recommended_resources()) {
            // Events and Leases are created and deleted independently of the run.
            let fleeting = ["Event", "Lease"].contains(&resource.kind.as_str());
            if fleeting || !capabilities.supports_operation(verbs::LIST) {
                continue;
            }
            let api: Api<DynamicObject> = Api::all_with(self.client.clone(), &resource);
            for object in api.list(&ListParams::default()).await.unwrap() {
                let metadata = object.metadata;
                let namespace = metadata.namespace.unwrap_or_default();
                found.insert(format!(
                    "{} {namespace}/{}",
                    resource.kind,
                    metadata.name.unwrap_or_default()
                ));
            }
        }
        found
    }

    async fn vms(&self) -> BTreeSet<String> {
        let client = self.vcenter().await;
        let objects = client
            .list(
                "VirtualMachine",
                &["name", "runtime.powerState", "snapshot.rootSnapshotList"],
            )
            .await
            .unwrap();
        let vms = objects.iter().map(|vm| {
            let value = |path| vm.get(path).and_then(vim25::Value::as_str).unwrap_or_default();
            let snapshots = vm.list("snapshot.rootSnapshotList").len();
            format!(
                "VM {} {}, trees of snapshots: {snapshots}",
                value("name"),
                value("runtime.powerState")
            )
        });
        let vms = vms.collect();
        client.logout().await.unwrap();
        vms
    }

    fn simulator(&self) -> &Vcenter {
        self.lab.platforms().get().unwrap()
    }

    /// Opens a session with the vCenter.
    pub async fn vcenter(&self) -> vim25::Client {
        let vcenter = self.simulator();
        let options = vim25::Options {
            url: vcenter.url().to_owned(),
            user: vcenter.user().to_owned(),
            password: vcenter.password().to_owned(),
            trust: vim25::Trust::Insecure,
        };
        vim25::Client::connect(options).await.unwrap()
    }
}
