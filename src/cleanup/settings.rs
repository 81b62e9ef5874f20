//! Gives back the settings of MTV's controller that were changed for everybody.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::timeout;

use super::{Leftover, deletion::Stuck, teardown::note};
use crate::{
    cluster::Cluster,
    events::explain,
    journal::{Entry, Loan, Scope, Subject},
};

/// Gives back the settings among the entries; the last one who does so restores the original.
pub(super) async fn settings(scope: &Scope, hub: &Cluster, entries: &[Entry], limit: Duration) -> Vec<Leftover> {
    let loans = entries.iter().filter_map(|entry| match &entry.subject {
        Subject::Setting(loan) => Some((entry, loan)),
        Subject::Object(_) | Subject::SourceVm { .. } | Subject::Snapshots { .. } | Subject::NodeLabel(_) => None,
    });
    let returns = loans.map(|(entry, loan)| async move {
        let given = give_back(hub, loan, limit).await;
        note(scope, Some(entry.id), loan.to_string(), given).await
    });
    join_all(returns).await.into_iter().flatten().collect()
}

async fn give_back(hub: &Cluster, loan: &Loan, limit: Duration) -> Result<(), Stuck> {
    match timeout(limit, loan.give_back(&hub.client)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Stuck(explain(&error))),
        Err(_) => Err(Stuck("the API server does not answer".to_owned())),
    }
}
