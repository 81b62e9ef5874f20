//! Watches and pagination.

use std::{collections::BTreeSet, time::Duration};

use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams, Patch, PatchParams, WatchEvent, WatchParams},
    core::params::VersionMatch,
    runtime::{WatchStreamExt, reflector, watcher},
};
use kube_sim::Options;
use serde_json::json;

use crate::fixture::{Fixture, create, eventually, expect_status_error};

async fn patch(maps: &Api<ConfigMap>, name: &str, value: serde_json::Value) -> ConfigMap {
    maps.patch(name, &PatchParams::default(), &Patch::Merge(value))
        .await
        .unwrap()
}

/// Returns the next events as `TYPE name`.
async fn events(maps: &Api<ConfigMap>, parameters: &WatchParams, from: &str, count: usize) -> Vec<String> {
    let stream = maps.watch(parameters, from).await.unwrap();
    let take = stream.take(count).map_ok(|event| match event {
        WatchEvent::Added(map) => format!("ADDED {}", map.name_any()),
        WatchEvent::Modified(map) => format!("MODIFIED {}", map.name_any()),
        WatchEvent::Deleted(map) => format!("DELETED {}", map.name_any()),
        WatchEvent::Bookmark(bookmark) => format!("BOOKMARK {}", bookmark.metadata.resource_version),
        WatchEvent::Error(status) => format!("ERROR {} {}", status.code, status.reason),
    });
    sim_clock::timeout(Duration::from_secs(5), take.try_collect())
        .await
        .expect("too few events")
        .unwrap()
}

#[tokio::test]
async fn a_watch_sends_all_events_in_order_from_its_resource_version() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let start = maps
        .list(&ListParams::default())
        .await
        .unwrap()
        .metadata
        .resource_version
        .unwrap();
    create(&maps, json!({ "metadata": { "name": "a" } })).await;
    let middle = create(&maps, json!({ "metadata": { "name": "b" } }))
        .await
        .resource_version()
        .unwrap();
    patch(&maps, "a", json!({ "data": { "k": "v" } })).await;
    maps.delete("b", &DeleteParams::default()).await.unwrap();

    let parameters = WatchParams::default().fields("metadata.name!=kube-root-ca.crt");
    let all = ["ADDED a", "ADDED b", "MODIFIED a", "DELETED b"];
    assert_eq!(events(&maps, &parameters, &start, 4).await, all);
    assert_eq!(events(&maps, &parameters, &middle, 2).await, all[2..]);
    assert_eq!(events(&maps, &parameters, "0", 1).await, ["ADDED a"]);
}

#[tokio::test]
async fn an_object_that_starts_or_stops_matching_is_added_or_deleted() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let start = create(&maps, json!({ "metadata": { "name": "a" } }))
        .await
        .resource_version()
        .unwrap();
    for labels in [
        json!({ "on": "yes" }),
        json!({ "on": "yes", "x": "y" }),
        json!({ "on": "no" }),
    ] {
        patch(&maps, "a", json!({ "metadata": { "labels": labels } })).await;
    }
    maps.delete("a", &DeleteParams::default()).await.unwrap();
    create(&maps, json!({ "metadata": { "name": "b", "labels": { "on": "yes" } } })).await;
    let seen = events(&maps, &WatchParams::default().labels("on=yes"), &start, 4).await;
    assert_eq!(seen, ["ADDED a", "MODIFIED a", "DELETED a", "ADDED b"]);
}

#[tokio::test]
async fn a_watch_from_an_expired_resource_version_ends_with_gone() {
    let fixture = Fixture::with(Options {
        history: 3,
        ..Options::default()
    })
    .await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let start = create(&maps, json!({ "metadata": { "name": "a" } }))
        .await
        .resource_version()
        .unwrap();
    let first_page = maps.list(&ListParams::default().limit(1)).await.unwrap();
    for number in 0..5 {
        patch(&maps, "a", json!({ "data": { "k": number.to_string() } })).await;
    }
    assert_eq!(
        events(&maps, &WatchParams::default(), &start, 1).await,
        ["ERROR 410 Expired"]
    );

    let token = first_page.metadata.continue_.unwrap();
    let (code, reason, _) =
        expect_status_error(maps.list(&ListParams::default().limit(1).continue_token(&token)).await);
    assert_eq!((code, reason.as_str()), (410, "Expired"));
}

#[tokio::test]
async fn bookmarks_report_the_resource_version_of_a_quiet_watch() {
    let fixture = Fixture::with(Options {
        bookmark_interval: Duration::from_millis(20),
        ..Options::default()
    })
    .await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let start = create(&maps, json!({ "metadata": { "name": "a" } }))
        .await
        .resource_version()
        .unwrap();
    let elsewhere: Api<k8s_openapi::api::core::v1::Secret> = Api::default_namespaced(fixture.client.clone());
    let last = create(&elsewhere, json!({ "metadata": { "name": "s" } }))
        .await
        .resource_version()
        .unwrap();
    let seen = events(&maps, &WatchParams::default(), &start, 1).await;
    assert_eq!(seen, [format!("BOOKMARK {last}")]);
}

