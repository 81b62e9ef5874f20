//! Red is red: each way in which a migration can go wrong fails the run, is named in console and JUnit, and leaves
//! the lab as it was.

use std::collections::BTreeSet;

use crate::binary::{Finished, feature, mtv_bdd, text};
use kube::{
    Api, Client, Config, Discovery,
    api::{DynamicObject, ListParams, PostParams},
    config::{KubeConfigOptions, Kubeconfig},
    discovery::verbs,
};
use mtv_lab::{
    Lab, LabOptions,
    injection::{Defect, DefectName, DefectSpec, Fault, FaultName, FaultSpec},
};

/// A lab of this test, and what is needed to look into it.
struct Target {
    lab: Lab,
    client: Client,
    _folder: tempfile::TempDir,
}

impl Target {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lab = Lab::start(LabOptions::new(folder.path())).await.unwrap();
        let kubeconfig = Kubeconfig::read_from(lab.kubeconfig()).unwrap();
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
            .await
            .unwrap();
        let client = Client::try_from(config).unwrap();
        Self {
            lab,
            client,
            _folder: folder,
        }
    }

    /// Runs features on the lab. The binary is another process: it must not hold up the lab in this one.
    async fn run(&self, arguments: &[&str]) -> Finished {
        let profile = self.lab.settings();
        let mut all: Vec<String> = vec!["run".to_owned(), "--profile".to_owned(), text(&profile).to_owned()];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let run = move || mtv_bdd(&all.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// Every object of the API and every VM of the vCenter, by name.
    async fn holds(&self) -> BTreeSet<String> {
        let mut found = self.vms().await;
        let discovery = Discovery::new(self.client.clone()).run().await.unwrap();
        for (resource, capabilities) in discovery.groups().flat_map(|group| group.recommended_resources()) {
            // Events and Leases come and go by themselves.
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
        let vcenter = self.lab.vcenter();
        let options = vim25::Options {
            url: vcenter.url().to_owned(),
            user: vcenter.user().to_owned(),
            password: vcenter.password().to_owned(),
            trust: vim25::Trust::Insecure,
        };
        let client = vim25::Client::connect(options).await.unwrap();
        let objects = client
            .list("VirtualMachine", &["name", "runtime.powerState"])
            .await
            .unwrap();
        let vms = objects.iter().map(|vm| {
            let value = |path| {
                vm.get(path)
                    .and_then(vim25::Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            format!("VM {} {}", value("name"), value("runtime.powerState"))
        });
        let vms = vms.collect();
        client.logout().await.unwrap();
        vms
    }
}

/// Checks what all red runs have in common: exit code, the words in console and JUnit, the counts.
fn assert_red(run: &Finished, code: i32, words: &[&str]) {
    assert_eq!(run.code, code, "{}", run.said());
    let junit = run.junit();
    assert!(junit.contains("<failure "), "{junit}");
    for word in words {
        assert!(
            run.stdout.contains(word),
            "{word:?} is not on the console\n{}",
            run.said()
        );
        assert!(
            junit.contains(&word.replace('"', "&quot;")),
            "{word:?} is not in JUnit\n{junit}"
        );
    }
    assert!(run.stdout.contains("1 scenario: 1 failed"), "{}", run.stdout);
    assert!(run.stdout.contains("simulated lab"), "{}", run.stdout);
    assert_eq!(run.summary()["exitCode"], code);
    assert_eq!(run.summary()["totals"]["scenarios"]["failed"], 1);
}

const SMOKE: &str = "features/cold/smoke.feature";

#[tokio::test(flavor = "multi_thread")]
async fn a_vm_that_does_not_exist() {
    let target = Target::start().await;
    let before = target.holds().await;
    let (_folder, path) = feature(
        "@vsphere\nFeature: F\n  Scenario: S\n    Given a source provider\n    And a clone of the VM \"mtv-tests-rhel99\"\n",
    );
    let run = target.run(&["--input", text(&path)]).await;
    assert_red(&run, 1, &["mtv-tests-rhel99"]);
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_that_fails_while_copying() {
    let target = Target::start().await;
    let fault = FaultSpec {
        name: FaultName::ConversionFailsWhileCopying,
        vm: None,
    };
    let faults: Api<Fault> = Api::all(target.client.clone());
    faults
        .create(&PostParams::default(), &Fault::new("copy", fault))
        .await
        .unwrap();
    let before = target.holds().await;
    let run = target.run(&["--input", SMOKE]).await;
    assert_red(&run, 1, &["the migration succeeds", "failed in the"]);
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vm_that_arrives_with_wrong_memory() {
    let target = Target::start().await;
    let defect = DefectSpec {
        name: DefectName::WrongMemory,
        vm: None,
    };
    let defects: Api<Defect> = Api::all(target.client.clone());
    defects
        .create(&PostParams::default(), &Defect::new("memory", defect))
        .await
        .unwrap();
    let before = target.holds().await;
    let run = target.run(&["--input", SMOKE]).await;
    assert_red(&run, 1, &["every VM passes all applicable checks", "memory"]);
    assert_eq!(run.summary()["totals"]["checks"]["failed"], 1);
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_vcenter_password() {
    let target = Target::start().await;
    let before = target.holds().await;
    let providers = target.lab.folder().join("providers.json");
    let right = std::fs::read_to_string(&providers).unwrap();
    let wrong = right.replace(target.lab.vcenter().password(), "wrong-password");
    assert_ne!(wrong, right);
    std::fs::write(&providers, wrong).unwrap();
    let run = target.run(&["--input", SMOKE]).await;
    assert_red(
        &run,
        3,
        &["the target is not usable", "incorrect user name or password"],
    );
    assert!(!run.said().contains("wrong-password"), "{}", run.said());
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_of_these_it_is_green_and_leaves_nothing() {
    let target = Target::start().await;
    let before = target.holds().await;
    let run = target.run(&[]).await;
    assert_eq!(run.code, 0, "{}", run.said());
    assert!(run.summary()["totals"]["checks"]["passed"].as_u64().unwrap() > 0);
    assert_eq!(run.summary()["totals"]["checks"]["failed"], 0);
    assert_eq!(target.holds().await, before);
}
