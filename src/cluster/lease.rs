//! Leases of cluster-wide settings: holders of the same value share a lease, a holder of another value waits for its turn, and
//! the last holder restores the original value.
//!
//! A Lease object in the namespace of the ForkliftController has the current value, the original value, the holders and the
//! waiting holders in order of arrival, so that runs in other processes see it. It is written before the setting is changed,
//! so that the change of a killed run can be reverted.

use std::{collections::BTreeSet, time::Duration};

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, ListParams, ObjectMeta, PostParams, Preconditions},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error as ThisError;

use sim_clock::Instant;

use super::{
    Cluster,
    condition::ConditionState,
    is_conflict, is_not_found, retrying,
    wait::{self, Wait},
};
use crate::journal::{ControllerSetting, SettingLease};

/// Label of all such Leases.
const LABEL: (&str, &str) = ("mtv-bdd.io/lease", "controller-setting");
/// Annotation: the leased value.
const VALUE: &str = "mtv-bdd.io/value";
/// Annotation: the original value, as JSON.
const ORIGINAL: &str = "mtv-bdd.io/original";
/// Annotation: the holders, as a JSON list.
const HOLDERS: &str = "mtv-bdd.io/holders";
/// Annotation: the waiting holders, as a JSON list.
const WAITING: &str = "mtv-bdd.io/waiting";

/// A waiting holder that has not renewed its entry for this long is ignored: its run was killed.
const COUNTS: SignedDuration = SignedDuration::from_secs(60);
/// How often a waiting holder renews its entry.
const RENEW_INTERVAL: Duration = Duration::from_secs(20);

/// A lease could not be acquired or released.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The API refuses.
    #[error("could not {action}")]
    Request {
        /// The attempted action and its object.
        action: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// Another holder keeps another value for too long, or the controller was not rolled out in time.
    #[error(transparent)]
    Wait(Box<wait::Error>),
}

/// Timeouts of [`SettingLease::acquire`].
#[derive(Debug, Clone, Copy)]
pub struct LeaseTimeouts {
    /// For a change of the holders while others hold another value; each change restarts it.
    pub turn: Duration,
    /// For the rollout of MTV's controller with the value.
    pub rollout: Duration,
}

/// Contents of the Lease object.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Terms {
    value: u64,
    original: Value,
    holders: BTreeSet<String>,
    /// In order of arrival.
    waiting: Vec<Waiting>,
}

/// A holder that waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Waiting {
    who: String,
    value: u64,
    /// Last renewal.
    seen: Timestamp,
}

impl Terms {
    fn from_lease(lease: &Lease) -> Self {
        let annotation = |key: &str| lease.annotations().get(key).map(String::as_str).unwrap_or_default();
        Self {
            value: annotation(VALUE).parse().unwrap_or_default(),
            original: serde_json::from_str(annotation(ORIGINAL)).unwrap_or_default(),
            holders: serde_json::from_str(annotation(HOLDERS)).unwrap_or_default(),
            waiting: serde_json::from_str(annotation(WAITING)).unwrap_or_default(),
        }
    }

    fn write(&self, lease: &mut Lease) {
        let annotations = lease.annotations_mut();
        annotations.insert(VALUE.to_owned(), self.value.to_string());
        annotations.insert(ORIGINAL.to_owned(), self.original.to_string());
        annotations.insert(HOLDERS.to_owned(), json!(self.holders).to_string());
        annotations.insert(WAITING.to_owned(), json!(self.waiting).to_string());
        let spec = lease.spec.get_or_insert_default();
        spec.holder_identity = self.holders.first().cloned();
    }

    /// Whether `who` can acquire the value now: no holder has another value, and no earlier waiting holder wants another.
    fn is_turn_of(&self, who: &str, value: u64, now: Timestamp) -> bool {
        let before = self.waiting.iter().take_while(|waiting| waiting.who != who);
        let mut before = before.filter(|waiting| now.duration_since(waiting.seen) < COUNTS);
        (self.holders.is_empty() || self.value == value) && before.all(|waiting| waiting.value == value)
    }

    /// Adds or renews the entry of a waiting holder; its position does not change.
    fn queue(&mut self, who: &str, value: u64, now: Timestamp) {
        match self.waiting.iter_mut().find(|waiting| waiting.who == who) {
            Some(waiting) => waiting.seen = now,
            None => self.waiting.push(Waiting {
                who: who.to_owned(),
                value,
                seen: now,
            }),
        }
    }

