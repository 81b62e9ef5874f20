//! A run prints its state on SIGUSR1, and continues.

use crate::background::Background;

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_every_scenario_and_disk_is_printed() {
    let output = tempfile::tempdir().unwrap();
    // Slow enough for the signal to arrive in the middle of the copy, which takes seconds at this speed.
    let arguments = ["--input", "features/cold/hardware.feature", "--speed", "5"];
    let mut run = Background::embedded(output.path(), &arguments);
    run.until("the disks are being copied", async |run| {
        run.file("events.ndjson")
            .contains(r#""pipelineStep":"DiskAllocation","phase":"Running""#)
    })
    .await;
    run.signal("USR1");
    run.until("it has said where it stands", async |run| {
        run.said().contains("so far: ")
    })
    .await;
    let said = run.said();
    let stands = &said[said.find("where it stands after ").unwrap()..];
    for part in [
        "Cold migration of larger VMs: A Windows server with three disks and two NICs",
        "\n  When the migration runs  ",
        "\n    migrating \"",
        "\n      waiting for the end of the migration ",
        "Executing=True",
        ": DiskAllocation ",
        "so far: 1 running\n",
    ] {
        assert!(stands.contains(part), "{part:?} is missing\n{stands}");
    }
    let disks = stands
        .lines()
        .filter(|line| line.contains(" GB  [") && line.ends_with(".vmdk"));
    assert_eq!(disks.count(), 3, "{stands}");

    run.signal("TERM");
    let (status, said) = run.end().await;
    assert_eq!(status.code(), Some(130), "{said}");
}
