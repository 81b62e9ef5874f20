//! The power of the source VM (`pkg/controller/plan/adapter/vsphere/client.go`).

use forklift_api::forklift::VmStatus;
use vim25::{Client, Object};

use crate::controllers::forklift::{
    error::{Result, Tried},
    plan::execution::{Execution, leave, moref},
};

/// Reads the power state: `On`, `Off` or `Unknown`.
pub async fn state(execution: &Execution<'_>, vm: &VmStatus) -> Result<&'static str> {
    let client = execution.session().await?;
    let object = look(&client, vm).await?;
    leave(client).await;
    Ok(match object.str_at("runtime.powerState") {
        Some("poweredOn") => "On",
        Some("poweredOff") => "Off",
        _ => "Unknown",
    })
}

/// Shuts the guest down when VMware Tools run, switches the VM off otherwise.
pub async fn power_off(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    let client = execution.session().await?;
    let object = look(&client, vm).await?;
    let moref = moref(vm);
    if object.str_at("runtime.powerState") == Some("poweredOn") {
        let tools_run = object.str_at("guest.toolsRunningStatus") == Some("guestToolsRunning");
        let asked = if tools_run {
            client.call(&moref, "ShutdownGuest", vec![]).await
        } else {
            client.run_task(&moref, "PowerOffVM_Task", vec![]).await
        };
        asked.tried(|| format!("power off VM '{}'", moref.id))?;
    }
    leave(client).await;
    Ok(())
}

/// Switches the VM on, unless it is.
pub async fn power_on(execution: &Execution<'_>, vm: &VmStatus) -> Result<()> {
    let client = execution.session().await?;
    let object = look(&client, vm).await?;
    if object.str_at("runtime.powerState") != Some("poweredOn") {
        let moref = moref(vm);
        let asked = client.run_task(&moref, "PowerOnVM_Task", vec![]).await;
        asked.tried(|| format!("power on VM '{}'", moref.id))?;
    }
    leave(client).await;
    Ok(())
}

async fn look(client: &Client, vm: &VmStatus) -> Result<Object> {
    let moref = moref(vm);
    let paths = ["runtime.powerState", "guest.toolsRunningStatus"];
    let object = client.get(&moref, &paths).await;
    object.tried(|| format!("read the power state of VM '{}'", moref.id))
}
