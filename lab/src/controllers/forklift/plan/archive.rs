//! Archives a plan: deletes temporary objects and keeps migrated VMs.

use forklift_api::forklift::{Plan, PlanStatus};
use kube::ResourceExt;

use super::{
    cleanup::{self, Extent, clean_jobs},
    execution::Execution,
};
use crate::controllers::forklift::{error::chain, shared::Shared};

/// Cleans up on a best-effort basis: a plan whose source does not exist any more is archived too.
pub async fn archive(shared: &Shared, plan: &Plan, status: &PlanStatus) {
    if cleanup::is_omitted(shared, plan) {
        return;
    }
    let cleaned = async {
        clean_jobs(shared, plan).await?;
        let execution = Execution::for_plan(shared, plan, None).await?;
        for vm in status.vms() {
            cleanup::clean(&execution, vm, Extent::Archived).await?;
        }
        Ok::<(), crate::controllers::forklift::error::Error>(())
    };
    if let Err(error) = cleaned.await {
        tracing::info!(error = %chain(&error), plan = %plan.name_any(), "the plan is archived without cleanup");
    }
}
