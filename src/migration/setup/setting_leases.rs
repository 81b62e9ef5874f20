//! What MTV's controller is set to while a scenario runs: taken on loan before anything is made, given back by the teardown.

use std::collections::BTreeMap;

use crate::{
    cluster::lease::Patience,
    journal::{ControllerSetting, Loan, Subject},
    migration::Error,
    session::Scenario,
};

/// Takes all settings, one after the other in the order that all scenarios share.
pub async fn take(scenario: &Scenario, settings: &BTreeMap<ControllerSetting, u64>) -> Result<(), Error> {
    let session = &scenario.session;
    let timeouts = &session.settings.timeouts;
    let patience = Patience {
        turn: timeouts.migration,
        rollout: timeouts.mtv_ready,
    };
    for (setting, value) in settings {
        let loan = Loan {
            namespace: session.settings.target.mtv_namespace.clone(),
            setting: *setting,
            holder: format!("{}/{}", session.identity.run, scenario.key),
        };
        let journalled = scenario.scope().intend(Subject::Setting(loan.clone())).await;
        let entry = journalled.map_err(|source| Error::Journal {
            what: format!("the {loan}"),
            source,
        })?;
        let title = format!("setting {setting} to {value}");
        let taken = loan.take(session.hub(), *value, patience);
        scenario.log.activity(title, taken).await?;
        let confirmed = session.journal.confirm(entry, &loan.holder).await;
        confirmed.map_err(|source| Error::Journal {
            what: format!("the {loan}"),
            source,
        })?;
    }
    Ok(())
}
