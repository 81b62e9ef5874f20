//! Leases of the settings of MTV's controller that a scenario changes: acquired before anything is created, released by the
//! teardown.

use std::collections::BTreeMap;

use crate::{
    cluster::lease::LeaseTimeouts,
    journal::{ControllerSetting, SettingLease, Subject},
    migration::Error,
    session::Scenario,
};

/// Takes all settings, one after the other in the order that all scenarios share.
pub async fn take(scenario: &Scenario, settings: &BTreeMap<ControllerSetting, u64>) -> Result<(), Error> {
    let session = &scenario.session;
    let timeouts = &session.settings.timeouts;
    let timeouts = LeaseTimeouts {
        turn: timeouts.migration,
        rollout: timeouts.mtv_ready,
    };
    for (setting, value) in settings {
        let lease = SettingLease {
            namespace: session.settings.target.mtv_namespace.clone(),
            setting: *setting,
            holder: format!("{}/{}", session.identity.run, scenario.key),
        };
        let journalled = scenario.scope().intend(Subject::Setting(lease.clone())).await;
        let entry = journalled.map_err(|source| Error::Journal {
            what: format!("the {lease}"),
            source,
        })?;
        let title = format!("setting {setting} to {value}");
        let taken = lease.acquire(session.hub(), *value, timeouts);
        scenario.log.activity(title, taken).await?;
        let confirmed = session.journal.confirm(entry, &lease.holder).await;
        confirmed.map_err(|source| Error::Journal {
            what: format!("the {lease}"),
            source,
        })?;
    }
    Ok(())
}
