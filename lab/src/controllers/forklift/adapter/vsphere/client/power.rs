//! The power of a VM.

use vim25::{Client as Session, MoRef, Object};

use super::leave;
use crate::controllers::forklift::{
    adapter::base::PowerState,
    error::{Result, Tried},
};

/// Reads the power state.
pub async fn state(session: Session, vm: &MoRef) -> Result<PowerState> {
    let object = look(&session, vm).await?;
    leave(session).await;
    Ok(match object.str_at("runtime.powerState") {
        Some("poweredOn") => PowerState::On,
        Some("poweredOff") => PowerState::Off,
        _ => PowerState::Unknown,
    })
}

/// Shuts the guest down when VMware Tools run, switches the VM off otherwise.
pub async fn power_off(session: Session, vm: &MoRef) -> Result<()> {
    let object = look(&session, vm).await?;
    if object.str_at("runtime.powerState") == Some("poweredOn") {
        let tools_run = object.str_at("guest.toolsRunningStatus") == Some("guestToolsRunning");
        let asked = if tools_run {
            session.call(vm, "ShutdownGuest", vec![]).await
        } else {
            session.run_task(vm, "PowerOffVM_Task", vec![]).await
        };
        asked.tried(|| format!("power off VM '{}'", vm.id))?;
    }
    leave(session).await;
    Ok(())
}

/// Switches the VM on, unless it is.
pub async fn power_on(session: Session, vm: &MoRef) -> Result<()> {
    let object = look(&session, vm).await?;
    if object.str_at("runtime.powerState") != Some("poweredOn") {
        let asked = session.run_task(vm, "PowerOnVM_Task", vec![]).await;
        asked.tried(|| format!("power on VM '{}'", vm.id))?;
    }
    leave(session).await;
    Ok(())
}

async fn look(session: &Session, vm: &MoRef) -> Result<Object> {
    let paths = ["runtime.powerState", "guest.toolsRunningStatus"];
    let object = session.get(vm, &paths).await;
    object.tried(|| format!("read the power state of VM '{}'", vm.id))
}
