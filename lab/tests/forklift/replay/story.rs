//! A migration as a watcher sees it, reduced to what can be compared: who appeared with which labels, in which order
//! things happened, what was left.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::names::{Names, numbered};

/// One event of a watch.
#[derive(Clone)]
pub struct Record {
    pub event: String,
    pub kind: String,
    pub object: Value,
}

/// What the migration is called.
pub struct Subject {
    /// The plan, its maps and its migrations.
    pub plan: &'static str,
    /// The namespace that the VMs land in.
    pub target: &'static str,
    /// The source VMs.
    pub vms: &'static [&'static str],
}

/// Topics with what happened, in order.
pub type Story = BTreeMap<String, Vec<String>>;

/// Tells the story of one plan's migration.
pub fn tell(records: &[Record], subject: &Subject) -> Story {
    let records: Vec<&Record> = records.iter().filter(|record| belongs(record, subject)).collect();
    let names = Names::of(&records, subject);
    let mut story = Story::new();
    for record in &records {
        match record.kind.as_str() {
            "Plan" => plan(&record.object, subject, &mut story),
            "Migration" => sequence(&mut story, "migration conditions", types(&record.object["status"])),
            "Provider" | "StorageMap" | "NetworkMap" | "Hook" => {
                let topic = format!("conditions of {}", record.kind);
                sequence(&mut story, &topic, types(&record.object["status"]));
            }
            "Conversion" => conversion(&record.object, subject, &mut story),
            _ => {}
        }
        if record.event == "ADDED" {
            added(record, &names, &mut story);
        }
        if record.event == "DELETED" {
            story.entry("deleted".into()).or_default().push(record.kind.clone());
        }
    }
    at_last(&records, &mut story);
    events(&records, &names, &mut story);
    messages(&records, &names, &mut story);
    // What is deleted and created side by side has no order that means anything.
    for (topic, lines) in &mut story {
        if topic.starts_with("created") || topic.starts_with("shape") || topic == "deleted" {
            lines.sort();
        }
    }
    story
}

fn belongs(record: &Record, subject: &Subject) -> bool {
    let object = &record.object;
    let metadata = &object["metadata"];
    let name = metadata["name"].as_str().unwrap_or_default();
    let is_here = metadata["namespace"] == subject.target;
    let is_labelled = metadata["labels"]["plan"].is_string();
    let is_of_hook = metadata["labels"]["resource"] == "hook-config";
    match record.kind.as_str() {
        "Plan" | "Migration" | "Provider" | "StorageMap" | "NetworkMap" => name == subject.plan,
        "Hook" => true,
        "Conversion" => metadata["labels"]["plan-name"] == subject.plan,
        "PersistentVolumeClaim" => is_here && is_labelled && !name.starts_with("prime-"),
        "Pod" => is_here && metadata["labels"]["forklift.app"].is_string(),
        "ConfigMap" | "Job" if is_of_hook => true,
        "Secret" | "ConfigMap" | "DataVolume" | "Job" => is_here && is_labelled,
        "VirtualMachine" | "VirtualMachineInstance" => is_here && subject.vms.contains(&name),
        "Event" => {
            let about = &object["involvedObject"];
            let name = about["name"].as_str().unwrap_or_default();
            let kind = about["kind"].as_str().unwrap_or_default();
            matches!(kind, "Plan" | "Conversion") && name.starts_with(subject.plan)
        }
        _ => false,
    }
}

fn sequence(story: &mut Story, topic: &str, line: String) {
    let lines = story.entry(topic.into()).or_default();
    if lines.last() != Some(&line) {
        lines.push(line);
    }
}

/// Types and reasons of conditions.
fn types(status: &Value) -> String {
    let conditions = status["conditions"].as_array().cloned().unwrap_or_default();
    let shown = conditions.iter().map(|condition| {
        let type_ = condition["type"].as_str().unwrap_or_default();
        let category = condition["category"].as_str().unwrap_or_default();
        let reason = condition["reason"].as_str().unwrap_or("-");
        let durable = if condition["durable"] == true { " durable" } else { "" };
        format!("{type_} ({category}, {reason}{durable})")
    });
    shown.collect::<Vec<_>>().join(" + ")
}