    /// Removes `who` from holders and waiting holders; whether it was among them.
    fn leave(&mut self, who: &str) -> bool {
        let waiting = self.waiting.len();
        self.waiting.retain(|waiting| waiting.who != who);
        self.holders.remove(who) || self.waiting.len() < waiting
    }

    /// The holders, or else the earlier waiting holders, that `who` waits for.
    fn in_the_way_of(&self, who: &str) -> String {
        let before = self.waiting.iter().take_while(|waiting| waiting.who != who);
        let before: Vec<&str> = before.map(|waiting| waiting.who.as_str()).collect();
        let holders: Vec<&str> = self.holders.iter().map(String::as_str).collect();
        let value = self.value;
        match (holders.as_slice(), before.as_slice()) {
            ([], _) => format!("{} came before", before.join(", ")),
            (_, []) => format!("it is {value} as long as {} needs that", holders.join(", ")),
            _ => format!(
                "it is {value} as long as {} needs that, and {} came before",
                holders.join(", "),
                before.join(", ")
            ),
        }
    }
}

impl SettingLease {
    /// Acquires the lease and returns when MTV's controller runs with the value. Holders of the same value share the lease,
    /// unless an earlier holder waits for another value: then this one waits too.
    pub async fn acquire(&self, cluster: &Cluster, value: u64, timeouts: LeaseTimeouts) -> Result<(), Error> {
        let (leases, name) = (self.leases(&cluster.client), self.name());
        let mut holders = None;
        let mut deadline = Instant::now();
        loop {
            let found = retrying(|| leases.get_opt(&name)).await;
            let Some(lease) = found.map_err(self.failed("read the lease of"))? else {
                if self.open(cluster, &leases, value).await? {
                    break;
                }
                continue;
            };
            let terms = Terms::from_lease(&lease);
            if terms.holders.contains(&self.holder) {
                break;
            }
            if terms.is_turn_of(&self.holder, value, sim_clock::now()) {
                if self.join(cluster, &leases, lease, value).await? {
                    break;
                }
                continue;
            }
            if holders.as_ref() != Some(&terms.holders) {
                holders = Some(terms.holders);
                deadline = Instant::now() + cluster.clock.deadline(timeouts.turn);
            }
            if let Some(lease) = self.queue(&leases, lease, value).await? {
                self.await_change(cluster, &leases, &lease, value, timeouts.turn, deadline)
                    .await?;
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
            .in_force(cluster, &self.namespace, value, timeouts.rollout)
            .await;
        waited.map_err(|error| Error::Wait(Box::new(error)))
    }

    /// Whether the Lease object names this holder, as holder or waiting.
    pub async fn is_open(&self, client: &Client) -> Result<bool, Error> {
        let (leases, name) = (self.leases(client), self.name());
        let found = retrying(|| leases.get_opt(&name)).await;
        let lease = found.map_err(self.failed("read the lease of"))?;
        Ok(lease.is_some_and(|lease| Terms::from_lease(&lease).leave(&self.holder)))
    }

    /// Releases the lease, or stops waiting for it. The last holder restores the original value, unless another user has
    /// changed it meanwhile.
    pub async fn release(&self, client: &Client) -> Result<(), Error> {
        let (leases, name) = (self.leases(client), self.name());
        loop {
            let found = retrying(|| leases.get_opt(&name)).await;
            let Some(mut lease) = found.map_err(self.failed("read the lease of"))? else {
                return Ok(());
            };
            let mut terms = Terms::from_lease(&lease);
            let held = terms.holders.contains(&self.holder);
            if !terms.leave(&self.holder) {
                return Ok(());
            }
            if held && terms.holders.is_empty() {
                // Restored first: as long as the Lease names the holder, a cleanup can still restore it.
                self.restore(client, &terms).await?;
            }
            let given = if terms.holders.is_empty() && terms.waiting.is_empty() {
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
                // Another holder joined or left at the same moment.
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
            waiting: Vec::new(),
        }
        .write(&mut lease);
        match leases.create(&PostParams::default(), &lease).await {
            Ok(_) => Ok(true),
            // Another holder created it first.
            Err(error) if is_conflict(&error) => Ok(false),
            Err(error) => Err(self.failed("lease")(error)),
        }
    }

    /// Joins the holders; the first one of them after a change of turns is as if it opened the Lease.
    async fn join(&self, cluster: &Cluster, leases: &Api<Lease>, mut lease: Lease, value: u64) -> Result<bool, Error> {
        let mut terms = Terms::from_lease(&lease);
        if terms.holders.is_empty() {
            let original = self.setting.read(&cluster.client, &self.namespace).await;
            terms.original = original.map_err(self.failed("read"))?;
            terms.value = value;
        }
        terms.leave(&self.holder);
        terms.holders.insert(self.holder.clone());
        terms.write(&mut lease);
        Ok(self.replace(leases, &lease).await?.is_some())
    }

    /// Writes into the Lease that this waits.
    async fn queue(&self, leases: &Api<Lease>, mut lease: Lease, value: u64) -> Result<Option<Lease>, Error> {
        let mut terms = Terms::from_lease(&lease);
        terms.queue(&self.holder, value, sim_clock::now());
        terms.write(&mut lease);
        self.replace(leases, &lease).await
    }

    /// Writes the Lease, unless it has changed meanwhile.
    async fn replace(&self, leases: &Api<Lease>, lease: &Lease) -> Result<Option<Lease>, Error> {
        match leases.replace(&self.name(), &PostParams::default(), lease).await {
            Ok(lease) => Ok(Some(lease)),
            Err(error) if is_conflict(&error) || is_not_found(&error) => Ok(None),
            Err(error) => Err(self.failed("lease")(error)),
        }
    }

    /// Waits until the Lease changes otherwise than by signs of life, or for a sign of life's time.
    async fn await_change(
        &self,
        cluster: &Cluster,
        leases: &Api<Lease>,
        lease: &Lease,
        value: u64,
        timeouts: Duration,
        deadline: Instant,
    ) -> Result<(), Error> {
        let terms = Terms::from_lease(lease);
        let left = deadline.saturating_duration_since(Instant::now());
        let waited = Wait::new(cluster, leases.clone(), self.name())
            .for_(format!(
                "its turn to set {} to {value}: {}",
                self.setting,
                terms.in_the_way_of(&self.holder)
            ))
            .at_most(cluster.clock.simulated(left.min(RENEW_INTERVAL)))
            .until(|now: Option<&Lease>| ConditionState::from_bool(is_news(&terms, now), || "another turn".to_owned()))
            .await;
        match waited {
            Err(wait::Error::TimedOut {
                awaited,
                last,
                standstill,
                ..
            }) if Instant::now() >= deadline => {
                Err(Error::Wait(Box::new(wait::Error::TimedOut {
                    awaited,
                    deadline: cluster.clock.describe(timeouts),
                    last,
                    standstill,
                    advice: Some(
                        "where such a run has been killed, `mtv-bdd cleanup` with its target gives its settings back; where it \
                         is still at work, raise timeouts.migration"
                            .to_owned(),
                    ),
                })))
            }
            Ok(_) | Err(wait::Error::TimedOut { .. } | wait::Error::Deleted { .. } | wait::Error::Replaced { .. }) => Ok(()),
            Err(error) => Err(Error::Wait(Box::new(error))),
        }
    }

    async fn restore(&self, client: &Client, terms: &Terms) -> Result<(), Error> {
        let ours = Value::from(terms.value);
        let restored = self
            .setting
            .set(client, &self.namespace, &terms.original, |found| *found == ours)
            .await;
        let found = restored.map_err(self.failed("restore"))?;
        if found != ours && found != terms.original {
            tracing::warn!(%found, original = %terms.original, setting = %self.setting, "another user has changed the setting; it is not restored");
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

/// Whether the Lease object is gone, or its holders or waiting holders have changed.
fn is_news(before: &Terms, now: Option<&Lease>) -> bool {
    let Some(now) = now.map(Terms::from_lease) else {
        return true;
    };
    let queue = |terms: &Terms| -> Vec<String> { terms.waiting.iter().map(|waiting| waiting.who.clone()).collect() };
    (now.value, &now.holders, queue(&now)) != (before.value, &before.holders, queue(before))
}

/// The loans of a run that are open or waited for, in all namespaces: for a run whose journal is lost.
pub async fn setting_leases_of(client: &Client, run: &str) -> Result<Vec<SettingLease>, kube::Error> {
    let leases: Api<Lease> = Api::all(client.clone());
    let ours = ListParams::default().labels(&format!("{}={}", LABEL.0, LABEL.1));
    let found = retrying(|| leases.list(&ours)).await?;
    let loans = found.into_iter().flat_map(|lease| {
        let namespace = lease.namespace().unwrap_or_default();
        let setting = ControllerSetting::ALL
            .into_iter()
            .find(|setting| lease.name_any().ends_with(&setting.field().replace('_', "-")));
        let terms = Terms::from_lease(&lease);
        let waiting = terms.waiting.into_iter().map(|waiting| waiting.who);
        let of_run = terms
            .holders
            .into_iter()
            .chain(waiting)
            .filter(|holder| holder.split('/').next() == Some(run));
        of_run
            .filter_map(|holder| {
                Some(SettingLease {
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

    /// Each of the queue came a second after the one before it, the first at 1000 s.
    fn terms(holders: &[&str], queue: &[(&str, u64)]) -> Terms {
        let seconds = 1000_i64..;
        Terms {
            value: 1,
            original: Value::from(60),
            holders: holders.iter().map(|&holder| holder.to_owned()).collect(),
            waiting: seconds
                .zip(queue)
                .map(|(seen, &(who, value))| Waiting {
                    who: who.to_owned(),
                    value,
                    seen: Timestamp::from_second(seen).unwrap(),
                })
                .collect(),
        }
    }

    #[test]
    fn what_a_lease_says_can_be_read_again() {
        for original in [Value::Null, Value::from(60), Value::from("60")] {
            let terms = Terms {
                original,
                ..terms(&["auto-ab12/a", "auto-ab12/b"], &[("auto-ab12/c", 2)])
            };
            let mut lease = Lease::default();
            terms.write(&mut lease);
            assert_eq!(Terms::from_lease(&lease), terms);
        }
    }

    #[test]
    fn turns_are_taken_in_the_order_of_arrival() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for (holders, queue, who, value, expected) in [
            (&["a"][..], &[][..], "b", 1, true),
            (&["a"], &[], "b", 2, false),
            // Who comes later does not overtake.
            (&["a"], &[("b", 2)], "c", 1, false),
            (&["a"], &[("b", 2)], "b", 2, false),
            (&["a"], &[("b", 2), ("c", 1)], "c", 1, false),
            (&[], &[("b", 2), ("c", 1)], "c", 1, false),
            (&[], &[("b", 2), ("c", 1)], "b", 2, true),
            // Who wants the same need not wait for who came before.
            (&["a"], &[("b", 1)], "c", 1, true),
            (&[], &[("b", 2), ("c", 2)], "c", 2, true),
        ] {
            let terms = terms(holders, queue);
            assert_eq!(
                terms.is_turn_of(who, value, at(1010)),
                expected,
                "{who} wants {value}: {terms:?}"
            );
        }
        let terms = terms(&["a"], &[("b", 2)]);
        assert!(!terms.is_turn_of("c", 1, at(1059)));
        assert!(terms.is_turn_of("c", 1, at(1060)), "no sign of life of b for a minute");
    }

    #[test]
    fn a_sign_of_life_keeps_the_place_and_is_no_news() {
        let before = terms(&["a"], &[("b", 2), ("c", 1)]);
        let mut now = before.clone();
        now.queue("b", 2, Timestamp::from_second(1030).unwrap());
        let order: Vec<&str> = now.waiting.iter().map(|waiting| waiting.who.as_str()).collect();
        assert_eq!(order, ["b", "c"]);
        let lease = |terms: &Terms| {
            let mut lease = Lease::default();
            terms.write(&mut lease);
            lease
        };
        assert!(!is_news(&before, Some(&lease(&now))));
        now.leave("c");
        assert!(is_news(&before, Some(&lease(&now))));
        assert!(is_news(&before, None));
    }

    #[test]
    fn a_wait_names_who_is_in_the_way() {
        let said = |holders: &[&str], queue: &[(&str, u64)]| terms(holders, queue).in_the_way_of("me");
        insta::assert_snapshot!(said(&["a", "b"], &[("me", 2)]), @"it is 1 as long as a, b needs that");
        insta::assert_snapshot!(said(&["a"], &[("b", 2), ("me", 1)]), @"it is 1 as long as a needs that, and b came before");
        insta::assert_snapshot!(said(&[], &[("b", 2), ("me", 1)]), @"b came before");
    }
}
