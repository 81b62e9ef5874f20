//! The pipeline of a VM: steps with their tasks, and the aggregation of their progress and errors
//! (`pkg/apis/forklift/v1beta1/plan/mapping.go`, `vm.go`).

use std::collections::BTreeMap;

use forklift_api::forklift::{PlanVm, Progress, Step, Task, VmError, VmStatus, annotations, pipeline_steps};

use super::{itinerary::Itinerary, phase::Phase};
use crate::controllers::forklift::conditions::now;

/// The pipeline of a cold migration with virt-v2v. `restarts`: it waits for guest reboots.
pub fn build(disks: &[Task], restarts: bool) -> Vec<Step> {
    let mut steps = vec![
        step(pipeline_steps::INITIALIZE, "Initialize migration.", 1),
        disk_step(pipeline_steps::DISK_ALLOCATION, "Allocate disks.", disks),
        step(pipeline_steps::IMAGE_CONVERSION, "Convert image to kubevirt.", 1),
        disk_step(pipeline_steps::DISK_TRANSFER_V2V, "Copy disks.", disks),
        step(pipeline_steps::VIRTUAL_MACHINE_CREATION, "Create VM.", 1),
    ];
    steps.extend(restarts.then(restart));
    steps
}

/// The pipeline of a cold migration without conversion: CDI transfers the disks.
pub fn build_unconverted(disks: &[Task]) -> Vec<Step> {
    vec![
        step(pipeline_steps::INITIALIZE, "Initialize migration.", 1),
        disk_step(pipeline_steps::DISK_TRANSFER, "Transfer disks.", disks),
        step(pipeline_steps::VIRTUAL_MACHINE_CREATION, "Create VM.", 1),
    ]
}

/// The pipeline of a warm migration. `inspects`: it inspects the disks before the first copy.
pub fn build_warm(disks: &[Task], restarts: bool, inspects: bool) -> Vec<Step> {
    let mut steps = vec![step(pipeline_steps::INITIALIZE, "Initialize migration.", 1)];
    steps.extend(inspects.then(|| step(pipeline_steps::PREFLIGHT_INSPECTION, "Inspect VM before migration.", 1)));
    steps.push(disk_step(pipeline_steps::DISK_TRANSFER, "Transfer disks.", disks));
    steps.push(Step {
        // Unlike other steps, `Cutover` has no phase before it begins.
        phase: None,
        ..disk_step(pipeline_steps::CUTOVER, "Finalize disk transfer.", disks)
    });
    steps.push(step(pipeline_steps::IMAGE_CONVERSION, "Convert image to kubevirt.", 1));
    steps.push(step(pipeline_steps::VIRTUAL_MACHINE_CREATION, "Create VM.", 1));
    steps.extend(restarts.then(restart));
    let description = "Waiting for final snapshot removal and consolidation";
    steps.push(step(
        pipeline_steps::WAIT_FOR_FINAL_SNAPSHOT_CONSOLIDATION,
        description,
        1,
    ));
    steps
}

fn restart() -> Step {
    let description = "Wait for Windows guest reboot after conversion.";
    step(pipeline_steps::WAIT_FOR_GUEST_REBOOTS, description, 1)
}

/// Adds the steps of a VM's hooks: `PreHook` after the first step, `PostHook` after the creation of the VM.
pub fn add_hooks(pipeline: &mut Vec<Step>, vm: &PlanVm) {
    let has = |step: &str| vm.hooks.iter().flatten().any(|hook| hook.step == step);
    if has(pipeline_steps::PRE_HOOK) {
        pipeline.insert(1, step(pipeline_steps::PRE_HOOK, "Run pre-migration hook.", 1));
    }
    if has(pipeline_steps::POST_HOOK) {
        let made = |step: &Step| {
            matches!(
                step.name.as_str(),
                pipeline_steps::VIRTUAL_MACHINE_CREATION | pipeline_steps::WAIT_FOR_GUEST_REBOOTS
            )
        };
        let after = pipeline.iter().rposition(made).map_or(pipeline.len(), |last| last + 1);
        pipeline.insert(after, step(pipeline_steps::POST_HOOK, "Run post-migration hook.", 1));
    }
}

