//! Forklift's conditions of a plan, as Then sentences compare them.

use std::fmt::Debug;

use forklift_api::forklift::condition_types::{self, Category};
use forklift_api::forklift::{Condition, Conditions, NetworkMap, Plan, StorageMap};
use k8s_openapi::NamespaceResourceScope;
use kube::{Api, Resource};
use serde::de::DeserializeOwned;
use thiserror::Error as ThisError;

use crate::{
    cluster::{blockers::describe_all, retrying},
    migration::{Error, setup::MigrationPlan},
};

/// The plan is not as it was said to be.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum Unexpected {
    /// The plan should be ready.
    #[error("the plan {plan} is not ready; it has {conditions}")]
    NotReady {
        /// Name of the plan.
        plan: String,
        /// Conditions of the plan.
        conditions: String,
    },
    /// The plan should be blocked by a condition.
    #[error("the plan {plan} does not report {type_} as a reason for not being ready; it has {conditions}")]
    NotBecauseOf {
        /// Name of the plan.
        plan: String,
        /// The condition that was expected.
        type_: String,
        /// Conditions of the plan.
        conditions: String,
    },
    /// The plan should have a condition.
    #[error("the plan {plan} does not report {type_}; it has {conditions}")]
    Silent {
        /// Name of the plan.
        plan: String,
        /// The condition that was expected.
        type_: String,
        /// Conditions of the plan.
        conditions: String,
    },
    /// The plan should not have a condition.
    #[error("the plan {plan} reports {condition}")]
    Reports {
        /// Name of the plan.
        plan: String,
        /// The condition.
        condition: String,
    },
}

impl MigrationPlan {
    /// The Plan as it is now, unless it has been deleted.
    pub async fn read_again(&self) -> Result<Option<Plan>, Error> {
        let (api, name) = (self.api(), self.name());
        let found = retrying(|| api.get_opt(&name)).await;
        found.map_err(|error| self.unreadable("conditions", error))
    }

    /// Current conditions of the plan and its maps.
    pub async fn now(&self) -> Result<PlanNow, Error> {
        let plan: Plan = self.observe(&self.name()).await?;
        let mut conditions = plan.status.conditions().to_vec();
        let maps = &plan.spec.map;
        if plan.status.is_true(condition_types::NETWORK_MAP_NOT_READY) {
            let map: NetworkMap = self.observe(maps.network.name.as_deref().unwrap_or_default()).await?;
            conditions.extend_from_slice(map.status.conditions());
        }
        if plan.status.is_true(condition_types::STORAGE_MAP_NOT_READY) {
            let map: StorageMap = self.observe(maps.storage.name.as_deref().unwrap_or_default()).await?;
            conditions.extend_from_slice(map.status.conditions());
        }
        Ok(PlanNow {
            name: self.name(),
            is_ready: plan.status.is_true(condition_types::READY),
            conditions,
        })
    }

    /// An object beside the Plan.
    pub(in crate::migration) async fn observe<K>(&self, name: &str) -> Result<K, Error>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + Debug + DeserializeOwned,
    {
        let namespace = self.api().namespace().unwrap_or_default().to_owned();
        let api: Api<K> = Api::namespaced(self.scenario.session.hub().client.clone(), &namespace);
        let found = retrying(|| api.get(name)).await;
        found.map_err(|error| self.unreadable("conditions", error))
    }

    /// An object other than the Plan could not be read.
    pub fn unreadable(&self, what: &'static str, error: kube::Error) -> Error {
        Error::Observe {
            what,
            plan: self.name(),
            source: Box::new(error),
        }
    }
}

/// A Plan at one moment.
#[derive(Debug, Clone)]
pub struct PlanNow {
    name: String,
    is_ready: bool,
    /// Conditions of the plan, followed by those of a map that it waits for.
    conditions: Vec<Condition>,
}

impl PlanNow {
    /// Checks that the plan is ready.
    pub fn is_ready(&self) -> Result<(), Unexpected> {
        if self.is_ready {
            Ok(())
        } else {
            Err(Unexpected::NotReady {
                plan: self.name.clone(),
                conditions: self.described(),
            })
        }
    }

    /// Checks that the plan is not ready because of a condition of this type, of its own or of one of its maps.
    pub fn is_refused_because_of(&self, type_: &str) -> Result<(), Unexpected> {
        let blocks = self.condition(type_).is_some_and(Condition::is_blocker);
        if blocks && !self.is_ready {
            Ok(())
        } else {
            Err(Unexpected::NotBecauseOf {
                plan: self.name.clone(),
                type_: type_.to_owned(),
                conditions: self.described(),
            })
        }
    }

