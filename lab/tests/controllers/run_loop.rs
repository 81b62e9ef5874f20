//! The run loop of controllers, and what they read.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{ResourceExt, api::PostParams};
use mtv_lab::controllers::{
    controller::{Controller, Next},
    objects::Error,
};
use serde_json::json;
use sim_clock::{Instant, sleep};

use crate::fixture::{Cluster, in_virtual_time};

const RETRY: Duration = Duration::from_secs(7);

fn map(name: &str) -> serde_json::Value {
    json!({"metadata": {"name": name}})
}

/// Names and seconds, in the order of the reconciles. Clones share them.
#[derive(Clone)]
struct Log {
    begin: Instant,
    seen: Arc<Mutex<Vec<(String, u64)>>>,
}

impl Log {
    fn note(&self, name: String) {
        self.seen.lock().unwrap().push((name, self.begin.elapsed().as_secs()));
    }

    fn seen(&self) -> Vec<(String, u64)> {
        self.seen.lock().unwrap().clone()
    }
}

/// Reconciles all ConfigMaps of the cluster like this.
fn reconcile_maps<Outcome>(
    cluster: &Cluster,
    reconcile: impl Fn(Arc<ConfigMap>, Log) -> Outcome + Send + Sync + 'static,
) -> Log
where
    Outcome: Future<Output = Result<Next, Error>> + Send + 'static,
{
    let log = Log {
        begin: Instant::now(),
        seen: Arc::default(),
    };
    let (controller, noted) = (Controller::<ConfigMap>::on_change(&cluster.context), log.clone());
    tokio::spawn(controller.run(RETRY, move |map| reconcile(map, noted.clone())));
    log
}

#[test]
fn objects_are_reconciled_in_the_order_of_their_changes() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        let log = reconcile_maps(&cluster, |map, log| {
            if map.namespace().as_deref() == Some("default") && map.name_any().len() == 1 {
                log.note(map.name_any());
            }
            async { Ok(Next::Change) }
        });
        let names = ["k", "b", "x", "a", "q", "c", "z", "f", "m", "d"];
        for name in names {
            let _: ConfigMap = cluster.create(map(name)).await;
        }
        sleep(Duration::from_secs(1)).await;
        let seen = log.seen();
        let order: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(order, names);
    });
}

#[test]
fn an_object_that_changes_during_its_reconcile_is_reconciled_once_more_after_it() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        let log = reconcile_maps(&cluster, |map, log| async move {
            if map.name_any() == "busy" {
                log.note(map.data.clone().unwrap_or_default().into_values().collect());
                sleep(Duration::from_secs(10)).await;
            }
            Ok(Next::Change)
        });
        let maps = cluster.context.within::<ConfigMap>("default");
        let busy = serde_json::from_value(map("busy")).unwrap();
        maps.create(&busy).await.unwrap();
        for version in 1..=3 {
            sleep(Duration::from_secs(2)).await;
            let change = json!({"data": {"version": version.to_string()}});
            maps.patch("busy", change).await.unwrap();
        }
        sleep(Duration::from_secs(60)).await;
        assert_eq!(log.seen(), [(String::new(), 0), ("3".to_owned(), 10)]);
    });
}

#[test]
fn a_failed_reconcile_is_repeated_and_a_later_one_waits_its_time() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        let context = cluster.context.clone();
        let log = reconcile_maps(&cluster, move |map, log| {
            let maps = context.within::<ConfigMap>("default");
            async move {
                if map.name_any() != "a" {
                    return Ok(Next::Change);
                }
                log.note(map.name_any());
                match log.seen().len() {
                    1 => maps.patch("missing", json!({})).await.map(|_| Next::Change),
                    2 => Ok(Next::After(Duration::from_secs(20))),
                    _ => Ok(Next::Change),
                }
            }
        });
        let _: ConfigMap = cluster.create(map("a")).await;
        sleep(Duration::from_secs(300)).await;
        let times: Vec<u64> = log.seen().iter().map(|(_, second)| *second).collect();
        assert_eq!(times, [0, 7, 27]);
    });
}

#[test]
fn own_writes_are_visible_at_once_and_others_with_their_event() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        let maps = cluster.context.within::<ConfigMap>("default");
        let wanted = serde_json::from_value(json!({"metadata": {"name": "mine", "labels": {"app": "a"}}})).unwrap();
        assert!(maps.get("mine").await.is_none());
        maps.create(&wanted).await.unwrap();
        assert!(maps.get("mine").await.is_some());
        maps.patch("mine", json!({"data": {"key": "value"}})).await.unwrap();
        let data = |map: Option<Arc<ConfigMap>>| map.and_then(|map| map.data.clone()?.remove("key"));
        assert_eq!(data(maps.get("mine").await).as_deref(), Some("value"));
        for (labels, expected) in [("app=a", 1), ("app", 1), ("app=b", 0), ("app=a,tier", 0)] {
            assert_eq!(maps.list(labels).await.len(), expected, "{labels}");
        }
        let others = cluster.api::<ConfigMap>();
        let foreign = serde_json::from_value(map("foreign")).unwrap();
        others.create(&PostParams::default(), &foreign).await.unwrap();
        cluster.delete::<ConfigMap>("mine").await;
        sleep(Duration::from_millis(1)).await;
        assert!(maps.get("foreign").await.is_some());
        assert!(maps.get("mine").await.is_none());
    });
}
