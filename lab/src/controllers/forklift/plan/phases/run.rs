//! One step of one VM.

use forklift_api::forklift::VmStatus;

use super::{conversion, disks, power, reboot, vm as machine};
use crate::{
    controllers::forklift::{
        conditions::{ADVISORY, With, condition, set},
        error::Result,
        plan::{
            cleanup,
            execution::Execution,
            itinerary::Phase,
            pipeline::{Timed, advance, current, reflect_pipeline},
        },
    },
    injection::DefectName,
};

/// Starts a VM: what an earlier run left behind goes, the first step begins, and its first phase has passed.
pub async fn start(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<()> {
    cleanup::clean(execution, vm, cleanup::Extent::Leftovers).await?;
    machine::choose_name(execution, vm).await?;
    vm.mark_started();
    if let Some(step) = current(vm, Phase::Started) {
        step.mark_started();
        step.phase = Some("Running".into());
    }
    advance(vm, Phase::Started);
    Ok(())
}

/// Takes a VM one step further.
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

/// Whether somebody wants the step to go on that this phase would end.
fn is_held(execution: &Execution<'_>, vm: &VmStatus, phase: Phase) -> bool {
    let next = phase.next(|name| vm.step(name).is_some());
    let (injections, name) = (&execution.shared.context.injections, vm.vm.name.as_deref());
    let ends = phase.step().filter(|step| next.step() != Some(step));
    ends.is_some_and(|step| injections.holds_step(step, name.unwrap_or_default()))
}

/// What came of a phase.
pub enum Outcome {
    /// The next one follows.
    Passed,
    /// It goes on.
    Stays,
    /// It failed for good.
    Refused(String),
    /// There is nothing left to do.
    Over,
}

async fn pass(execution: &Execution<'_>, vm: &mut VmStatus, phase: Phase) -> Result<Outcome> {
    Ok(match phase {
        Phase::Started => Outcome::Passed,
        Phase::StorePowerState => {
            vm.restore_power_state = Some(power::state(execution, vm).await?.into());
            Outcome::Passed
        }
        Phase::PowerOffSource => {
            power::power_off(execution, vm).await?;
            Outcome::Passed
        }
        Phase::WaitForPowerOff => match power::state(execution, vm).await? {
            "Off" => Outcome::Passed,
            _ => Outcome::Stays,
        },
        Phase::CreateDataVolumes => disks::create(execution, vm).await?,
        Phase::AllocateDisks => disks::follow(execution, vm, phase).await?,
        Phase::CreateGuestConversionPod => conversion::create(execution, vm).await?,
        Phase::ConvertGuest | Phase::CopyDisksVirtV2V => conversion::follow(execution, vm, phase).await?,
        Phase::CreateVm => machine::create(execution, vm).await?,
        Phase::WaitForGuestReboots => reboot::follow(execution, vm).await?,
        Phase::Completed => Outcome::Over,
    })
}

/// A VM with an error has failed, though it is completed only one pass later; one that has passed everything has
/// succeeded at once.
async fn conclude(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<()> {
    if vm.error.is_some() {
        vm.phase = Phase::Completed.name().into();
        set(
            &mut vm.conditions,
            condition("Failed", ADVISORY, "The VM migration has FAILED.").durable(),
        );
        return Ok(());
    }
    if vm.phase != Phase::Completed.name() {
        return Ok(());
    }
    set(
        &mut vm.conditions,
        condition("Succeeded", ADVISORY, "The VM migration has SUCCEEDED.").durable(),
    );
    cleanup::clean(execution, vm, cleanup::Extent::Succeeded).await?;
    let name = vm.vm.name.clone().unwrap_or_default();
    if execution
        .shared
        .context
        .injections
        .defect(DefectName::SourceLeftRunning, &name)
    {
        power::power_on(execution, vm).await?;
    }
    Ok(())
}
