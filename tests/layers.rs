//! The floors of `src/` as defined in docs/architecture.md: a folder imports only from the floors below it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

/// The table and the exceptions, parsed from docs/architecture.md.
struct Floors {
    /// Floor of each folder of `src/`.
    floor: BTreeMap<String, u32>,
    /// Imports that are allowed on one floor: importing folder, imported folder.
    sideways: Vec<(String, String)>,
    /// Parts of a folder in order: earlier ones may import later ones.
    inside: Vec<(String, Vec<String>)>,
}

/// Files outside `source/<platform>/` and `settings/providers/` that name a platform, and why.
const NAME_PLATFORMS: [(&str, &str); 13] = [
    ("src/source/mod.rs", "has the folders of the platforms"),
    ("src/source/platforms.rs", "lists the descriptors"),
    (
        "src/settings/schema.rs",
        "has the schema of each type of entry of the providers file",
    ),
    ("src/runner/known_tags.rs", "explains the tags of platforms"),
    ("src/runner/plan.rs", "lists the tags of platforms"),
    ("src/runner/options.rs", "help with examples of tags"),
    ("src/world.rs", "a message with an example of a tag"),
    (
        "src/steps/platform_limit.rs",
        "says for which platforms MTV supports what a sentence asks for",
    ),
    ("src/steps/copy_offload.rs", "sentences about a feature of one platform"),
    ("src/steps/plan.rs", "an example with the name of a plan"),
    ("src/steps/lifecycle.rs", "an example with the name of a plan"),
    ("src/cli/lab.rs", "help about the simulated platform"),
    ("src/report/story.rs", "a recorded run for tests"),
];

/// One import of another folder.
#[derive(Debug, Clone)]
struct Import {
    file: String,
    line: usize,
    from: String,
    to: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

impl Floors {
    fn read() -> Self {
        let text = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
        Self::parse(&text)
    }

    /// Rows such as ``| 7 | `steps/`, `world.rs` | ...``, and lines such as ``- on floor 2: `source` → `cluster` ``.
    fn parse(text: &str) -> Self {
        let row = Regex::new(r"(?m)^\| (\d+) \| ([^|]+) \|").unwrap();
        let name = Regex::new(r"`(\w+)(?:/|\.rs)`").unwrap();
        let line = Regex::new(r"(?m)^- on floor \d+: (.*)$").unwrap();
        let link = Regex::new(r"`(\w+)`").unwrap();
        let mut floor = BTreeMap::new();
        for found in row.captures_iter(text) {
            for room in name.captures_iter(&found[2]) {
                floor.insert(room[1].to_owned(), found[1].parse().unwrap());
            }
        }
        let mut sideways = Vec::new();
        for found in line.captures_iter(text) {
            let chain: Vec<String> = link.captures_iter(&found[1]).map(|room| room[1].to_owned()).collect();
            for (index, user) in chain.iter().enumerate() {
                sideways.extend(chain[index + 1..].iter().map(|used| (user.clone(), used.clone())));
            }
        }
        let part = Regex::new(r"(?m)^- inside `(\w+)`: (.*)$").unwrap();
        let inside = part.captures_iter(text).map(|found| {
            let parts = link.captures_iter(&found[2]).map(|part| part[1].to_owned());
            (found[1].to_owned(), parts.collect())
        });
        Self {
            floor,
            sideways,
            inside: inside.collect(),
        }
    }

    /// Imports of a file that violate the order inside its folder.
    fn objections_inside(&self, name: &str, text: &str) -> Vec<String> {
        let segments: Vec<&str> = name.split('/').collect();
        let (Some(room), Some(own)) = (segments.get(1), segments.get(2)) else {
            return Vec::new();
        };
        let Some((_, order)) = self.inside.iter().find(|(known, _)| known == room) else {
            return Vec::new();
        };
        let Some(place) = order.iter().position(|part| part == own) else {
            return Vec::new();
        };
        let clean = without_comments(text);
        let paths = Regex::new(&format!(r"\b(?:crate::{room}|super::super)::")).unwrap();
        paths
            .find_iter(&clean)
            .flat_map(|found| rooms(&clean, found.end()))
            .filter(|(_, to)| order.iter().take(place).any(|above| above == to))
            .map(|(at, to)| {
                let line = clean[..at].lines().count().max(1);
                format!("{name}:{line}: `{room}/{own}` imports `{room}/{to}`, which is above it")
            })
            .collect()
    }