#[tokio::test]
async fn a_watch_ends_at_its_timeout() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let start = maps
        .list(&ListParams::default())
        .await
        .unwrap()
        .metadata
        .resource_version
        .unwrap();
    let stream = maps.watch(&WatchParams::default().timeout(1), &start).await.unwrap();
    let rest = sim_clock::timeout(Duration::from_secs(5), stream.collect::<Vec<_>>())
        .await
        .unwrap();
    assert!(rest.iter().all(Result::is_ok), "{rest:?}");
}

#[tokio::test]
async fn all_pages_show_the_same_resource_version() {
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    for number in 0..5 {
        create(
            &maps,
            json!({ "metadata": { "name": format!("m{number}"), "labels": { "a": "b" } } }),
        )
        .await;
    }
    let mut parameters = ListParams::default().labels("a=b").limit(2);
    let mut seen = Vec::new();
    let first = maps.list(&parameters).await.unwrap();
    maps.delete("m3", &DeleteParams::default()).await.unwrap();
    create(&maps, json!({ "metadata": { "name": "m31", "labels": { "a": "b" } } })).await;
    let mut page = first;
    let revision = page.metadata.resource_version.clone();
    loop {
        assert_eq!(page.metadata.resource_version, revision);
        assert!(page.items.len() <= 2);
        seen.extend(page.items.iter().map(ResourceExt::name_any));
        let Some(token) = page.metadata.continue_.filter(|token| !token.is_empty()) else {
            break;
        };
        parameters = parameters.continue_token(&token);
        page = maps.list(&parameters).await.unwrap();
    }
    assert_eq!(seen, ["m0", "m1", "m2", "m3", "m4"]);

    let exact = ListParams::default()
        .labels("a=b")
        .at(&revision.unwrap())
        .matching(VersionMatch::Exact);
    let then: Vec<String> = maps
        .list(&exact)
        .await
        .unwrap()
        .iter()
        .map(ResourceExt::name_any)
        .collect();
    assert_eq!(then, seen);
}

/// A reflector reaches the state of the server with lists and with streaming lists.
#[tokio::test]
async fn reflectors_agree_with_the_server() {
    for config in [
        watcher::Config::default().page_size(3),
        watcher::Config::default().streaming_lists(),
    ] {
        let fixture = Fixture::new().await;
        let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
        for number in 0..8 {
            create(&maps, json!({ "metadata": { "name": format!("m{number}") } })).await;
        }
        let (reader, writer) = reflector::store();
        let stream = watcher(maps.clone(), config)
            .default_backoff()
            .reflect(writer)
            .applied_objects();
        let task = tokio::spawn(stream.for_each(|_| async {}));
        reader.wait_until_ready().await.unwrap();
        create(&maps, json!({ "metadata": { "name": "late" } })).await;
        maps.delete("m0", &DeleteParams::default()).await.unwrap();
        let held = |maps: Api<ConfigMap>| async move {
            let list = maps.list(&ListParams::default()).await.unwrap();
            list.iter()
                .map(|map| (map.name_any(), map.resource_version()))
                .collect::<BTreeSet<_>>()
        };
        eventually("agreement", async || {
            let known: BTreeSet<_> = reader
                .state()
                .iter()
                .map(|map| (map.name_any(), map.resource_version()))
                .collect();
            known == held(maps.clone()).await
        })
        .await;
        task.abort();
    }
}

/// Every watch receives every event in reasonable time, with many watches and many objects.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_watches_receive_events_of_many_objects() {
    const WATCHERS: usize = 20;
    const OBJECTS: usize = 200;
    let fixture = Fixture::new().await;
    let maps: Api<ConfigMap> = Api::default_namespaced(fixture.client.clone());
    let start = maps
        .list(&ListParams::default())
        .await
        .unwrap()
        .metadata
        .resource_version
        .unwrap();
    let parameters = WatchParams::default().labels("many");
    let before = fixture.server.request_count();
    let watchers: Vec<_> = (0..WATCHERS)
        .map(|_| {
            let (maps, parameters, start) = (maps.clone(), parameters.clone(), start.clone());
            tokio::spawn(async move { events(&maps, &parameters, &start, OBJECTS).await })
        })
        .collect();
    let mut expected = Vec::new();
    for number in 0..OBJECTS {
        let name = format!("m{number}");
        create(&maps, json!({ "metadata": { "name": name, "labels": { "many": "" } } })).await;
        expected.push(format!("ADDED {name}"));
    }
    for watcher in watchers {
        assert_eq!(watcher.await.unwrap(), expected);
    }
    assert_eq!(
        fixture.server.request_count() - before,
        (WATCHERS + OBJECTS) as u64,
        "a watch is one request"
    );
}
