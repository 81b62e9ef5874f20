//! Cluster-wide settings on loan: whoever wants the same value shares it, whoever wants another waits for its turn, and the
//! last one restores what was there before.
//!
//! A Lease beside the ForkliftController says which value holds, what the original was, and who holds it: runs of other
//! processes and machines see it too. It is written before the setting is changed, so that whoever finds it can undo what a
//! killed run began.

use std::{collections::BTreeSet, fmt, time::Duration};

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, ListParams, ObjectMeta, PostParams, Preconditions},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error as ThisError;

use super::{Cluster, ControllerSetting, is_conflict, is_not_found, retrying, wait, wait::Wait};

/// Label of all such Leases.
const LABEL: (&str, &str) = ("mtv-bdd.io/lease", "controller-setting");
/// The value on loan.
const VALUE: &str = "mtv-bdd.io/value";
/// The value before, as JSON.
const ORIGINAL: &str = "mtv-bdd.io/original";
/// Who holds it, as a JSON list.
const HOLDERS: &str = "mtv-bdd.io/holders";

/// A setting could not be had, or not be given back.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The API refuses.
    #[error("could not {action}")]
    Request {
        /// What was tried, on what.
        action: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// Somebody else holds another value for too long, or the controller is not rolled out.
    #[error(transparent)]
    Wait(Box<wait::Error>),
}

/// One loan of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Loan {
    /// Namespace of the ForkliftController.
    pub namespace: String,
    /// The setting.
    pub setting: ControllerSetting,
    /// Who has it: run and scenario.
    pub holder: String,
}

impl fmt::Display for Loan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "change of {} in ForkliftController {}/forklift-controller",
            self.setting, self.namespace
        )
    }
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until the holders of another value are done.
    pub turn: Duration,
    /// Until MTV's controller runs with the value.
    pub rollout: Duration,
}

/// What a Lease says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Terms {
    value: u64,
    original: Value,
    holders: BTreeSet<String>,
}

impl Terms {
    fn of(lease: &Lease) -> Self {
        let annotation = |key: &str| lease.annotations().get(key).map(String::as_str).unwrap_or_default();
        Self {
            value: annotation(VALUE).parse().unwrap_or_default(),
            original: serde_json::from_str(annotation(ORIGINAL)).unwrap_or_default(),
            holders: serde_json::from_str(annotation(HOLDERS)).unwrap_or_default(),
        }
    }

    fn write(&self, lease: &mut Lease) {
        let annotations = lease.annotations_mut();
        annotations.insert(VALUE.to_owned(), self.value.to_string());
        annotations.insert(ORIGINAL.to_owned(), self.original.to_string());
        annotations.insert(HOLDERS.to_owned(), serde_json::json!(self.holders).to_string());
        let spec = lease.spec.get_or_insert_default();
        spec.holder_identity = self.holders.first().cloned();
    }
}

impl Loan {
    /// Takes the setting: returns when MTV's controller runs with the value. Others may hold the same value.
    pub async fn take(&self, cluster: &Cluster, value: u64, patience: Patience) -> Result<(), Error> {
        let (leases, name) = (self.leases(&cluster.client), self.name());
        loop {
            let found = retrying(|| leases.get_opt(&name)).await;
            let taken = match found.map_err(self.failed("read the lease of"))? {
                None => self.open(cluster, &leases, value).await?,
                Some(lease) if Terms::of(&lease).value == value => self.join(&leases, lease).await?,
                Some(lease) => {
                    self.await_turn(cluster, &leases, &lease, value, patience.turn).await?;
                    false
                }
            };
            if taken {
                break;
            }
        }
        let wanted = Value::from(value);
        let set = self
            .setting
            .set(&cluster.client, &self.namespace, &wanted, |_| true)
            .await;
        set.map_err(self.failed("set"))?;
        let waited = self
            .setting
            .in_force(cluster, &self.namespace, value, patience.rollout)
            .await;
        waited.map_err(|error| Error::Wait(Box::new(error)))
    }

    /// Whether a Lease says that this loan is open.
    pub async fn is_open(&self, client: &Client) -> Result<bool, Error> {
        let (leases, name) = (self.leases(client), self.name());
        let found = retrying(|| leases.get_opt(&name)).await;
        let lease = found.map_err(self.failed("read the lease of"))?;
        Ok(lease.is_some_and(|lease| Terms::of(&lease).holders.contains(&self.holder)))
    }

    /// Gives the setting back. The last holder restores the original, unless somebody has set another value meanwhile.
    pub async fn give_back(&self, client: &Client) -> Result<(), Error> {
        let (leases, name) = (self.leases(client), self.name());
        loop {
            let found = retrying(|| leases.get_opt(&name)).await;
            let Some(mut lease) = found.map_err(self.failed("read the lease of"))? else {
                return Ok(());
            };
            let mut terms = Terms::of(&lease);
            if !terms.holders.remove(&self.holder) {
                return Ok(());
            }
            let given = if terms.holders.is_empty() {
                // Restored first: as long as the Lease is there, somebody can still do it.
                self.restore(client, &terms).await?;
                self.close(&leases, &lease).await
            } else {
                terms.write(&mut lease);
                leases
                    .replace(&self.name(), &PostParams::default(), &lease)
                    .await
                    .map(drop)
            };
            match given {
                Ok(()) => return Ok(()),
                // Somebody joined or left at the same moment.
                Err(error) if is_conflict(&error) || is_not_found(&error) => {}
                Err(error) => return Err(self.failed("give back")(error)),
            }
        }
    }

