//! The document that tells how true the lab is: `docs/replay.md`.

use std::{fmt::Write, path::Path};

use super::{
    explained::{BY_CHANCE, MAY_BE_NEEDED, UNRECORDED},
    replays::Compared,
};

/// Set it to write the document anew; then read the difference.
const UPDATE: &str = "UPDATE_DOCUMENTS";

/// The document must say what came of the replays.
pub fn check(compared: &[Compared]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/replay.md");
    let text = text(compared);
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if text == written {
        return;
    }
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, text).unwrap();
    } else {
        let changed = |line: &&str| !written.contains(*line);
        let lines: Vec<&str> = text.lines().filter(changed).collect();
        let hint = format!("`{UPDATE}=1 cargo test -p mtv-lab --test forklift replay` writes it anew");
        panic!("{}: {hint}; it would say\n{}", path.display(), lines.join("\n"));
    }
}

fn text(compared: &[Compared]) -> String {
    let mut text = String::from(
        "# How true the lab is\n\n\
         `mtv-lab` replays what a real Forklift was recorded doing. A recording and the lab's events are reduced to\n\
         topics (phases that a VM passed, conditions, objects with their labels and owners, events), which must be\n\
         equal. This page is written by the test that compares them (`lab/tests/forklift/replay`).\n\n\
         | recording | what it shows | topics | equal | explained | may be needed | left to chance |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for replay in compared {
        let comparison = &replay.comparison;
        let (equal, different) = (comparison.equal.len(), comparison.different.len());
        let (by_chance, all) = (comparison.by_chance.len(), equal + different + comparison.nearly.len());
        let (recording, shows) = (replay.recording, replay.shows);
        row(
            &mut text,
            &[
                &format!("`{recording}`"),
                shows,
                &all.to_string(),
                &equal.to_string(),
                &different.to_string(),
                &comparison.nearly.len().to_string(),
                &by_chance.to_string(),
            ],
        );
    }
    text.push_str("\n## Explained differences\n\n| recording | topic | why |\n| --- | --- | --- |\n");
    for replay in compared {
        for known in &replay.comparison.explained {
            row(
                &mut text,
                &[&format!("`{}`", known.recording), known.topic, known.reason],
            );
        }
    }
    text.push_str(
        "\n## Explanations that may be needed\n\nLines with these words may be there or not; the others must be equal.\n\n\
         | recording | topics | words | why |\n| --- | --- | --- | --- |\n",
    );
    for known in MAY_BE_NEEDED {
        let (topics, words) = (known.topics.join(", "), known.about.join(", "));
        row(
            &mut text,
            &[&format!("`{}`", known.recording), &topics, &words, known.reason],
        );
    }
    text.push_str("\n## Left to chance\n\n| topic | why it is not compared |\n| --- | --- |\n");
    for (topic, reason) in BY_CHANCE {
        row(&mut text, &[topic, reason]);
    }
    text.push_str(
        "\n## What no recording shows\n\nHere the lab follows Forklift's source.\n\n\
         | behaviour | source |\n| --- | --- |\n",
    );
    for (behaviour, source) in UNRECORDED {
        row(&mut text, &[behaviour, source]);
    }
    text.push_str("\n## What was compared\n");
    for replay in compared {
        let equal = replay.comparison.equal.join(", ");
        write!(text, "\n`{}`: {equal}.\n", replay.recording).unwrap();
    }
    text
}

fn row(text: &mut String, cells: &[&str]) {
    writeln!(text, "| {} |", cells.join(" | ")).unwrap();
}
