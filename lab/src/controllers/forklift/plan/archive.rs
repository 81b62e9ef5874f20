//! Archiving a plan: everything temporary goes, what succeeded stays.

use forklift_api::forklift::{Plan, PlanStatus};
use kube::ResourceExt;

use super::{
    cleanup::{self, Extent, clean_jobs},
    execution::Execution,
};
use crate::controllers::forklift::{shared::Shared, worker::chain};

/// Cleans up as well as possible: a plan whose source is gone is archived all the same.
pub async fn archive(shared: &Shared, plan: &Plan, status: &PlanStatus) {
    if cleanup::is_omitted(shared, plan) {
        return;
    }
    let cleaned = async {
        clean_jobs(shared, plan).await?;
        let execution = Execution::of(shared, plan, None).await?;
        for vm in status.vms() {
            cleanup::clean(&execution, vm, Extent::Archived).await?;
        }
        Ok::<(), crate::controllers::forklift::error::Error>(())
    };
    if let Err(error) = cleaned.await {
        tracing::info!(error = %chain(&error), plan = %plan.name_any(), "the plan is archived without cleanup");
    }
}