    /// The error message for a forbidden import, with the place where the imported item should be.
    fn objection(&self, import: &Import) -> Option<String> {
        let Import { file, line, from, to } = import;
        let (Some(own), Some(other)) = (self.floor.get(from), self.floor.get(to)) else {
            return Some(format!(
                "{file}:{line}: `{from}` imports `{to}`, one of which is not in the table of floors of docs/architecture.md"
            ));
        };
        if other < own || self.sideways.contains(&(from.clone(), to.clone())) {
            return None;
        }
        Some(format!(
            "{file}:{line}: `{from}` (floor {own}) imports `{to}` (floor {other}); what it needs should be on floor {} or below",
            own.saturating_sub(1)
        ))
    }
}

/// The Rust files below a folder, in order.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The text with line comments replaced by blanks, so that lines and columns stay the same.
fn without_comments(text: &str) -> String {
    let comment = Regex::new(r"(?m)(^|\s)//.*$").unwrap();
    comment
        .replace_all(text, |found: &regex::Captures<'_>| " ".repeat(found[0].len()))
        .into_owned()
}

/// The end of the block whose brace opens at `start`.
fn closing(text: &str, start: usize) -> usize {
    let mut depth = 0;
    for (offset, character) in text[start..].char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return start + offset;
        }
    }
    text.len()
}

