//! Our types against what the products ship and write: every field that our types write or read is upstream, at the same
//! path and with the same type, real objects survive being read and written, and their names are among our constants.
//!
//! This needs files that are not part of the repository, see [`folder::Folder`]; where they are missing, the tests are
//! ignored, and their name says why.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "all of this is a test, though not by the standard harness"
)]

mod compare;
mod folder;
mod names;
mod recordings;

use std::{collections::HashMap, path::PathBuf};

use folder::Folder;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = vec![Trial::test("a wrong field is noticed", wrong_fields_are_noticed)];
    match Folder::find() {
        Ok(folder) => {
            let upstream = folder.definitions();
            trials.extend(definitions().into_iter().map(|ours| matches(ours, &upstream)));
            trials.extend(folder.recordings().into_iter().map(survives));
            trials.extend(folder.recordings().into_iter().map(is_named));
        }
        Err(reason) => trials.extend(
            [
                "definitions match upstream",
                "recorded objects survive",
                "recorded names are known",
            ]
            .map(|what| Trial::test(format!("{what} (ignored: {reason})"), || Ok(())).with_ignored_flag(true)),
        ),
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn definitions() -> Vec<Value> {
    forklift_api::all_crds()
        .iter()
        .map(|crd| serde_json::to_value(crd).expect("a definition is JSON"))
        .collect()
}

fn matches(ours: Value, upstream: &HashMap<String, Value>) -> Trial {
    let name = ours["metadata"]["name"]
        .as_str()
        .expect("a definition has a name")
        .to_owned();
    let theirs = upstream.get(&name).cloned();
    Trial::test(format!("definition {name} matches upstream"), move || {
        let theirs = theirs.ok_or("upstream ships no definition of this name")?;
        none(
            "differences (ours, then upstream's)",
            compare::definitions(&ours, &theirs),
        )
    })
}

fn survives(recording: PathBuf) -> Trial {
    let name = recording.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Trial::test(format!("recording {name} survives"), move || {
        none("losses", recordings::losses(&recording))
    })
}

fn is_named(recording: PathBuf) -> Trial {
    let name = recording.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Trial::test(format!("names in the recording {name} are known"), move || {
        none("unknown names", names::unknown(&recording))
    })
}

fn none(what: &str, found: impl IntoIterator<Item = String>) -> Result<(), Failed> {
    let found: Vec<String> = found.into_iter().collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("{} {what}:\n  {}", found.len(), found.join("\n  ")).into())
    }
}

/// The comparison itself: a definition that was tampered with differs in exactly these points from the good one.
fn wrong_fields_are_noticed() -> Result<(), Failed> {
    let good = definitions()
        .into_iter()
        .find(|definition| definition["metadata"]["name"] == "plans.forklift.konveyor.io")
        .ok_or("there is no definition of plans")?;
    let mut wrong = good.clone();
    let version = &mut wrong["spec"]["versions"][0];
    version["subresources"] = Value::Null;
    let spec = &mut version["schema"]["openAPIV3Schema"]["properties"]["spec"];
    spec["required"] = json!(["map", "provider", "targetNamespace"]);
    let fields = &mut spec["properties"];
    fields["warm"]["type"] = json!("string");
    fields["preserveStaticIPs"]["default"] = json!(false);
    fields["type"]["enum"] = json!(["cold", "warm"]);
    fields["vms"]["items"]["properties"]["hooks"]["items"]["properties"]["step"]["type"] = json!("integer");
    let fields = fields.as_object_mut().ok_or("plans have no fields")?;
    let archived = fields.remove("archived").ok_or("plans have no field archived")?;
    fields.insert("arkived".to_owned(), archived);

    let noticed: Vec<String> = compare::definitions(&wrong, &good)
        .iter()
        .filter_map(|difference| difference.split(": ").next().map(str::to_owned))
        .collect();
    for path in [
        "status subresource",
        ".spec",
        ".spec.archived",
        ".spec.arkived",
        ".spec.preserveStaticIPs",
        ".spec.type",
        ".spec.vms[].hooks[].step",
        ".spec.warm",
    ] {
        if !noticed.iter().any(|found| found == path) {
            return Err(format!("{path} was not noticed, only {noticed:?}").into());
        }
    }
    none(
        "differences of a definition from itself",
        compare::definitions(&good, &good),
    )
}
