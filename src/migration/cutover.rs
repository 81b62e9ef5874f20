//! The cutover of a warm migration: when its running VMs are switched off and copied for the last time.

use std::time::Duration;

use forklift_api::forklift::Migration;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams},
};
use serde_json::json;

use super::Error;
use super::execution::RunningMigration;
use super::options::PlanKind;
use super::plan::MigrationPlan;
use crate::cluster::retrying;

impl MigrationPlan {
    /// When a migration that is run from beginning to end is cut over: as said, else, for a warm one, as the settings say.
    ///
    /// # Errors
    /// It was said, and the migration is cold.
    pub(super) fn cutover(&self, said: Option<Duration>) -> Result<Option<Duration>, Error> {
        match (self.kind, said) {
            (PlanKind::Cold, Some(_)) => Err(Error::NoCutover { plan: self.name() }),
            (PlanKind::Cold, None) => Ok(None),
            (PlanKind::Warm, said) => Ok(Some(said.unwrap_or(self.scenario.session.settings.migration.cutover))),
        }
    }

    /// Tells a running migration when to cut over: so long from now, or at once.
    pub async fn schedule_cutover(&self, running: &RunningMigration, after: Option<Duration>) -> Result<(), Error> {
        self.cutover(Some(after.unwrap_or_default()))?;
        let at = match after {
            Some(after) => self.moment(after),
            // A time that is not over yet would let another precopy begin.
            None => Time(whole_seconds(Timestamp::now())),
        };
        let namespace = self.plan.namespace().unwrap_or_default();
        let migrations: Api<Migration> = Api::namespaced(self.scenario.session.cluster.client.clone(), &namespace);
        let change = Patch::Merge(json!({"spec": {"cutover": at}}));
        let params = PatchParams::default();
        let patched = retrying(|| migrations.patch(&running.name, &params, &change)).await;
        patched.map(drop).map_err(|source| Error::Schedule {
            migration: running.name.clone(),
            source: Box::new(source),
        })
    }

    /// A stated time from now, on the clock of the target. Kubernetes' times have whole seconds: it is never earlier.
    pub(super) fn moment(&self, after: Duration) -> Time {
        let real = self.scenario.session.clock.stated(after);
        let at = Timestamp::now().checked_add(real).unwrap_or(Timestamp::MAX);
        match whole_seconds(at) {
            whole if whole == at => Time(at),
            whole => Time(whole.checked_add(Duration::from_secs(1)).unwrap_or(whole)),
        }
    }
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
