//! Tracked creation: announced first, labelled, confirmed; existing objects are never adopted.

use std::fs;

use kube::ResourceExt;
use mtv_bdd::{
    cluster::tracked::{self, ENTRY_ANNOTATION, Error},
    run::labels::{RUN_LABEL, SCENARIO_LABEL},
};

use crate::stage::{Stage, provider};

#[tokio::test]
async fn created_objects_are_announced_labelled_and_confirmed() {
    let stage = Stage::start().await;
    let created = tracked::create(&stage.cluster, &stage.scope, provider("p"))
        .await
        .unwrap();
    let labels = created.labels();
    assert_eq!(labels.get(RUN_LABEL).map(String::as_str), Some("auto-ab12"));
    assert_eq!(labels.get(SCENARIO_LABEL).map(String::as_str), Some("cold-smoke"));
    assert_eq!(
        labels.get("app.kubernetes.io/managed-by").map(String::as_str),
        Some("mtv-bdd")
    );
    assert_eq!(
        created.annotations().get(ENTRY_ANNOTATION).map(String::as_str),
        Some("1")
    );

    let entries = stage.scope.journal.open_entries();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].uid, created.uid());
    assert_eq!(entries[0].subject.to_string(), "Provider auto-ab12/p");
    let journal = fs::read_to_string(stage.folder.path().join("journal.ndjson")).unwrap();
    let kinds: Vec<&str> = ["\"journal\"", "\"intended\"", "\"confirmed\""].into();
    for (line, kind) in journal.lines().zip(kinds) {
        assert!(line.contains(kind), "{line}");
    }
}

#[tokio::test]
async fn existing_objects_are_not_adopted() {
    let stage = Stage::start().await;
    let foreign = stage.foreign("p").await;
    let error = tracked::create(&stage.cluster, &stage.scope, provider("p"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Exists { .. }), "{error}");
    assert!(
        stage.scope.journal.open_entries().is_empty(),
        "nothing of ours is there"
    );
    assert_eq!(stage.providers().get("p").await.unwrap().uid(), foreign.uid());
}

#[tokio::test]
async fn refused_objects_do_not_stay_in_the_journal() {
    let stage = Stage::start().await;
    let mut elsewhere = provider("p");
    elsewhere.metadata.namespace = Some("nowhere".to_owned());
    let error = tracked::create(&stage.cluster, &stage.scope, elsewhere)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    assert!(stage.scope.journal.open_entries().is_empty());

    let mut unnamed = provider("p");
    unnamed.metadata.name = None;
    assert!(matches!(
        tracked::create(&stage.cluster, &stage.scope, unnamed).await,
        Err(Error::Unnamed { .. })
    ));
}