/// First segments of the paths after `crate::`, with their offsets: `{a::b, c}` has `a` and `c`.
fn rooms(text: &str, at: usize) -> Vec<(usize, String)> {
    let name = Regex::new(r"^\s*(\w+)").unwrap();
    if !text[at..].starts_with('{') {
        return name
            .captures(&text[at..])
            .map(|found| vec![(at, found[1].to_owned())])
            .unwrap_or_default();
    }
    let end = closing(text, at);
    let (mut rooms, mut depth, mut start) = (Vec::new(), 0, at + 1);
    for (offset, character) in text[at..=end.min(text.len() - 1)].char_indices() {
        let here = at + offset;
        match character {
            '{' => depth += 1,
            '}' | ',' if depth == 1 => {
                if let Some(found) = name.captures(&text[start..here]) {
                    rooms.push((start + found.get(1).unwrap().start(), found[1].to_owned()));
                }
                start = here + 1;
                depth -= i32::from(character == '}');
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    rooms
}

/// All imports from other folders of the crate, also those of tests: they are on the floor of what they test.
fn imports(name: &str, text: &str) -> Vec<Import> {
    let from = name.split('/').nth(1).unwrap().trim_end_matches(".rs").to_owned();
    let clean = without_comments(text);
    let path = Regex::new(r"\bcrate::").unwrap();
    path.find_iter(&clean)
        .flat_map(|found| rooms(&clean, found.end()))
        .filter(|(_, to)| *to != from)
        .map(|(at, to)| Import {
            file: name.to_owned(),
            line: clean[..at].lines().count().max(1),
            from: from.clone(),
            to,
        })
        .collect()
}

/// The files of `src/` except the two that use all floors, with their paths from the root of the project.
fn sources() -> Vec<(String, String)> {
    let root = root();
    let named = rust_files(&root.join("src")).into_iter().map(|file| {
        let name = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(file).unwrap())
    });
    named
        .filter(|(name, _)| !["src/lib.rs", "src/main.rs"].contains(&name.as_str()))
        .collect()
}

/// The text without comments and without the test modules, which come last in a file.
fn shipped(text: &str) -> String {
    let clean = without_comments(text);
    let tests = Regex::new(r"(?m)^#\[cfg\(test\)\]\n(?:#\[.*\n)*(?:pub\S* )?mod \w+ \{").unwrap();
    match tests.find(&clean) {
        Some(found) => clean[..found.start()].to_owned(),
        None => clean,
    }
}

/// Lines that name a source platform, with their numbers.
fn names_of_platforms(text: &str) -> Vec<(usize, String)> {
    let name = Regex::new("(?i)vsphere|vcenter|vmware|vmdk|vddk|esx").unwrap();
    let shipped = shipped(text);
    let lines = shipped.lines().zip(1..).filter(|(line, _)| name.is_match(line));
    lines.map(|(line, number)| (number, line.trim().to_owned())).collect()
}

#[test]
fn only_descriptors_know_source_platforms() {
    let may = |name: &str| NAME_PLATFORMS.iter().any(|(file, _)| *file == name);
    let own = |name: &str| name.starts_with("src/source/vsphere/") || name.starts_with("src/settings/providers/");
    let for_tests = |name: &str| name.ends_with("/tests.rs") || name.ends_with("/messages.rs");
    let mut idle: Vec<&str> = NAME_PLATFORMS.iter().map(|(file, _)| *file).collect();
    let mut objections = Vec::new();
    for (name, text) in sources() {
        if own(&name) || for_tests(&name) {
            continue;
        }
        let named = names_of_platforms(&text);
        if may(&name) {
            idle.retain(|file| named.is_empty() || *file != name);
            continue;
        }
        objections.extend(named.iter().map(|(line, text)| format!("{name}:{line}: {text}")));
    }
    assert!(
        objections.is_empty(),
        "what differs by source platform belongs in its descriptor, src/source/<platform>/descriptor.rs:\n{}",
        objections.join("\n")
    );
    assert!(
        idle.is_empty(),
        "these files name no platform any more: {}",
        idle.join(", ")
    );
    let wrong = "/// On vSphere a path.\nfn base(file: &str) -> &str {\n    file.trim_end_matches(\".vmdk\")\n}\n\n#[cfg(test)]\nmod tests {\n    const FILE: &str = \"a.vmdk\";\n}\n";
    assert_eq!(
        names_of_platforms(wrong),
        [(3, "file.trim_end_matches(\".vmdk\")".to_owned())]
    );
}

fn all_imports() -> Vec<Import> {
    sources().iter().flat_map(|(name, text)| imports(name, text)).collect()
}

#[test]
fn the_parts_of_a_folder_keep_their_order() {
    let floors = Floors::read();
    assert!(
        !floors.inside.is_empty(),
        "docs/architecture.md tells the order inside folders"
    );
    let objections: Vec<String> = sources()
        .iter()
        .flat_map(|(name, text)| floors.objections_inside(name, text))
        .collect();
    assert!(objections.is_empty(), "{}", objections.join("\n"));
    let wrong = "use crate::{\n    events::Event,\n};\nuse crate::migration::{Error, run::RunningMigration};\n";
    assert_eq!(
        floors.objections_inside("src/migration/setup/plan.rs", wrong),
        ["src/migration/setup/plan.rs:4: `migration/setup` imports `migration/run`, which is above it"]
    );
}

#[test]
fn nothing_imports_upwards() {
    let floors = Floors::read();
    let imports = all_imports();
    assert!(imports.len() > 300, "only {} imports were found", imports.len());
    let objections: Vec<String> = imports.iter().filter_map(|import| floors.objection(import)).collect();
    assert!(
        objections.is_empty(),
        "{} imports against the table of docs/architecture.md:\n{}",
        objections.len(),
        objections.join("\n")
    );
}

/// Files outside `session/` and `cleanup/` that reach the hub, and what they reach there. Everything else of a scenario is on
/// its destination.
const REACH_THE_HUB: &[(&str, &str)] = &[
    (
        "src/checks/observe.rs",
        "Provider and Secret of the source; what is left beside the Plan",
    ),
    ("src/migration/result/archive.rs", "Plan and Migrations"),
    ("src/migration/result/verdicts.rs", "maps beside the Plan"),
    ("src/migration/run/cancel.rs", "Migration"),
    ("src/migration/run/cutover.rs", "Migration"),
    ("src/migration/run/execution.rs", "Migration and Plan"),
    ("src/migration/run/milestones.rs", "Plan"),
    (
        "src/migration/setup/injections.rs",
        "holds, faults and defects of the lab",
    ),
    ("src/migration/setup/plan.rs", "Plan"),
    ("src/migration/setup/plan_builder.rs", "maps, hooks and Plan"),
    ("src/migration/setup/prepare.rs", "MTV's inventory"),
    ("src/migration/setup/setting_leases.rs", "settings of MTV's controller"),
];

/// Floors whose code works on whatever cluster it is given, or makes the ids.
const ON_ANY_CLUSTER: [&str; 4] = ["src/session/", "src/cleanup/", "src/run/", "src/journal/"];

/// The text before the tests of a file.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

#[test]
fn the_hub_is_reached_for_what_mtv_keeps_there_alone() {
    let files = sources();
    let elsewhere = files
        .iter()
        .filter(|(name, _)| !ON_ANY_CLUSTER.iter().any(|folder| name.starts_with(folder)));
    let elsewhere: Vec<(&str, String)> = elsewhere
        .map(|(name, text)| (name.as_str(), without_comments(without_tests(text))))
        .collect();
    let reaching = elsewhere.iter().filter(|(_, text)| text.contains(".hub()"));
    let reaching: Vec<&str> = reaching.map(|(name, _)| *name).collect();
    let known: Vec<&str> = REACH_THE_HUB.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        reaching, known,
        "only what MTV keeps on the hub is looked for there; ask `scenario.destination()` for all that VMs land on"
    );
    // Which of the clusters is the hub is asked nowhere: the connection of the settings is told so when it is made.
    let asking = elsewhere.iter().filter(|(_, text)| text.contains("ClusterId::hub"));
    let asking: Vec<&str> = asking.map(|(name, _)| *name).collect();
    assert_eq!(asking, ["src/cluster/connection.rs"]);
}

#[test]
fn the_table_has_every_folder_and_no_other() {
    let floors = Floors::read();
    let mut rooms: Vec<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_string_lossy()
                .trim_end_matches(".rs")
                .to_owned()
        })
        .filter(|name| name != "lib" && name != "main")
        .collect();
    rooms.sort();
    let known: Vec<&String> = floors.floor.keys().collect();
    assert_eq!(rooms.iter().collect::<Vec<_>>(), known);
}

