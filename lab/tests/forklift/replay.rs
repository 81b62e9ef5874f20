//! The story of a cold migration, as the real Forklift was recorded telling it, told by the lab.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use forklift_api::{
    cdi::DataVolume,
    forklift::{Conditions, Conversion, Migration, Plan},
    kubevirt::VirtualMachine,
};
use futures::StreamExt;
use k8s_openapi::api::{
    batch::v1::Job,
    core::v1::{ConfigMap, Event, PersistentVolumeClaim, Pod, Secret},
};
use kube::{
    Api, Client,
    runtime::{WatchStreamExt, watcher},
};
use serde_json::Value;

use crate::{
    story::{Record, Story, Subject, tell},
    world::{NAMESPACE, Object, TARGET, World},
};

const VM: &str = "mtv-tests-rhel8";
const PLAN: &str = "replay";

/// Why the lab's story differs from the recording, by topic.
const EXPLAINED: &[(&str, &str)] = &[(
    "shape of VirtualMachine",
    "the lab's ESXi hosts have a time zone, which becomes the VM's clock; those of the recording had none",
)];

/// Topics that depend on when a controller happens to look.
const BY_CHANCE: &[(&str, &str)] = &[(
    "step DiskAllocation",
    "the step is Pending or Running as CDI is seen on the way; it ends Completed",
)];

/// The folder with the recordings; it is not part of the project.
fn recording() -> Option<Vec<Record>> {
    let shared = std::env::var_os("MTV_BDD_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let path = shared.join("spec/traces/realfull-cold.ndjson");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: no recording at {}", path.display());
        return None;
    };
    let lines = text
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let records = lines.map(|line| Record {
        event: line["event"].as_str().unwrap().into(),
        kind: line["kind"].as_str().unwrap().into(),
        object: line["object"].clone(),
    });
    Some(records.collect())
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Record>>>);

impl Recorder {
    /// Writes down everything that happens to objects of a kind.
    fn watch<K: Object>(&self, client: &Client) {
        let recorder = self.clone();
        let mut events = watcher(Api::<K>::all(client.clone()), watcher::Config::default())
            .default_backoff()
            .boxed();
        tokio::spawn(async move {
            let mut known = std::collections::HashSet::new();
            while let Some(event) = events.next().await {
                let (event, object) = match event {
                    Ok(watcher::Event::Apply(object) | watcher::Event::InitApply(object)) => {
                        let is_new = known.insert(object.meta().uid.clone());
                        (if is_new { "ADDED" } else { "MODIFIED" }, object)
                    }
                    Ok(watcher::Event::Delete(object)) => ("DELETED", object),
                    _ => continue,
                };
                recorder.0.lock().unwrap().push(Record {
                    event: event.into(),
                    kind: K::kind(&()).into_owned(),
                    object: serde_json::to_value(object).unwrap(),
                });
            }
        });
    }

    fn all(&self) -> Vec<Record> {
        self.0.lock().unwrap().clone()
    }
}

async fn lab() -> Vec<Record> {
    let world = World::start("120").await;
    world.power_on(VM).await;
    world.ready_provider().await;
    world.ready_maps(PLAN).await;
    world.target_namespace().await;
    let recorder = Recorder::default();
    recorder.watch::<Plan>(&world.client);
    recorder.watch::<Migration>(&world.client);
    recorder.watch::<Conversion>(&world.client);
    recorder.watch::<DataVolume>(&world.client);
    recorder.watch::<PersistentVolumeClaim>(&world.client);
    recorder.watch::<Pod>(&world.client);
    recorder.watch::<Secret>(&world.client);
    recorder.watch::<ConfigMap>(&world.client);
    recorder.watch::<VirtualMachine>(&world.client);
    recorder.watch::<Job>(&world.client);
    recorder.watch::<Event>(&world.client);
    // The watches begin with what is there: what matters is not there yet.
    tokio::time::sleep(Duration::from_millis(200)).await;
    world.plan(PLAN, &[VM]).await;
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Ready"))
        .await;
    world.migrate(PLAN, PLAN).await;
    world
        .until(NAMESPACE, PLAN, |plan: &Plan| plan.status.is_true("Succeeded"))
        .await;
    world
        .until(NAMESPACE, PLAN, |migration: &Migration| {
            migration.status.is_true("Succeeded")
        })
        .await;
    // The conversion is finished two looks after its pod.
    let names = world.names::<Conversion>(NAMESPACE).await;
    world
        .until(NAMESPACE, &names[0], |conversion: &Conversion| {
            conversion.status.is_true("Ready")
        })
        .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    recorder.all()
}

fn differences(recorded: &Story, lab: &Story) -> Vec<(String, String)> {
    let topics: std::collections::BTreeSet<&String> = recorded.keys().chain(lab.keys()).collect();
    let mut differences = Vec::new();
    for topic in topics {
        if BY_CHANCE.iter().any(|(known, _)| known == topic) {
            continue;
        }
        let empty = Vec::new();
        let (before, now) = (recorded.get(topic).unwrap_or(&empty), lab.get(topic).unwrap_or(&empty));
        if before != now {
            let only = |some: &[String], others: &[String]| {
                some.iter()
                    .filter(|line| !others.contains(line))
                    .cloned()
                    .collect::<Vec<_>>()
            };
            let (gone, new) = (only(before, now), only(now, before));
            let text = match gone.is_empty() && new.is_empty() {
                true => format!("order: recorded {before:#?}, lab {now:#?}"),
                false => format!("only recorded: {gone:#?}\nonly in the lab: {new:#?}"),
            };
            differences.push((topic.clone(), text));
        }
    }
    differences
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cold_migration_goes_as_recorded() {
    let Some(recorded) = recording() else {
        return;
    };
    let recorded = tell(
        &recorded,
        &Subject {
            plan: "realfull-cold",
            target: "lab-realfull-cold",
            vm: "rhel-cold",
        },
    );
    assert_eq!(
        recorded["vm phases"].len(),
        10,
        "the recording is the one that is meant"
    );
    let lab = tell(
        &lab().await,
        &Subject {
            plan: PLAN,
            target: TARGET,
            vm: VM,
        },
    );
    let differences = differences(&recorded, &lab);
    let is_explained = |topic: &str| EXPLAINED.iter().any(|(known, _)| *known == topic);
    let unexplained: Vec<String> = differences
        .iter()
        .filter(|(topic, _)| !is_explained(topic))
        .map(|(topic, text)| format!("{topic}\n{text}"))
        .collect();
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n\n"));
    for (topic, reason) in EXPLAINED {
        let is_needed = differences.iter().any(|(differing, _)| differing == topic);
        assert!(
            is_needed,
            "'{topic}' does not differ any more, so this is no explanation: {reason}"
        );
    }
}
