//! Admission of Migrations (`admitters/migration-admitter.go`).

use forklift_api::forklift::{Migration, Plan, Provider};
use kube::Client;

use super::{
    permission::{find, may_migrate},
    verdict::{Changes, Denial, Request},
};

/// Validates a Migration.
pub async fn validate(client: &Client, request: &Request) -> Result<Changes, Denial> {
    let migration: Migration = request.read()?;
    let plan: Plan = find(client, &migration.spec.plan).await?;
    let destination: Provider = find(client, &plan.spec.provider.destination).await?;
    let source: Provider = find(client, &plan.spec.provider.source).await?;
    may_migrate(client, &request.user_info, &plan, &source, &destination).await?;
    Ok(Vec::new())
}
