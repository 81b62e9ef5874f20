//! Names that a real Forklift gives to conditions, phases and pipeline steps: our constants have all of them, and the
//! table of condition types has the category that Forklift writes.

use std::{collections::BTreeSet, path::Path};

use forklift_api::forklift::{
    Condition, Migration, Plan, VmStatus,
    condition_types::{self, Bearer},
    phases, pipeline_steps,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::recordings::objects;

/// Everything in a recording that our constants do not name, or name otherwise, without repetitions.
pub fn unknown(recording: &Path) -> BTreeSet<String> {
    objects(recording).iter().flat_map(of_object).collect()
}

fn of_object(object: &Value) -> Vec<String> {
    let bearer = match object["kind"].as_str().unwrap_or_default() {
        "Provider" => Bearer::Provider,
        "NetworkMap" => Bearer::NetworkMap,
        "StorageMap" => Bearer::StorageMap,
        "Host" => Bearer::Host,
        "Hook" => Bearer::Hook,
        "Plan" => Bearer::Plan,
        "Migration" => Bearer::Migration,
        "Conversion" => Bearer::Conversion,
        _ => return Vec::new(),
    };
    let conditions: Option<Vec<Condition>> = read(&object["status"]["conditions"]);
    let mut unknown = of_conditions(bearer, conditions.as_deref());
    let vms = match bearer {
        Bearer::Plan => {
            let status = read::<Plan>(object).status.unwrap_or_default();
            let runs = status
                .migration
                .iter()
                .flat_map(|migration| migration.history.iter().flatten());
            unknown.extend(runs.flat_map(|run| of_conditions(Bearer::Plan, run.conditions.as_deref())));
            status.vms().to_vec()
        }
        Bearer::Migration => {
            let status = read::<Migration>(object).status.unwrap_or_default();
            status.vms.unwrap_or_default()
        }
        _ => Vec::new(),
    };
    unknown.extend(vms.iter().flat_map(of_vm));
    unknown
}

fn of_conditions(bearer: Bearer, conditions: Option<&[Condition]>) -> Vec<String> {
    let conditions = conditions.unwrap_or_default().iter();
    let unknown = conditions.filter(|condition| !is_known(bearer, condition));
    let named = unknown.map(|condition| format!("{bearer:?}: condition {} ({})", condition.type_, condition.category));
    named.collect()
}

fn is_known(bearer: Bearer, condition: &Condition) -> bool {
    let known = condition_types::find(&condition.type_).filter(|known| known.is_on(&[bearer]));
    known.is_some_and(|known| {
        let category = known.category_on(bearer);
        category.is_none_or(|category| category.as_str() == condition.category)
    })
}

fn of_vm(vm: &VmStatus) -> Vec<String> {
    let mut unknown = of_conditions(Bearer::Vm, vm.conditions.as_deref());
    if !phases::ALL.contains(&vm.phase.as_str()) {
        unknown.push(format!("phase {}", vm.phase));
    }
    let step_phases = [
        pipeline_steps::PENDING,
        pipeline_steps::RUNNING,
        pipeline_steps::COMPLETED,
    ];
    for step in &vm.pipeline {
        if !pipeline_steps::ALL.contains(&step.name.as_str()) {
            unknown.push(format!("step {}", step.name));
        }
        if step.phase.as_deref().is_some_and(|phase| !step_phases.contains(&phase)) {
            unknown.push(format!("phase {:?} of the step {}", step.phase, step.name));
        }
    }
    unknown
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("an object of Forklift's")
}