    async fn open(&self, cluster: &Cluster, leases: &Api<Lease>, value: u64) -> Result<bool, Error> {
        let original = self.setting.read(&cluster.client, &self.namespace).await;
        let original = original.map_err(self.failed("read"))?;
        let mut lease = Lease {
            metadata: ObjectMeta {
                name: Some(self.name()),
                namespace: Some(self.namespace.clone()),
                labels: Some([(LABEL.0.to_owned(), LABEL.1.to_owned())].into()),
                ..ObjectMeta::default()
            },
            spec: Some(LeaseSpec::default()),
        };
        let holders = BTreeSet::from([self.holder.clone()]);
        Terms {
            value,
            original,
            holders,
        }
        .write(&mut lease);
        match leases.create(&PostParams::default(), &lease).await {
            Ok(_) => Ok(true),
            // Somebody was faster.
            Err(error) if is_conflict(&error) => Ok(false),
            Err(error) => Err(self.failed("lease")(error)),
        }
    }

    async fn join(&self, leases: &Api<Lease>, mut lease: Lease) -> Result<bool, Error> {
        let mut terms = Terms::of(&lease);
        if !terms.holders.insert(self.holder.clone()) {
            return Ok(true);
        }
        terms.write(&mut lease);
        match leases.replace(&self.name(), &PostParams::default(), &lease).await {
            Ok(_) => Ok(true),
            Err(error) if is_conflict(&error) || is_not_found(&error) => Ok(false),
            Err(error) => Err(self.failed("lease")(error)),
        }
    }

    /// Waits until this Lease has gone.
    async fn await_turn(
        &self,
        cluster: &Cluster,
        leases: &Api<Lease>,
        lease: &Lease,
        value: u64,
        at_most: Duration,
    ) -> Result<(), Error> {
        let Terms {
            value: held, holders, ..
        } = Terms::of(lease);
        let holders: Vec<&str> = holders.iter().map(String::as_str).collect();
        let waited = Wait::new(cluster, leases.clone(), self.name())
            .for_(format!(
                "its turn to set {} to {value}: it is {held} as long as {} needs that",
                self.setting,
                holders.join(", ")
            ))
            .at_most(at_most)
            .advice(
                "where such a run has been killed, `mtv-bdd cleanup` with its target gives its settings back; where it is still at \
                 work, raise timeouts.migration",
            )
            .of_uid(lease.uid().unwrap_or_default())
            .until_gone()
            .await;
        waited.map_err(|error| Error::Wait(Box::new(error)))
    }

    async fn restore(&self, client: &Client, terms: &Terms) -> Result<(), Error> {
        let ours = Value::from(terms.value);
        let restored = self
            .setting
            .set(client, &self.namespace, &terms.original, |found| *found == ours)
            .await;
        let found = restored.map_err(self.failed("restore"))?;
        if found != ours && found != terms.original {
            tracing::warn!(%found, original = %terms.original, setting = %self.setting, "somebody has changed it; it stays");
        }
        Ok(())
    }

    async fn close(&self, leases: &Api<Lease>, lease: &Lease) -> Result<(), kube::Error> {
        let unchanged = Preconditions {
            uid: lease.uid(),
            resource_version: lease.resource_version(),
        };
        let params = DeleteParams::default().preconditions(unchanged);
        leases.delete(&self.name(), &params).await.map(drop)
    }

    fn name(&self) -> String {
        format!("mtv-bdd-{}", self.setting.field().replace('_', "-"))
    }

    fn leases(&self, client: &Client) -> Api<Lease> {
        Api::namespaced(client.clone(), &self.namespace)
    }

    fn failed(&self, verb: &str) -> impl FnOnce(kube::Error) -> Error + use<> {
        let action = format!(
            "{verb} {} of ForkliftController {}/forklift-controller",
            self.setting, self.namespace
        );
        move |source| Error::Request {
            action,
            source: Box::new(source),
        }
    }
}

/// The loans of a run that are open, in all namespaces: for a run whose journal is lost.
pub async fn loans_of(client: &Client, run: &str) -> Result<Vec<Loan>, kube::Error> {
    let leases: Api<Lease> = Api::all(client.clone());
    let ours = ListParams::default().labels(&format!("{}={}", LABEL.0, LABEL.1));
    let found = retrying(|| leases.list(&ours)).await?;
    let loans = found.into_iter().flat_map(|lease| {
        let namespace = lease.namespace().unwrap_or_default();
        let setting = ControllerSetting::ALL
            .into_iter()
            .find(|setting| lease.name_any().ends_with(&setting.field().replace('_', "-")));
        let holders = Terms::of(&lease).holders;
        let of_run = holders
            .into_iter()
            .filter(|holder| holder.split('/').next() == Some(run));
        of_run
            .filter_map(|holder| {
                Some(Loan {
                    namespace: namespace.clone(),
                    setting: setting?,
                    holder,
                })
            })
            .collect::<Vec<_>>()
    });
    Ok(loans.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lease_says_can_be_read_again() {
        for original in [Value::Null, Value::from(60), Value::from("60")] {
            let terms = Terms {
                value: 2,
                original,
                holders: ["auto-ab12/a".to_owned(), "auto-ab12/b".to_owned()].into(),
            };
            let mut lease = Lease::default();
            terms.write(&mut lease);
            assert_eq!(Terms::of(&lease), terms);
        }
    }
}
