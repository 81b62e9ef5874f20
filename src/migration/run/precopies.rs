//! The copies that a warm migration takes of VMs that go on running, read from the Plan.
//!
//! Forklift appends an entry when it asks for the snapshot and sets its end when the disks have been copied. The copy after
//! the cutover is an entry too, but gets no end and does not count as a success: its disks are those of the Cutover step,
//! whose tasks say its number (Forklift, `pkg/controller/plan/migration.go`).

use std::collections::HashSet;

use forklift_api::forklift::pipeline_steps::CUTOVER;
use forklift_api::forklift::{Plan, VmStatus, annotations};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use crate::events::event::Precopy;

/// Remembers which precopies have been told of.
#[derive(Debug, Default)]
pub struct PrecopyMeter {
    told: HashSet<(String, usize, bool)>,
}

impl PrecopyMeter {
    /// Precopies that have begun or ended since the last look.
    pub fn moved(&mut self, plan: &Plan) -> Vec<Precopy> {
        let vms = plan.latest_vms();
        let precopies = vms.iter().flat_map(of_vm);
        precopies
            .filter(|precopy| {
                let key = (precopy.vm.clone(), precopy.number, precopy.ended.is_some());
                self.told.insert(key)
            })
            .collect()
    }
}

fn of_vm(vm: &VmStatus) -> Vec<Precopy> {
    let last = number_of_last(vm);
    let precopies = vm.copies().iter().enumerate().map(|(index, precopy)| {
        let is_final = last == Some(index + 1);
        let cutover = vm.step(CUTOVER).filter(|_| is_final);
        let ended = precopy.end.as_ref().or_else(|| cutover?.completed.as_ref());
        Precopy {
            vm: vm.source_name(),
            number: index + 1,
            is_final,
            started: precopy.start.as_ref().map(time),
            ended: ended.map(time),
        }
    });
    precopies.collect()
}

fn number_of_last(vm: &VmStatus) -> Option<usize> {
    let mut tasks = vm.step(CUTOVER)?.tasks.iter().flatten();
    tasks.find_map(|task| task.annotations.as_ref()?.get(annotations::PRECOPY)?.parse().ok())
}

fn time(time: &Time) -> jiff::Timestamp {
    time.0
}

/// `1 precopy`, `2 precopies`.
pub(in crate::migration) fn counted(number: usize) -> String {
    match number {
        1 => "1 precopy".to_owned(),
        _ => format!("{number} precopies"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan(precopies: Value, cutover: Value) -> Plan {
        let mut plan = Plan::new("p1", Default::default());
        let status = json!({"migration": {"vms": [{
            "id": "vm-1", "name": "a", "phase": "CopyDisks", "pipeline": [cutover],
            "warm": {"successes": 2, "failures": 0, "consecutiveFailures": 0, "precopies": precopies},
        }]}});
        plan.status = Some(serde_json::from_value(status).expect("a status"));
        plan
    }

    fn cutover(number: Option<&str>, completed: Option<&str>) -> Value {
        let annotations = number.map(|number| json!({"unit": "MB", "Precopy": number}));
        json!({
            "name": "Cutover", "completed": completed, "progress": {"completed": 0, "total": 1},
            "tasks": [{"name": "[ds1] a/a.vmdk", "progress": {"completed": 0, "total": 1}, "annotations": annotations}],
        })
    }

    fn reported(meter: &mut PrecopyMeter, plan: &Plan) -> Vec<(usize, bool, bool)> {
        let precopies = meter.moved(plan).into_iter();
        precopies
            .map(|precopy| (precopy.number, precopy.is_final, precopy.ended.is_some()))
            .collect()
    }

    #[test]
    fn each_precopy_is_told_when_it_begins_and_when_it_ends() {
        let mut meter = PrecopyMeter::default();
        let (begin, end) = ("2026-08-21T10:00:00Z", "2026-08-21T10:01:00Z");
        let first = plan(json!([{"start": begin}]), cutover(None, None));
        assert_eq!(reported(&mut meter, &first), [(1, false, false)]);
        assert_eq!(reported(&mut meter, &first), []);
        let second = plan(
            json!([{"start": begin, "end": end}, {"start": end}]),
            cutover(None, None),
        );
        assert_eq!(reported(&mut meter, &second), [(1, false, true), (2, false, false)]);
    }

    #[test]
    fn the_copy_after_the_cutover_ends_with_its_step() {
        let mut meter = PrecopyMeter::default();
        let precopies = json!([{"start": "2026-08-21T10:00:00Z"}]);
        let running = plan(precopies.clone(), cutover(Some("1"), None));
        assert_eq!(reported(&mut meter, &running), [(1, true, false)]);
        let done = plan(precopies, cutover(Some("1"), Some("2026-08-21T10:02:00Z")));
        assert_eq!(reported(&mut meter, &done), [(1, true, true)]);
    }
}