    /// Checks that a condition of this type is true, blocking or warning.
    pub fn reports(&self, type_: &str) -> Result<(), Unexpected> {
        match self.condition(type_) {
            Some(_) => Ok(()),
            None => Err(Unexpected::Silent {
                plan: self.name.clone(),
                type_: type_.to_owned(),
                conditions: self.described(),
            }),
        }
    }

    /// Checks that no condition of this type is true.
    pub fn does_not_report(&self, type_: &str) -> Result<(), Unexpected> {
        match self.condition(type_) {
            None => Ok(()),
            Some(condition) => Err(Unexpected::Reports {
                plan: self.name.clone(),
                condition: describe_all([condition]),
            }),
        }
    }

    /// Conditions for a message: the blocking ones if there are any, else all.
    fn described(&self) -> String {
        let blocked = self.conditions.iter().any(Condition::is_blocker);
        let told = self
            .conditions
            .iter()
            .filter(|condition| !(blocked && condition.category == Category::Advisory.as_str()));
        describe_all(told)
    }

    fn condition(&self, type_: &str) -> Option<&Condition> {
        // Some types end in the id of the VM that they are about: `SharedDisks-vm-1001`.
        let is_it = |found: &str| found == type_ || found.strip_prefix(type_).is_some_and(|rest| rest.starts_with('-'));
        let mut conditions = self.conditions.iter();
        conditions.find(|condition| is_it(&condition.type_) && condition.is_true())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(conditions: &[(&str, &str)]) -> PlanNow {
        let conditions = conditions.iter().map(|(type_, category)| Condition {
            type_: (*type_).into(),
            category: (*category).into(),
            status: "True".into(),
            message: Some(format!("{type_} holds.")),
            ..Condition::default()
        });
        let conditions: Vec<_> = conditions.collect();
        PlanNow {
            name: "p1".into(),
            is_ready: conditions.iter().any(|condition| condition.type_ == "Ready"),
            conditions,
        }
    }

    #[test]
    fn readiness_and_its_obstacles_are_judged() {
        let ready = plan(&[("Ready", "Required"), ("NetMapPreservingIPsOnPodNetwork", "Warn")]);
        let refused = plan(&[("VMNetworksNotMapped", "Critical"), ("ValidatingVDDK", "Advisory")]);
        assert_eq!(ready.is_ready(), Ok(()));
        assert_eq!(refused.is_refused_because_of("VMNetworksNotMapped"), Ok(()));
        assert_eq!(refused.does_not_report("VMStorageNotMapped"), Ok(()));
        insta::assert_snapshot!(refused.is_ready().expect_err("refused"), @"the plan p1 is not ready; it has VMNetworksNotMapped: VMNetworksNotMapped holds.");
        insta::assert_snapshot!(
            refused.is_refused_because_of("VMStorageNotMapped").expect_err("another one"),
            @"the plan p1 does not report VMStorageNotMapped as a reason for not being ready; it has VMNetworksNotMapped: VMNetworksNotMapped holds."
        );
        insta::assert_snapshot!(
            ready.does_not_report("NetMapPreservingIPsOnPodNetwork").expect_err("reported"),
            @"the plan p1 reports NetMapPreservingIPsOnPodNetwork: NetMapPreservingIPsOnPodNetwork holds."
        );
    }

    #[test]
    fn a_type_may_end_in_the_id_of_a_vm() {
        let refused = plan(&[("SharedDisks-vm-1001", "Critical")]);
        assert_eq!(refused.is_refused_because_of("SharedDisks"), Ok(()));
        assert_eq!(refused.does_not_report("Shared"), Ok(()));
    }

    #[test]
    fn a_warning_is_no_reason_for_not_being_ready() {
        let warned = plan(&[("VMMissingGuestIPs", "Warn")]);
        assert!(warned.is_refused_because_of("VMMissingGuestIPs").is_err());
        assert_eq!(warned.reports("VMMissingGuestIPs"), Ok(()));
        insta::assert_snapshot!(
            warned.reports("TargetNameNotValid").expect_err("silent"),
            @"the plan p1 does not report TargetNameNotValid; it has VMMissingGuestIPs: VMMissingGuestIPs holds."
        );
    }
}
