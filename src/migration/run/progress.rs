//! Progress of a running migration as events, one per change.

use std::collections::HashMap;

use forklift_api::forklift::annotations::UNIT;
use forklift_api::forklift::condition_types::CANCELED;
use forklift_api::forklift::pipeline_steps::{PENDING, RUNNING};
use forklift_api::forklift::{Conditions as _, Plan, Step, Task, VmStatus, phases};

use super::precopies::PrecopyMeter;
use crate::events::{
    event::{Disk, Progress},
    log::ScenarioLog,
};

/// Remembers how far every step was when it was last told.
#[derive(Debug, Default)]
pub struct ProgressMeter {
    told: HashMap<(String, String), (String, i64, Vec<Disk>)>,
    precopies: PrecopyMeter,
    /// The most VMs that were in flight at any look.
    pub(in crate::migration) most_in_flight: usize,
}

impl ProgressMeter {
    /// Logs the changes since the last observation.
    pub fn report(&mut self, plan: &Plan, log: &ScenarioLog) {
        let vms = plan.latest_vms();
        let in_flight = vms.iter().filter(|vm| is_in_flight(vm)).count();
        self.most_in_flight = self.most_in_flight.max(in_flight);
        self.precopies
            .moved(plan)
            .into_iter()
            .for_each(|precopy| log.precopy(precopy));
        self.moved(plan).into_iter().for_each(|progress| log.progress(progress));
    }

    /// Changes since the last observation.
    pub fn moved(&mut self, plan: &Plan) -> Vec<Progress> {
        let vms = plan.latest_vms();
        let steps = vms.iter().flat_map(|vm| vm.pipeline.iter().map(move |step| (vm, step)));
        steps.filter_map(|(vm, step)| self.step(vm, step)).collect()
    }

    fn step(&mut self, vm: &VmStatus, step: &Step) -> Option<Progress> {
        let phase = phase(vm, step)?;
        let disks: Vec<Disk> = step.tasks.iter().flatten().map(disk).collect();
        let state = (phase.to_owned(), step.progress.completed, disks.clone());
        let name = vm.source_name();
        let key = (name.clone(), step.name.clone());
        if self.told.get(&key) == Some(&state) {
            return None;
        }
        self.told.insert(key, state);
        let unit = step.annotations.as_ref().and_then(|annotations| annotations.get(UNIT));
        Some(Progress {
            vm: name,
            pipeline_step: step.name.clone(),
            phase: phase.to_owned(),
            completed: step.progress.completed,
            total: step.progress.total,
            unit: unit.cloned().unwrap_or_default(),
            disks,
        })
    }
}

/// Phase of a step that has begun; `Cutover` shows no phase at all until it does. One that failed or was cancelled stays
/// `Running` with Forklift.
fn phase<'a>(vm: &VmStatus, step: &'a Step) -> Option<&'a str> {
    match step.phase.as_deref()? {
        PENDING => None,
        RUNNING if step.error.is_some() || vm.error.is_some() => Some("Failed"),
        RUNNING if vm.is_true(CANCELED) => Some("Canceled"),
        phase => Some(phase),
    }
}

/// Whether Forklift counts the VM against its limit: not while a warm migration rests between two copies, nor when its disks
/// are there (`cost` in `pkg/controller/plan/scheduler/vsphere/scheduler.go`).
fn is_in_flight(vm: &VmStatus) -> bool {
    let rests = [
        phases::CREATE_VM,
        phases::WAIT_FOR_GUEST_REBOOTS,
        phases::POST_HOOK,
        phases::COMPLETED,
    ]
    .contains(&vm.phase.as_str());
    let rests_warm = [
        phases::COPYING_PAUSED,
        phases::CONVERT_GUEST,
        phases::CREATE_GUEST_CONVERSION_POD,
    ]
    .contains(&vm.phase.as_str());
    vm.started.is_some() && vm.completed.is_none() && !rests && !(vm.warm.is_some() && rests_warm)
}

/// A task of a step that copies is a disk.
fn disk(task: &Task) -> Disk {
    Disk {
        name: task.name.clone(),
        completed: task.progress.completed,
        total: task.progress.total,
    }
}

/// Current step of each VM, for the message of a wait: `"a" is in the step DiskTransferV2v (9216 of 30720 MB)`.
pub fn standing(plan: &Plan) -> String {
    let vms = plan.latest_vms();
    let stands: Vec<String> = vms.iter().map(vm_stands).collect();
    match stands.as_slice() {
        [] => "Forklift has not begun".to_owned(),
        _ => stands.join(", "),
    }
}

