//! Gives back the settings of MTV's controller that were changed for everybody.

use std::time::Duration;

use futures::future::join_all;
use sim_clock::timeout;

use super::{Leftover, deletion::Stuck, teardown::note};
use crate::{
    cluster::Cluster,
    events::explain,
    journal::{Entry, Scope, SettingLease, Subject},
};

/// Gives back the settings among the entries; the last one who does so restores the original.
pub(super) async fn settings(scope: &Scope, hub: &Cluster, entries: &[Entry], limit: Duration) -> Vec<Leftover> {
    let leases = entries.iter().filter_map(|entry| match &entry.subject {
        Subject::Setting(lease) => Some((entry, lease)),
        Subject::Object(_) | Subject::SourceVm { .. } | Subject::Snapshots { .. } | Subject::NodeLabel(_) => None,
    });
    let returns = leases.map(|(entry, lease)| async move {
        let given = release(hub, lease, limit).await;
        note(scope, Some(entry.id), lease.to_string(), given).await
    });
    join_all(returns).await.into_iter().flatten().collect()
}

async fn release(hub: &Cluster, lease: &SettingLease, limit: Duration) -> Result<(), Stuck> {
    match timeout(limit, lease.release(&hub.client)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Stuck(explain(&error))),
        Err(_) => Err(Stuck("the API server does not answer".to_owned())),
    }
}
