//! The inspection before the first copy: a pod inspects the disks of the first snapshot; its findings can fail the
//! migration (`pkg/controller/plan/migration.go`).

use forklift_api::forklift::{Conversion, ConversionPhase, VmStatus};
use k8s_openapi::api::core::v1::Secret;
use kube::{ResourceExt, api::DeleteParams};

use super::run::Outcome;
use crate::controllers::{
    forklift::{
        error::Result,
        plan::{
            builder,
            execution::{Execution, selector},
            phase::Phase,
            pipeline::{Timed, current},
        },
    },
    objects::Objects,
};

/// Label selector of an inspection's objects.
pub fn labels(execution: &Execution<'_>, vm: &VmStatus) -> String {
    selector(&builder::inspection_labels(execution, vm))
}

/// Creates the inspection, or follows it.
pub async fn follow(execution: &Execution<'_>, vm: &mut VmStatus) -> Result<Outcome> {
    let namespace = execution.plan.namespace().unwrap_or_default();
    let conversions = execution.shared.context.within::<Conversion>(&namespace);
    let found = conversions.list(&labels(execution, vm)).await;
    let Some(inspection) = found.into_iter().next() else {
        create(execution, vm, &conversions).await?;
        return Ok(Outcome::Stays);
    };
    let status = inspection.status.clone().unwrap_or_default();
    Ok(match status.phase {
        Some(ConversionPhase::Succeeded) => {
            let concerns = status.inspection_result.and_then(|result| result.concerns);
            let blocking: Vec<String> = concerns
                .into_iter()
                .flatten()
                .filter(|concern| matches!(concern.category.as_str(), "Critical" | "Error"))
                .map(|concern| concern.message)
                .collect();
            if blocking.is_empty() {
                return Ok(Outcome::Passed);
            }
            if let Some(step) = current(vm, Phase::PreflightInspection) {
                step.add_error("VM deep inspection found critical concerns");
                blocking.into_iter().for_each(|concern| step.add_error(concern));
            }
            Outcome::Stays
        }
        Some(ConversionPhase::Failed) => Outcome::Refused("Deep inspection failed.".into()),
        Some(ConversionPhase::Canceled) => {
            conversions
                .delete(&inspection.name_any(), &DeleteParams::background())
                .await?;
            Outcome::Stays
        }
        _ => Outcome::Stays,
    })
}

async fn create(execution: &Execution<'_>, vm: &VmStatus, conversions: &Objects<Conversion>) -> Result<()> {
    let namespace = execution.plan.namespace().unwrap_or_default();
    let precopies = vm.warm.as_ref().and_then(|warm| warm.precopies.as_ref());
    let snapshot = precopies.and_then(|precopies| precopies.last()?.snapshot.clone());
    let secrets = execution.shared.context.within::<Secret>(&namespace);
    let inspection = execution.builder().inspection(&snapshot.unwrap_or_default());
    if let Some(secret) = secrets.create(&builder::connection(execution, vm, &inspection)).await? {
        let inspection = builder::inspection(execution, vm, &secret, inspection)?;
        conversions.create(&inspection).await?;
    }
    Ok(())
}
