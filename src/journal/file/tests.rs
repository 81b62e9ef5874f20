//! The journal on disk: what a killed run leaves is what another process reads.

use super::*;
use crate::{
    journal::{ObjectSubject, Proof},
    run::ClusterId,
};

fn header() -> Header {
    Header {
        format: FORMAT,
        run: RunId::from("auto-ab12"),
        server: "https://127.0.0.1:1".to_owned(),
        target: "test".to_owned(),
        reach: Reach::default(),
    }
}

fn vm(name: &str) -> Subject {
    Subject::SourceVm {
        provider: "vsphere".to_owned(),
        name: name.to_owned(),
    }
}

#[tokio::test]
async fn another_process_reads_what_was_announced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.ndjson");
    let journal = Journal::create(&path, header()).unwrap();
    let scenario = Some(ScenarioKey("cold/smoke".to_owned()));
    let plan = Subject::Object(ObjectSubject {
        cluster: ClusterId::hub(),
        api_version: "forklift.konveyor.io/v1beta1".to_owned(),
        kind: "Plan".to_owned(),
        plural: "plans".to_owned(),
        namespace: Some("a".to_owned()),
        name: "b".to_owned(),
        proof: Proof::RunLabel,
    });
    let first = journal.intend(scenario.clone(), plan.clone()).await.unwrap();
    let second = journal.intend(None, vm("x")).await.unwrap();
    let third = journal.intend(None, vm("y")).await.unwrap();
    journal.confirm(first, "uid-1").await.unwrap();
    journal.gone(third).await.unwrap();

    let read = Journal::read(&path).unwrap();
    assert_eq!(read.header(), &header());
    assert_eq!(read.open_entries(), journal.open_entries());
    let expected = [
        (first, scenario, plan, Some("uid-1".to_owned())),
        (second, None, vm("x"), None),
    ];
    let found = read.open_entries().into_iter();
    let found: Vec<_> = found
        .map(|entry| (entry.id, entry.scenario, entry.subject, entry.uid))
        .collect();
    assert_eq!(found, expected);

    let fourth = read.intend(None, vm("z")).await.unwrap();
    assert!(fourth > third, "numbers are not used twice");
}

#[tokio::test]
async fn a_line_that_a_crash_cut_short_never_began() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.ndjson");
    let journal = Journal::create(&path, header()).unwrap();
    journal.intend(None, vm("x")).await.unwrap();
    let whole = std::fs::read_to_string(&path).unwrap();
    for cut in 1..whole.lines().last().unwrap().len() {
        std::fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let read = Journal::read(&path).unwrap();
        assert!(read.open_entries().is_empty(), "cut {cut}");
        read.intend(None, vm("y")).await.unwrap();
        let names: Vec<Subject> = Journal::read(&path)
            .unwrap()
            .open_entries()
            .into_iter()
            .map(|entry| entry.subject)
            .collect();
        assert_eq!(names, [vm("y")], "cut {cut}");
    }
}

#[test]
fn what_is_no_journal_is_refused_with_its_line() {
    let path = Path::new("j");
    let header = serde_json::to_string(&Line::Journal(header())).unwrap();
    for (text, expected) in [
        ("".to_owned(), "j:1: this is not a journal"),
        ("{}\n".to_owned(), "j:1: this is not a journal"),
        (
            header.replace("\"format\":2", "\"format\":3"),
            "j:1: the format 3 is newer than this version's 2",
        ),
    ] {
        assert_eq!(parse(path, text.as_bytes()).unwrap_err().to_string(), expected);
    }
}

#[tokio::test]
async fn a_damaged_line_is_told_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.ndjson");
    let journal = Journal::create(&path, header()).unwrap();
    std::fs::write(
        &path,
        [&std::fs::read(&path).unwrap()[..], b"\xff\xfe garbage\n"].concat(),
    )
    .unwrap();
    journal.intend(None, vm("x")).await.unwrap();
    let found = Journal::peek(&path).unwrap().unwrap();
    let unread: Vec<String> = found.unread.iter().map(Error::to_string).collect();
    assert_eq!(
        unread,
        [format!("{}:2: expected value at line 1 column 1", path.display())]
    );
    assert_eq!(found.entries.len(), 1);
    let before = std::fs::read(&path).unwrap();
    assert_eq!(Journal::read(&path).unwrap().open_entries().len(), 1);
    assert_eq!(std::fs::read(&path).unwrap(), before, "nothing is cut off");
}

#[tokio::test]
async fn a_journal_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.ndjson");
    Journal::create(&path, header()).unwrap();
    assert!(Journal::create(&path, header()).is_err());
}

#[tokio::test]
async fn looking_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.ndjson");
    std::fs::write(&path, "{\"line\":").unwrap();
    assert!(Journal::peek(&path).unwrap().is_none(), "it never announced itself");
    std::fs::remove_file(&path).unwrap();
    Journal::create(&path, header())
        .unwrap()
        .intend(None, vm("x"))
        .await
        .unwrap();
    let cut = std::fs::read_to_string(&path).unwrap() + "{\"line\"";
    std::fs::write(&path, &cut).unwrap();
    let found = Journal::peek(&path).unwrap().unwrap();
    assert_eq!((found.header, found.entries.len()), (header(), 1));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), cut);
}

#[test]
fn a_header_of_an_earlier_version_is_read() {
    let text = r#"{"line":"journal","format":1,"run":"auto-ab12","server":"https://127.0.0.1:1","target":"test"}"#;
    let read = parse(Path::new("j"), text.as_bytes()).unwrap().header;
    assert_eq!(read, Header { format: 1, ..header() });
}

#[test]
fn what_an_earlier_version_announced_is_on_the_hub() {
    let text = concat!(
        r#"{"line":"journal","format":1,"run":"auto-ab12","server":"https://127.0.0.1:1","target":"test"}"#,
        "\n",
        r#"{"line":"intended","at":"2026-11-20T10:00:00Z","entry":1,"subject":{"object":{"apiVersion":"v1","kind":"Secret","#,
        r#""plural":"secrets","namespace":"n","name":"s","proof":"run-label"}}}"#,
        "\n",
        r#"{"line":"intended","at":"2026-11-20T10:00:00Z","entry":2,"subject":{"node-label":{"node":"w","key":"k","value":"v"}}}"#,
        "\n",
    );
    let contents = parse(Path::new("j"), text.as_bytes()).unwrap();
    assert!(contents.unread.is_empty(), "{:?}", contents.unread);
    let clusters: Vec<ClusterId> = contents
        .entries
        .into_values()
        .filter_map(|entry| match entry.subject {
            Subject::Object(object) => Some(object.cluster),
            Subject::NodeLabel(label) => Some(label.cluster),
            _ => None,
        })
        .collect();
    assert_eq!(clusters, [ClusterId::hub(), ClusterId::hub()]);
}