fn vm_stands(vm: &VmStatus) -> String {
    let name = vm.source_name();
    let running = vm.pipeline.iter().find(|step| step.phase.as_deref() == Some(RUNNING));
    match running {
        Some(step) => {
            let unit = step.annotations.as_ref().and_then(|annotations| annotations.get(UNIT));
            let far = unit.map(|unit| format!(" ({} of {} {unit})", step.progress.completed, step.progress.total));
            format!("\"{name}\" is in the step {}{}", step.name, far.unwrap_or_default())
        }
        None => format!("\"{name}\" is in the phase {}", vm.phase),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan(steps: Value) -> Plan {
        let mut plan = Plan::new("p1", forklift_api::forklift::PlanSpec::default());
        let status = json!({"migration": {"vms": [{"id": "vm-1", "name": "a", "phase": "CopyDisksVirtV2V", "pipeline": steps}]}});
        plan.status = Some(serde_json::from_value(status).expect("a status"));
        plan
    }

    fn step(name: &str, phase: Option<&str>, completed: i64) -> Value {
        json!({"name": name, "phase": phase, "progress": {"completed": completed, "total": 30720}, "annotations": {"unit": "MB"}})
    }

    fn reported(meter: &mut ProgressMeter, plan: &Plan) -> Vec<String> {
        let tell = |moved: Progress| {
            format!(
                "{} {} {}/{}",
                moved.pipeline_step, moved.phase, moved.completed, moved.total
            )
        };
        meter.moved(plan).into_iter().map(tell).collect()
    }

    #[test]
    fn only_what_moves_is_told() {
        let mut meter = ProgressMeter::default();
        let begun = plan(json!([
            step("Initialize", Some("Running"), 0),
            step("Cutover", None, 0)
        ]));
        assert_eq!(reported(&mut meter, &begun), ["Initialize Running 0/30720"]);
        assert_eq!(reported(&mut meter, &begun), [""; 0]);
        let further = plan(json!([
            step("Initialize", Some("Completed"), 0),
            step("Cutover", Some("Running"), 7),
            step("VirtualMachineCreation", Some("Pending"), 0),
        ]));
        assert_eq!(
            reported(&mut meter, &further),
            ["Initialize Completed 0/30720", "Cutover Running 7/30720"]
        );
    }

    #[test]
    fn a_step_that_failed_or_was_cancelled_has_ended() {
        let ended = |change: Value| {
            let mut vm = json!({"id": "vm-1", "name": "a", "phase": "Completed",
                "pipeline": [step("Initialize", Some("Completed"), 0), step("PostHook", Some("Running"), 0)]});
            for (key, value) in change.as_object().into_iter().flatten() {
                vm[key] = value.clone();
            }
            let mut plan = plan(json!([]));
            plan.status = serde_json::from_value(json!({"migration": {"vms": [vm]}})).expect("a status");
            reported(&mut ProgressMeter::default(), &plan)
        };
        let with = |phase: &str| {
            [
                "Initialize Completed 0/30720".to_owned(),
                format!("PostHook {phase} 0/30720"),
            ]
        };
        assert_eq!(ended(json!({})), with("Running"));
        let error = json!({"phase": "Running", "reasons": ["Job has reached the specified backoff limit"]});
        assert_eq!(ended(json!({"error": error})), with("Failed"));
        let canceled = json!({"type": "Canceled", "status": "True", "category": "Advisory", "lastTransitionTime": "2026-08-21T10:00:00Z"});
        assert_eq!(ended(json!({"conditions": [canceled]})), with("Canceled"));
    }

    #[test]
    fn a_vm_is_in_flight_while_its_disks_are_copied() {
        let vm = |phase: &str, warm: bool| -> VmStatus {
            let warm = warm.then(|| json!({"successes": 0, "failures": 0, "consecutiveFailures": 0}));
            let started = (phase != "Started").then_some("2026-08-21T10:00:00Z");
            let vm = json!({"id": "vm-1", "phase": phase, "pipeline": [], "started": started, "warm": warm});
            serde_json::from_value(vm).expect("a status")
        };
        for (phase, warm, expected) in [
            ("Started", false, false),
            ("ConvertGuest", false, true),
            ("ConvertGuest", true, false),
            ("CopyingPaused", true, false),
            ("CopyDisks", true, true),
            ("CreateVM", false, false),
        ] {
            assert_eq!(is_in_flight(&vm(phase, warm)), expected, "{phase}");
        }
    }

    #[test]
    fn a_disk_that_moves_is_news_even_when_the_sum_does_not() {
        let with = |completed: i64| {
            let mut step = step("DiskTransfer", Some("Running"), 0);
            let progress = json!({"completed": completed, "total": 20480});
            step["tasks"] = json!([{"name": "[ds1] a/a.vmdk", "progress": progress}]);
            plan(json!([step]))
        };
        let mut meter = ProgressMeter::default();
        let disks = |moved: Vec<Progress>| {
            moved
                .into_iter()
                .flat_map(|progress| progress.disks)
                .collect::<Vec<_>>()
        };
        let disk = |completed| Disk {
            name: "[ds1] a/a.vmdk".to_owned(),
            completed,
            total: 20480,
        };
        assert_eq!(disks(meter.moved(&with(0))), [disk(0)]);
        assert_eq!(disks(meter.moved(&with(0))), []);
        assert_eq!(disks(meter.moved(&with(512))), [disk(512)]);
    }

    #[test]
    fn a_wait_can_say_where_its_vms_stand() {
        let copying = plan(json!([
            step("Initialize", Some("Completed"), 0),
            step("DiskTransferV2v", Some("Running"), 9216)
        ]));
        insta::assert_snapshot!(standing(&copying), @r#""a" is in the step DiskTransferV2v (9216 of 30720 MB)"#);
        insta::assert_snapshot!(standing(&plan(json!([]))), @r#""a" is in the phase CopyDisksVirtV2V"#);
        insta::assert_snapshot!(standing(&Plan::new("p", Default::default())), @"Forklift has not begun");
    }
}
