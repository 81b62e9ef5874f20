//! `mtv-bdd cleanup`: what it lists, what it refuses, and what it does not touch.

use std::collections::BTreeSet;

use crate::{
    background::{Background, SMOKE, cleanup},
    binary::text,
    target::Target,
};

/// Starts a run and kills it while disks are copied; returns the run id.
async fn killed(target: &Target, output: &std::path::Path) -> String {
    let mut run = Background::start(target, output, &["--input", SMOKE]);
    run.until("disks are copied", async |run| {
        run.file("events.ndjson").contains("DiskTransfer")
    })
    .await;
    let id = run.id();
    run.kill().await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cleanup_can_be_previewed_and_skips_active_runs_and_other_servers() {
    let target = Target::start().await;
    let output = tempfile::tempdir().unwrap();
    let before = target.holds().await;
    let settings = target.lab.settings();
    let profile = ["--profile", text(&settings)];

    let id = killed(&target, output.path()).await;
    let left = target.holds().await;
    let (code, said) = cleanup(output.path(), &[&profile[..], &["--dry-run"]].concat()).await;
    assert_eq!(code, 0, "{said}");
    for words in [
        "would be removed",
        "Plan ",
        "VM \"",
        &format!("label mtv-bdd.io/run={id}, uid "),
        "nothing was touched",
    ] {
        assert!(said.contains(words), "{words:?} is not in\n{said}");
    }
    // Objects that Forklift creates change while the migration continues.
    let ours = |held: BTreeSet<String>| -> BTreeSet<String> {
        let kinds = ["Namespace ", "Provider ", "NetworkMap ", "Plan ", "Migration ", "VM "];
        held.into_iter()
            .filter(|what| kinds.iter().any(|kind| what.starts_with(kind)))
            .collect()
    };
    assert_eq!(ours(target.holds().await), ours(left));

    // Without a target nothing is touched, and the command to use is printed.
    let (code, said) = cleanup(output.path(), &[]).await;
    assert_eq!(code, 4, "{said}");
    let command = format!("mtv-bdd cleanup --run {id} --profile {}", text(&settings));
    assert!(said.contains(&command), "{said}");

    let elsewhere = Target::start().await;
    let (code, said) = cleanup(output.path(), &["--profile", text(&elsewhere.lab.settings())]).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(&command), "{said}");
    let (code, said) = cleanup(
        output.path(),
        &["--profile", text(&elsewhere.lab.settings()), "--run", &id],
    )
    .await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("and this is https://"), "{said}");

    let mut alive = Background::start(&target, output.path(), &["--input", SMOKE]);
    alive
        .until("it has a journal", async |run| {
            run.file("journal.ndjson").contains("Namespace")
        })
        .await;
    let (code, said) = cleanup(output.path(), &[&profile[..], &["--run", &alive.id()]].concat()).await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("is still running (pid "), "{said}");
    let (code, said) = cleanup(output.path(), &profile).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("left alone, it is still running"), "{said}");
    assert!(said.contains(&format!("{id}:\n  removed  ")), "{said}");
    let (_, said) = cleanup(output.path(), &profile).await;
    assert!(said.contains("nothing is left of the other runs in"), "{said}");
    let (status, said) = alive.end().await;
    assert_eq!(status.code(), Some(0), "{said}");
    assert_eq!(target.holds().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cleanup_without_a_journal_has_to_be_requested() {
    let target = Target::start().await;
    let output = tempfile::tempdir().unwrap();
    let before = target.holds().await;
    let id = killed(&target, output.path()).await;
    let settings = target.lab.settings();
    let named = ["--profile", text(&settings), "--run", &id];
    std::fs::write(output.path().join(&id).join("journal.ndjson"), "").unwrap();
    for arguments in [&[][..], &named[..]] {
        let (code, said) = cleanup(output.path(), arguments).await;
        assert_eq!(code, 4, "{said}");
        assert!(said.contains("its journal is empty"), "{said}");
        assert!(said.contains(&format!("--run {id} --by-label")), "{said}");
    }
    let (code, said) = cleanup(output.path(), &[&named[..], &["--by-label", "--dry-run"]].concat()).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("would be removed"), "{said}");
    std::fs::remove_dir_all(output.path().join(&id)).unwrap();
    let (code, said) = cleanup(output.path(), &named).await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("--by-label"), "{said}");
    let (code, said) = cleanup(output.path(), &[&named[..], &["--by-label"]].concat()).await;
    assert_eq!(code, 0, "{said}");
    assert_eq!(target.holds().await, before, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_an_embedded_lab_end_with_it() {
    let output = tempfile::tempdir().unwrap();
    let mut run = Background::embedded(output.path(), &["--input", SMOKE]);
    run.until("it has a journal", async |run| {
        run.file("journal.ndjson").contains("Namespace")
    })
    .await;
    let id = run.id();
    run.kill().await;
    let (code, said) = cleanup(output.path(), &["--run", &id]).await;
    assert_eq!((code, said.contains("its lab ended with it")), (0, true), "{said}");
    let (code, said) = cleanup(output.path(), &[]).await;
    assert_eq!((code, said.contains("nothing is left")), (0, true), "{said}");
}