fn plan(object: &Value, subject: &Subject, story: &mut Story) {
    let status = &object["status"];
    sequence(story, "plan conditions", types(status));
    for snapshot in status["migration"]["history"].as_array().into_iter().flatten() {
        sequence(story, "history conditions", types(snapshot));
    }
    for vm in status["migration"]["vms"].as_array().into_iter().flatten() {
        let number = subject.vms.iter().position(|name| vm["name"] == *name);
        self::vm(vm, number.unwrap_or_default(), story);
    }
}

fn vm(vm: &Value, number: usize, story: &mut Story) {
    let about = |topic: &str| match number {
        0 => topic.to_owned(),
        _ => format!("{topic} of {}", numbered("vm", number)),
    };
    let keys: BTreeSet<&String> = vm.as_object().unwrap().keys().collect();
    sequence(
        story,
        &about("vm phases"),
        vm["phase"].as_str().unwrap_or_default().into(),
    );
    sequence(story, &about("vm conditions"), types(vm));
    sequence(story, &about("vm fields"), format!("{keys:?}"));
    let steps = vm["pipeline"].as_array().into_iter().flatten();
    for step in steps.clone() {
        let name = step["name"].as_str().unwrap_or_default();
        let phase = step["phase"].as_str().unwrap_or("-");
        sequence(story, &about(&format!("step {name}")), phase.into());
    }
    story.insert(about("pipeline at last"), steps.map(shape_of_step).collect());
    let errors = vm["error"]["reasons"].as_array().into_iter().flatten();
    let errors: Vec<String> = errors
        .map(|reason| reason.as_str().unwrap_or_default().into())
        .collect();
    if !errors.is_empty() {
        story.insert(about("vm error"), errors);
    }
}

fn shape_of_step(step: &Value) -> String {
    let fraction = |step: &Value| match &step["progress"]["total"] {
        total if *total == 1 => format!("{} of 1", step["progress"]["completed"]),
        total if *total == step["progress"]["completed"] => "all".into(),
        _ => "some".into(),
    };
    let tasks = step["tasks"].as_array().into_iter().flatten();
    let tasks: Vec<String> = tasks
        .map(|task| format!("task {} {} {}", task["phase"], task["reason"], fraction(task)))
        .collect();
    let (name, description) = (&step["name"], &step["description"]);
    let unit = &step["annotations"]["unit"];
    format!("{name} {description} {} {unit} {}", fraction(step), tasks.join(", "))
}

fn conversion(object: &Value, subject: &Subject, story: &mut Story) {
    let (status, vm) = (&object["status"], &object["spec"]["vm"]["name"]);
    let number = subject.vms.iter().position(|name| vm == name).unwrap_or_default();
    let text = |key: &str| status[key].as_str().unwrap_or("-").to_owned();
    let line = format!(
        "{} {} '{}' {}",
        text("phase"),
        text("stage"),
        text("message"),
        types(status)
    );
    // Those of several VMs go on side by side.
    let topic = match number {
        0 => "conversion".to_owned(),
        _ => format!("conversion of {}", numbered("vm", number)),
    };
    sequence(story, &topic, line);
}