fn step(name: &str, description: &str, total: i64) -> Step {
    Step {
        name: name.into(),
        description: Some(description.into()),
        phase: Some(pipeline_steps::PENDING.into()),
        progress: Progress { completed: 0, total },
        ..Step::default()
    }
}

/// A step with progress in MiB and one task per disk, in the order of the inventory, not in bus order.
fn disk_step(name: &str, description: &str, disks: &[Task]) -> Step {
    Step {
        annotations: Some(BTreeMap::from([(annotations::UNIT.to_owned(), "MB".to_owned())])),
        tasks: Some(disks.to_vec()),
        ..step(name, description, disks.iter().map(|disk| disk.progress.total).sum())
    }
}

/// Start, completion and errors of a step, a task or a VM.
pub trait Timed {
    /// Sets the start time, if it is not set.
    fn mark_started(&mut self);
    /// Sets the completion time, if it is not set.
    fn mark_completed(&mut self);
    /// Whether the completion time is set.
    fn is_completed(&self) -> bool;
    /// Adds an error, if it does not have the same one.
    fn add_error(&mut self, reason: impl Into<String>);
}

macro_rules! timed {
    ($($kind:ty: $phase:ident),*) => {$(
        impl Timed for $kind {
            fn mark_started(&mut self) {
                self.started.get_or_insert_with(now);
            }

            fn mark_completed(&mut self) {
                self.mark_started();
                self.completed.get_or_insert_with(now);
            }

            fn is_completed(&self) -> bool {
                self.completed.is_some()
            }

            fn add_error(&mut self, reason: impl Into<String>) {
                let phase = self.phase.clone();
                let error = self.error.get_or_insert_with(|| VmError { phase: $phase(phase), reasons: Vec::new() });
                let reason = reason.into();
                if !error.reasons.contains(&reason) {
                    error.reasons.push(reason);
                }
            }
        }
    )*};
}

fn given(phase: String) -> String {
    phase
}

fn or_empty(phase: Option<String>) -> String {
    phase.unwrap_or_default()
}

timed!(Step: or_empty, Task: or_empty, VmStatus: given);

/// The step that a VM's phase belongs to.
pub fn current(vm: &mut VmStatus, phase: Phase) -> Option<&mut Step> {
    let name = Itinerary::for_vm(vm).step(phase)?;
    vm.pipeline.iter_mut().find(|step| step.name == name)
}

/// Moves a VM to the phase after this one. If that belongs to another step, completes this step and starts the other.
pub fn advance(vm: &mut VmStatus, phase: Phase) {
    let itinerary = Itinerary::for_vm(vm);
    let next = itinerary.next(phase, |name| vm.step(name).is_some());
    if itinerary.step(next) != itinerary.step(phase) {
        if let Some(step) = current(vm, phase) {
            step.mark_completed();
            step.phase = Some(pipeline_steps::COMPLETED.into());
        }
        if let Some(step) = current(vm, next) {
            step.mark_started();
            step.phase = Some(pipeline_steps::RUNNING.into());
        }
    }
    vm.phase = next.name().into();
}

/// Aggregates progress and errors of a step's tasks.
pub fn reflect_tasks(step: &mut Step) {
    let tasks = step.tasks.clone().unwrap_or_default();
    if tasks.is_empty() {
        return;
    }
    step.progress.completed = tasks.iter().map(|task| task.progress.completed).sum();
    if tasks.iter().any(|task| task.started.is_some()) {
        step.mark_started();
    }
    if tasks.iter().all(Timed::is_completed) {
        step.mark_completed();
    }
    for reason in tasks
        .iter()
        .filter_map(|task| task.error.as_ref())
        .flat_map(|error| &error.reasons)
    {
        step.add_error(reason.clone());
    }
}

