//! Documents with the failure messages of a feature file, stored next to it.

use std::{fmt::Write as _, path::PathBuf};

use regex::{Captures, Regex};

use crate::{
    features::{Family, folder},
    run::Run,
};

/// Environment variable: if it is set, the document is written; then review the diff.
const UPDATE: &str = "UPDATE_DOCUMENTS";

/// Names and numbers that differ between runs, and their replacements.
const UNSTABLE: &[(&str, &str)] = &[
    (
        r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
        "[uuid]",
    ),
    (
        r"\bVMware-([0-9a-f]{2} ){7}[0-9a-f]{2}-([0-9a-f]{2} ){7}[0-9a-f]{2}\b",
        "VMware-[uuid]",
    ),
    (r"\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b", "[MAC]"),
    // Random suffixes of the API server.
    (r"\b(vm|disk)-(\d+)-[a-z0-9]{5}\b", "$1-$2-[id]"),
    // Networks that are created for one plan.
    (r"\bcb-[0-9a-f]{6}-", "cb-[hash]-"),
    (r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "[time]"),
    (r"\b127(\.\d+){3}(:\d+)?\b", "[address]"),
    (r"\b(vm|task|snapshot)-\d+\b", "$1-[n]"),
    (r"-[0-9a-z]{4}\.vmdk\b", "-[id].vmdk"),
    // After a hyphen it is part of a name.
    (r"(^|[ (])\d+[hm]( \d+[ms])*\b", "${1}[duration]"),
    (r"\blab-node-\d\b", "lab-node-[n]"),
    (r"(^|[ (])\d+(\.\d+)? ?(ms|s)\b( \d+ ?ms\b)?", "${1}[duration]"),
];

/// The document of a feature file.
pub struct Document<'a> {
    family: &'a Family,
    path: PathBuf,
}

impl<'a> Document<'a> {
    /// The document of a feature file in a folder of this test.
    pub fn of(name: &str, family: &'a Family) -> Self {
        let path = folder(name).join(&family.name).with_extension("md");
        Self { family, path }
    }

    /// Compares the messages of the run's scenarios with the document.
    pub fn check(&self, run: &Run) {
        let said = self.said(run);
        let written = self.written();
        if said != written && std::env::var_os(UPDATE).is_some() {
            std::fs::write(&self.path, &said).unwrap();
        } else if said != written {
            let hint = format!("`{UPDATE}=1 cargo test --test vocabulary` writes it anew");
            let changes = similar::TextDiff::from_lines(&written, &said);
            panic!("{}: {hint}\n{}", self.path.display(), changes.unified_diff());
        }
    }

    /// Content of the document.
    pub fn written(&self) -> String {
        std::fs::read_to_string(&self.path).unwrap_or_default()
    }

    fn said(&self, run: &Run) -> String {
        let mut said = format!("# What the failures of {}.feature say\n", self.family.name);
        for (title, _) in self.family.last_steps() {
            let message = stable(run.scenario(title).failure().unwrap_or_default(), &run.id);
            write!(said, "\n## {title}\n\n```text\n{}\n```\n", message.trim_end()).unwrap();
        }
        said
    }
}

fn stable(message: &str, run: &str) -> String {
    let mut message = message.replace(run, "[run]");
    for (pattern, placeholder) in UNSTABLE {
        message = Regex::new(pattern)
            .unwrap()
            .replace_all(&message, *placeholder)
            .into_owned();
    }
    let names = Regex::new(r"\[run\][\w.-]+").unwrap();
    names
        .replace_all(&message, |name: &Captures<'_>| stable_name(&name[0]))
        .into_owned()
}

/// A name that begins with the run id, without its random parts of four characters.
fn stable_name(name: &str) -> String {
    let is_random = |part: &str| part.len() == 4 && !matches!(part, "cold" | "warm" | "hook" | "disk");
    let parts = name.split('-').map(|part| if is_random(part) { "[id]" } else { part });
    parts.collect::<Vec<_>>().join("-")
}
