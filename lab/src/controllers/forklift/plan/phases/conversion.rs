//! The conversion phases: virt-v2v converts the guest and copies its disks
//! (`pkg/controller/plan/migration.go`: `updateConversionProgress`).

use forklift_api::forklift::{Conversion, ConversionPhase, Step, VmStatus};
use k8s_openapi::api::core::v1::{Pod, Secret};
use sim_net::RequestError;

use super::{disks::share, run::Outcome};
use crate::controllers::forklift::{
    error::{Error, Result},
    plan::{
        builder,
        execution::{Execution, selector},
        guest,
        phase::Phase,
        pipeline::{Timed, current, fill, reflect_tasks},
    },
    pod_http::PodHttp,
};

/// Creates Secret and Conversion; the phase passes in the next reconcile.
pub async fn create(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    if !is_transferring(vm) {
        vm.disks_copied = Some(true);
    }
    let labels = selector(&execution.vm_labels(vm));
    let secrets = execution.destination().within::<Secret>(execution.namespace());
    let found = secrets.list(&format!("{labels},isV2V=true")).await;
    let secret = match found.into_iter().next() {
        Some(secret) => Some(secret),
        None => {
            secrets
                .create(&builder::secret(execution, vm, builder::Marker::VirtV2v))
                .await?
        }
    };
    let Some(secret) = secret else {
        return Ok(Outcome::Stays);
    };
    let namespace = execution.plan.metadata.namespace.clone().unwrap_or_default();
    let conversions = execution.shared.context.within::<Conversion>(&namespace);
    if !conversions.list(&labels).await.is_empty() {
        return Ok(Outcome::Passed);
    }
    match builder::conversion(execution, vm, &secret).await? {
        Ok(conversion) => {
            conversions.create(&conversion).await?;
            Ok(Outcome::Stays)
        }
        Err(refused) => Ok(Outcome::Refused(refused)),
    }
}

/// Follows the conversion pod.
pub async fn follow(execution: &Execution<'_>, vm: &mut VmStatus, phase: Phase) -> Result<Outcome> {
    let labels = format!("{},forklift.app=virt-v2v", selector(&execution.vm_labels(vm)));
    let pods = execution.destination().within::<Pod>(execution.namespace());
    let pod = pods.list(&labels).await.into_iter().next();
    let mut facts = Facts::default();
    let transfers = is_transferring(vm);
    let Some(step) = current(vm, phase) else {
        return Ok(Outcome::Passed);
    };
    match pod {
        None => without_pod(execution, &labels, step).await,
        Some(pod) => with_pod(&pod, phase, step, transfers, &mut facts).await?,
    }
    let outcome = match (&step.error, step.is_completed()) {
        (None, true) => Outcome::Passed,
        _ => Outcome::Stays,
    };
    let inspection = facts.inspection.as_deref();
    let system = inspection.and_then(|inspection| execution.builder().operating_system(inspection));
    vm.operating_system = system.or(vm.operating_system.take());
    vm.detected_boot_disk = facts.boot_disk.or(vm.detected_boot_disk);
    Ok(outcome)
}

/// Whether virt-v2v also copies the disks; in a warm migration CDI has copied them.
fn is_transferring(vm: &VmStatus) -> bool {
    vm.warm.is_none()
}

/// Results of the conversion pod.
#[derive(Default)]
struct Facts {
    /// virt-v2v's inspection, as XML.
    inspection: Option<String>,
    boot_disk: Option<i64>,
}

async fn without_pod(execution: &Execution<'_>, labels: &str, step: &mut Step) {
    let namespace = execution.plan.metadata.namespace.clone().unwrap_or_default();
    let conversions = execution.shared.context.within::<Conversion>(&namespace);
    let found = conversions.list(labels).await;
    let Some(status) = found
        .into_iter()
        .next()
        .and_then(|conversion| conversion.status.clone())
    else {
        return;
    };
    let because = |fallback: &str| status.message.clone().unwrap_or_else(|| fallback.into());
    match status.phase {
        Some(ConversionPhase::Succeeded) => {
            step.mark_completed();
            fill(step);
        }
        Some(ConversionPhase::Failed) => {
            step.mark_completed();
            step.add_error(because("Guest conversion failed."));
        }
        Some(ConversionPhase::Canceled) => {
            step.mark_completed();
            step.add_error(because("Guest conversion was canceled."));
        }
        _ => {}
    }
}

async fn with_pod(pod: &Pod, phase: Phase, step: &mut Step, transfers: bool, facts: &mut Facts) -> Result<()> {
    let status = pod.status.clone().unwrap_or_default();
    match status.phase.as_deref() {
        Some("Succeeded") => {
            step.mark_completed();
            fill(step);
        }
        Some("Failed") => {
            step.mark_completed();
            step.add_error("Guest conversion failed. See pod logs for details.");
        }
        running => {
            let Some(address) = status.pod_ip.filter(|address| !address.is_empty()) else {
                return Ok(());
            };
            if transfers {
                // Continue without progress data.
                match copied(&address).await {
                    Ok(percents) => apply(&percents, phase, step),
                    Err(error) => tracing::debug!(%error, %address, "no progress of the conversion pod"),
                }
            }
            if running == Some("Running") && !step.is_completed() {
                finish(&address, step, facts).await?;
            }
        }
    }
    Ok(())
}

/// Reads the copy progress of each disk.
async fn copied(address: &str) -> Result<Vec<(usize, f64)>, RequestError> {
    let answer = PodHttp::new()?.get(format!("http://{address}:2112/metrics")).await?;
    let text = answer.text().await?;
    Ok(guest::copied(&text))
}

fn apply(percents: &[(usize, f64)], phase: Phase, step: &mut Step) {
    let mut tasks: Vec<_> = step.tasks.iter_mut().flatten().collect();
    for (disk, percent) in percents {
        if let Some(task) = disk.checked_sub(1).and_then(|index| tasks.get_mut(index)) {
            task.progress.completed = share(task.progress.total, *percent);
        }
    }
    reflect_tasks(step);
    let copying = percents.iter().any(|(_, percent)| *percent > 0.0);
    if phase == Phase::ConvertGuest && copying {
        step.mark_completed();
        step.progress.completed = step.progress.total;
    }
}

/// Reads the results of a finished conversion and shuts down the pod. While the pod refuses connections, the conversion
/// has not finished.
async fn finish(address: &str, step: &mut Step, facts: &mut Facts) -> Result<()> {
    let failed = |action: &'static str| {
        move |source: RequestError| Error::Pod {
            action: action.into(),
            source,
        }
    };
    let http = PodHttp::new().map_err(failed("make a client for the server"))?;
    let url = |path: &str| format!("http://{address}:8080/{path}");
    let machine = match http.get(url("vm")).await {
        Ok(answer) => answer
            .text()
            .await
            .map_err(|error| failed("read the VM")(error.into()))?,
        Err(error) if error.is_connect() => return Ok(()),
        Err(error) => return Err(failed("read the VM")(error)),
    };
    facts.boot_disk = guest::boot_disk(&machine);
    let inspection = http
        .get(url("inspection"))
        .await
        .map_err(failed("read the inspection"))?;
    let inspection = inspection
        .text()
        .await
        .map_err(|error| failed("read the inspection")(error.into()))?;
    facts.inspection = Some(inspection);
    // Warnings would become conditions of the VM; conversions in the lab have none.
    http.get(url("warnings")).await.map_err(failed("read the warnings"))?;
    // Ignore the response: the pod may end before it is read.
    let _ = http.post(url("shutdown")).await;
    step.mark_completed();
    fill(step);
    Ok(())
}