fn added(record: &Record, names: &Names, story: &mut Story) {
    let metadata = &record.object["metadata"];
    if record.kind == "Event" {
        return;
    }
    let pairs = |map: &Value, keeps: fn(&str) -> bool| {
        let map = map.as_object().cloned().unwrap_or_default();
        let pairs = map.iter().filter(|(key, _)| keeps(key));
        let pairs = pairs.map(|(key, value)| format!("{key}={}", names.hide(value.as_str().unwrap_or_default())));
        let pairs: BTreeSet<String> = pairs.collect();
        pairs.into_iter().collect::<Vec<_>>().join(" ")
    };
    let labels = pairs(&metadata["labels"], |key| !key.starts_with("app"));
    story
        .entry(format!("created {}", record.kind))
        .or_default()
        .push(labels);
    if record.kind == "DataVolume" {
        let annotations = pairs(&metadata["annotations"], |key| {
            key != "forklift.konveyor.io/disk-source"
        });
        story
            .entry("created DataVolume annotations".into())
            .or_default()
            .push(annotations);
    }
    if matches!(record.kind.as_str(), "DataVolume" | "VirtualMachine" | "Conversion") {
        let mut paths = BTreeSet::new();
        pointers(&record.object["spec"], String::new(), &mut paths);
        let topic = format!("shape of {}", record.kind);
        story.entry(topic).or_default().extend(paths);
    }
    if let Some(generated) = metadata["generateName"].as_str() {
        let rest = names.hide_within(generated);
        let topic = format!("created {} generateName", record.kind);
        story.entry(topic).or_default().push(rest);
    }
}

/// All paths of a document; of a list only what its items have.
fn pointers(value: &Value, path: String, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, field) in fields {
                pointers(field, format!("{path}/{key}"), paths);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                pointers(item, format!("{path}/*"), paths);
            }
        }
        Value::Null => {}
        _ => {
            paths.insert(path);
        }
    }
}

/// Who owns what in the end, and what goes but is not gone.
fn at_last(records: &[&Record], story: &mut Story) {
    let mut last: BTreeMap<String, &Record> = BTreeMap::new();
    for record in records {
        let uid = record.object["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        last.insert(uid, record);
    }
    let (mut owners, mut going) = (BTreeSet::new(), BTreeSet::new());
    for record in last.values().filter(|record| record.event != "DELETED") {
        if record.object["metadata"]["deletionTimestamp"].is_string() {
            going.insert(record.kind.clone());
        }
        for owner in record.object["metadata"]["ownerReferences"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let controls = if owner["controller"] == true { " (controls)" } else { "" };
            owners.insert(format!(
                "{} of {}{controls}",
                record.kind,
                owner["kind"].as_str().unwrap_or_default()
            ));
        }
    }
    story.insert("owners at last".into(), owners.into_iter().collect());
    story.insert("still being deleted at last".into(), going.into_iter().collect());
}

fn events(records: &[&Record], names: &Names, story: &mut Story) {
    let mut seen = BTreeSet::new();
    for record in records.iter().filter(|record| record.kind == "Event") {
        let event = &record.object;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        seen.insert(format!(
            "{} {} {}: {} by {}",
            text(&event["involvedObject"]["kind"]),
            text(&event["type"]),
            text(&event["reason"]),
            names.hide_within(&text(&event["message"])),
            text(&event["source"]["component"])
        ));
    }
    story.insert("events".into(), seen.into_iter().collect());
}

/// What conditions say, of objects and of VMs.
fn messages(records: &[&Record], names: &Names, story: &mut Story) {
    let mut seen = BTreeSet::new();
    for record in records {
        let status = &record.object["status"];
        let vms = status["migration"]["vms"].as_array().into_iter().flatten();
        let lists = std::iter::once(&status["conditions"]).chain(vms.map(|vm| &vm["conditions"]));
        for condition in lists.filter_map(Value::as_array).flatten() {
            // Without a category it is not Forklift's.
            if let (Some(type_), Some(_)) = (condition["type"].as_str(), condition["category"].as_str()) {
                let message = condition["message"].as_str().unwrap_or_default();
                let items = condition["items"].as_array().into_iter().flatten();
                let items: Vec<&str> = items.filter_map(Value::as_str).collect();
                let text = format!("{message} {}", items.join(","));
                seen.insert(format!("{type_}: {}", names.hide_within(text.trim_end())));
            }
        }
    }
    story.insert("messages of conditions".into(), seen.into_iter().collect());
}
