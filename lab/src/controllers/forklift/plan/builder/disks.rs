//! Finds the claims of a VM's disks.

use std::sync::Arc;

use forklift_api::forklift::VmStatus;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::ResourceExt;

use crate::controllers::forklift::plan::{
    execution::{Execution, id},
    phases::{DISK_INDEX, DISK_SOURCE},
};

/// Claims of a VM in bus order, without CDI's temporary claims.
pub async fn claims(execution: &Execution<'_>, vm: &VmStatus) -> Vec<Arc<PersistentVolumeClaim>> {
    let migration = execution
        .migration
        .as_ref()
        .and_then(|migration| migration.uid())
        .unwrap_or_default();
    let labels = format!("vmID={},migration={migration}", id(&vm.vm));
    let all = execution
        .destination()
        .within::<PersistentVolumeClaim>(execution.namespace());
    let mut claims = all.list(&labels).await;
    claims.retain(|claim| !claim.name_any().starts_with("prime-") && source(claim).is_some());
    claims.sort_by_key(|claim| {
        let index = claim
            .annotations()
            .get(DISK_INDEX)
            .and_then(|index| index.parse::<usize>().ok());
        index.unwrap_or(usize::MAX)
    });
    claims
}

/// Source disk of a claim.
pub fn source(claim: &PersistentVolumeClaim) -> Option<&str> {
    let source = claim.annotations().get(DISK_SOURCE).map(String::as_str);
    source.filter(|source| !source.is_empty())
}
