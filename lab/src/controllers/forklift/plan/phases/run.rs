//! Starts a VM and advances it by one step.

use forklift_api::forklift::{VmStatus, condition_types, pipeline_steps};

use super::{conversion, copying, defects, disks, hook, inspection, reboot, snapshots, vm as machine};
use crate::controllers::forklift::{
    adapter::PowerState,
    conditions::{ADVISORY, With, condition, set},
    error::Result,
    plan::{
        cleanup,
        execution::Execution,
        itinerary::Itinerary,
        phase::Phase,
        pipeline::{Timed, advance, current, reflect_pipeline},
    },
};

/// Starts a VM: deletes objects of an earlier run, starts the first step and passes the first phase.
pub async fn start(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<()> {
    cleanup::clean(execution, vm, cleanup::Extent::Leftovers).await?;
    machine::choose_name(execution, vm).await?;
    vm.mark_started();
    if let Some(step) = current(vm, Phase::Started) {
        step.mark_started();
        step.phase = Some(pipeline_steps::RUNNING.into());
    }
    advance(vm, Phase::Started);
    Ok(())
}

/// Advances a VM by one step.
pub async fn run(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<()> {
    let Some(phase) = Phase::parse(&vm.phase) else {
        vm.add_error(format!("phase '{}' is not simulated by mtv-lab", vm.phase));
        vm.phase = Phase::Completed.name().into();
        return Ok(());
    };
    if is_held(execution, vm, phase) {
        return Ok(());
    }
    match pass(execution, vm, phase).await? {
        Outcome::Passed => advance(vm, phase),
        Outcome::Jumps(next) => vm.phase = next.name().into(),
        Outcome::Stays => {}
        Outcome::Refused(reason) => {
            if let Some(step) = current(vm, phase) {
                step.add_error(reason);
            }
        }
        Outcome::Over => vm.mark_completed(),
    }
    reflect_pipeline(vm);
    conclude(execution, vm).await
}

/// Whether a hold keeps the step from ending that this phase would end.
fn is_held(execution: &Execution<'_>, vm: &VmStatus, phase: Phase) -> bool {
    let itinerary = Itinerary::for_vm(vm);
    let next = itinerary.next(phase, |name| vm.step(name).is_some());
    let (injections, name) = (&execution.shared.context.injections, vm.vm.name.as_deref());
    let ends = itinerary.step(phase).filter(|step| itinerary.step(next) != Some(step));
    ends.is_some_and(|step| injections.holds_step(step, name.unwrap_or_default()))
}

/// Result of a phase.
pub enum Outcome {
    /// The phase has passed; the next one follows.
    Passed,
    /// Continues with this phase instead of the next one, without starting or completing a step.
    Jumps(Phase),
    /// The phase has not ended yet.
    Stays,
    /// The phase failed permanently, with this reason.
    Refused(String),
    /// The VM has no further phases.
    Over,
}

async fn pass(execution: &Execution<'_>, vm: &mut VmStatus, phase: Phase) -> Result<Outcome> {
    Ok(match phase {
        Phase::Started => Outcome::Passed,
        Phase::PreHook | Phase::PostHook => hook::follow(execution, vm, phase).await?,
        Phase::StorePowerState => {
            vm.restore_power_state = Some(execution.client().power_state(vm).await?.name().into());
            Outcome::Passed
        }
        Phase::PowerOffSource => {
            execution.client().power_off(vm).await?;
            Outcome::Passed
        }
        Phase::WaitForPowerOff => match execution.client().power_state(vm).await? {
            PowerState::Off => Outcome::Passed,
            _ => Outcome::Stays,
        },
        Phase::CreateDataVolumes => {
            defects::before_first_copy(execution, vm).await?;
            disks::create(execution, vm).await?
        }
        Phase::AllocateDisks | Phase::Finalize => disks::follow(execution, vm, phase).await?,
        Phase::CreateInitialSnapshot | Phase::CreateSnapshot | Phase::CreateFinalSnapshot => {
            snapshots::create(execution, vm, phase).await?
        }
        Phase::WaitForInitialSnapshot | Phase::WaitForSnapshot | Phase::WaitForFinalSnapshot => {
            snapshots::await_created(execution, vm).await?
        }
        Phase::StoreInitialSnapshotDeltas | Phase::StoreSnapshotDeltas => {
            snapshots::store_deltas(execution, vm).await?
        }
        Phase::PreflightInspection => inspection::follow(execution, vm).await?,
        Phase::CopyDisks if vm.warm.is_none() => disks::follow(execution, vm, phase).await?,
        Phase::CopyDisks => copying::follow(execution, vm).await?,
        Phase::CopyingPaused => copying::pause(execution, vm),
        Phase::RemovePreviousSnapshot | Phase::RemovePenultimateSnapshot | Phase::RemoveFinalSnapshot => {
            snapshots::remove(execution, vm).await?
        }
        Phase::WaitForPreviousSnapshotRemoval | Phase::WaitForPenultimateSnapshotRemoval => {
            snapshots::await_removed(execution, vm).await?
        }
        Phase::AddCheckpoint => copying::add_checkpoint(execution, vm, false).await?,
        Phase::AddFinalCheckpoint => copying::add_checkpoint(execution, vm, true).await?,
        Phase::WaitForFinalSnapshotRemoval => snapshots::await_consolidated(execution, vm, phase).await?,
        Phase::CreateGuestConversionPod => conversion::create(execution, vm).await?,
        Phase::ConvertGuest | Phase::CopyDisksVirtV2V => conversion::follow(execution, vm, phase).await?,
        Phase::CreateVm => machine::create(execution, vm).await?,
        Phase::WaitForGuestReboots => reboot::follow(execution, vm).await?,
        Phase::Completed => Outcome::Over,
    })
}

/// Sets the final condition: a VM with an error fails now and completes in the next reconcile; a VM that has passed all
/// phases succeeds at once.
async fn conclude(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<()> {
    if vm.error.is_some() {
        snapshots::abandon(execution, vm).await;
        vm.phase = Phase::Completed.name().into();
        set(
            &mut vm.conditions,
            condition(condition_types::FAILED, ADVISORY, "The VM migration has FAILED.").durable(),
        );
        return Ok(());
    }
    if vm.phase != Phase::Completed.name() {
        return Ok(());
    }
    set(
        &mut vm.conditions,
        condition(condition_types::SUCCEEDED, ADVISORY, "The VM migration has SUCCEEDED.").durable(),
    );
    cleanup::clean(execution, vm, cleanup::Extent::Succeeded).await?;
    defects::after_success(execution, vm).await
}