#[test]
fn exceptions_stay_on_one_floor() {
    let floors = Floors::read();
    assert!(!floors.sideways.is_empty(), "the table has its exceptions");
    for (user, used) in &floors.sideways {
        assert_eq!(
            floors.floor.get(user),
            floors.floor.get(used),
            "{user} → {used} is not on one floor"
        );
    }
}

#[test]
fn an_import_upwards_is_reported_with_file_line_and_floor() {
    let floors = Floors::parse(
        "| 7 | `steps/`, `world.rs` | x |\n| 2 | `cluster/` | y |\n| 2 | `source/` | y |\n- on floor 2: `source` → `cluster`\n",
    );
    let text = "//! use crate::steps::x;\nuse super::b;\nuse crate::{\n    cluster::{a, b},\n    steps::Named,\n};\n\nfn f() { crate::world::g() }\n";
    let objections: Vec<String> = imports("src/source/a.rs", text)
        .iter()
        .filter_map(|import| floors.objection(import))
        .collect();
    assert_eq!(
        objections,
        [
            "src/source/a.rs:5: `source` (floor 2) imports `steps` (floor 7); what it needs should be on floor 1 or below",
            "src/source/a.rs:8: `source` (floor 2) imports `world` (floor 7); what it needs should be on floor 1 or below",
        ]
    );
    let back = imports("src/cluster/a.rs", "use crate::source::x;\n");
    assert!(floors.objection(&back[0]).unwrap().starts_with("src/cluster/a.rs:1:"));
    let unknown = imports("src/cluster/a.rs", "use crate::helpers::x;\n");
    assert!(floors.objection(&unknown[0]).unwrap().contains("not in the table"));
}