/// Copies errors of steps to the VM; completes the VM if all steps are completed.
pub fn reflect_pipeline(vm: &mut VmStatus) {
    let errors = vm.pipeline.iter().filter_map(|step| step.error.as_ref());
    let reasons: Vec<String> = errors.flat_map(|error| error.reasons.clone()).collect();
    for reason in reasons {
        vm.add_error(reason);
    }
    if vm.pipeline.iter().all(Timed::is_completed) {
        vm.mark_completed();
    }
}

/// Completes the started steps without changing their phase.
pub fn complete_started(vm: &mut VmStatus) {
    for step in vm.pipeline.iter_mut().filter(|step| step.started.is_some()) {
        step.mark_completed();
    }
}

/// Sets the progress of a step and its tasks to the total.
pub fn fill(step: &mut Step) {
    step.progress.completed = step.progress.total;
    for task in step.tasks.iter_mut().flatten() {
        task.progress.completed = task.progress.total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controllers::forklift::adapter::base::task;

    fn vm() -> VmStatus {
        let disks = [task("a".into(), 20480), task("b".into(), 2)];
        VmStatus {
            phase: "Started".into(),
            pipeline: build(&disks, false),
            ..VmStatus::default()
        }
    }

    fn phases(vm: &VmStatus) -> Vec<&str> {
        vm.pipeline
            .iter()
            .map(|step| step.phase.as_deref().unwrap_or("-"))
            .collect()
    }

    #[test]
    fn disk_steps_count_in_mebibytes() {
        let vm = vm();
        let step = vm.step("DiskAllocation").unwrap();
        assert_eq!(
            step.progress,
            Progress {
                completed: 0,
                total: 20482
            }
        );
        let tasks = step.tasks.as_ref().unwrap();
        assert_eq!(tasks[1].name, "b");
        assert_eq!((tasks[1].progress.total, tasks[1].phase.as_deref()), (2, None));
        assert_eq!(tasks[1].annotations.as_ref().unwrap()["unit"], "MB");
    }

    #[test]
    fn steps_change_when_a_phase_of_another_step_begins() {
        let mut vm = vm();
        advance(&mut vm, Phase::Started);
        assert_eq!(phases(&vm)[0], "Pending", "the start of the VM starts the first step");
        advance(&mut vm, Phase::CreateDataVolumes);
        assert_eq!(vm.phase, "AllocateDisks");
        assert_eq!(phases(&vm), ["Completed", "Running", "Pending", "Pending", "Pending"]);
        assert_eq!(
            vm.pipeline[0].progress,
            Progress { completed: 0, total: 1 },
            "stays at 0 of 1"
        );
    }

    #[test]
    fn a_cutover_shows_no_phase() {
        let steps = build_warm(&[task("a".into(), 1024)], false, true);
        let shown = steps.iter().map(|step| (step.name.as_str(), step.phase.as_deref()));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                ("Initialize", Some("Pending")),
                ("PreflightInspection", Some("Pending")),
                ("DiskTransfer", Some("Pending")),
                ("Cutover", None),
                ("ImageConversion", Some("Pending")),
                ("VirtualMachineCreation", Some("Pending")),
                ("WaitForFinalSnapshotConsolidation", Some("Pending")),
            ]
        );
        assert_eq!(steps[2].tasks.as_ref().unwrap()[0].name, "a");
    }

    #[test]
    fn errors_propagate_from_task_to_step_to_vm() {
        let mut vm = vm();
        vm.phase = "AllocateDisks".into();
        let step = &mut vm.pipeline[1];
        step.phase = Some("Running".into());
        step.tasks.as_mut().unwrap()[0].add_error("no space");
        reflect_tasks(step);
        reflect_tasks(step);
        reflect_pipeline(&mut vm);
        let error = |phase: &str| VmError {
            phase: phase.into(),
            reasons: vec!["no space".into()],
        };
        assert_eq!(vm.pipeline[1].error, Some(error("Running")));
        assert_eq!(vm.error, Some(error("AllocateDisks")));
        assert!(!vm.is_completed());
    }

    #[test]
    fn a_vm_is_completed_with_its_last_step() {
        let mut vm = vm();
        for step in &mut vm.pipeline {
            step.mark_completed();
        }
        reflect_pipeline(&mut vm);
        assert!(vm.is_completed());
    }
}
