//! Writes down what happens in the lab.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use forklift_api::{
    cdi::DataVolume,
    forklift::{Conversion, Hook, Migration, NetworkMap, Plan, Provider, StorageMap},
    kubevirt::{VirtualMachine, VirtualMachineInstance},
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
use tokio::sync::oneshot;

use super::story::Record;
use crate::world::{Object, World};

/// Simulated time that the lab may go on writing after the last thing that was waited for.
const REST: Duration = Duration::from_secs(30);

/// Watches all kinds that stories are about.
#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<Record>>>);

impl Recorder {
    /// Records from now on: what exists already is only remembered.
    pub async fn start(world: &World) -> Self {
        let recorder = Self::default();
        let begun = [
            recorder.watch::<Provider>(&world.client),
            recorder.watch::<StorageMap>(&world.client),
            recorder.watch::<NetworkMap>(&world.client),
            recorder.watch::<Hook>(&world.client),
            recorder.watch::<Plan>(&world.client),
            recorder.watch::<Migration>(&world.client),
            recorder.watch::<Conversion>(&world.client),
            recorder.watch::<DataVolume>(&world.client),
            recorder.watch::<PersistentVolumeClaim>(&world.client),
            recorder.watch::<Pod>(&world.client),
            recorder.watch::<Secret>(&world.client),
            recorder.watch::<ConfigMap>(&world.client),
            recorder.watch::<VirtualMachine>(&world.client),
            recorder.watch::<VirtualMachineInstance>(&world.client),
            recorder.watch::<Job>(&world.client),
            recorder.watch::<Event>(&world.client),
        ];
        for watch in begun {
            watch.await.unwrap();
        }
        recorder
    }

    /// Everything that happened.
    pub async fn end(self) -> Vec<Record> {
        sim_clock::sleep(REST).await;
        self.0.lock().unwrap().clone()
    }

    /// Writes down everything that happens to objects of a kind; says when it has begun.
    fn watch<K: Object>(&self, client: &Client) -> oneshot::Receiver<()> {
        let recorder = self.clone();
        let (begin, begun) = oneshot::channel();
        let mut begin = Some(begin);
        let mut events = watcher(Api::<K>::all(client.clone()), watcher::Config::default())
            .default_backoff()
            .boxed();
        tokio::spawn(async move {
            let mut known = HashSet::new();
            while let Some(event) = events.next().await {
                let (event, object) = match event {
                    Ok(watcher::Event::InitApply(object)) if begin.is_some() => {
                        known.insert(object.meta().uid.clone());
                        continue;
                    }
                    Ok(watcher::Event::InitDone) => {
                        begin.take().map(|begin| begin.send(()));
                        continue;
                    }
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
        begun
    }
}
