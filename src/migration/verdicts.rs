//! What Forklift says about a plan, as Thens ask for it.

use forklift_api::forklift::{Condition, Conditions, Plan};
use thiserror::Error as ThisError;

use super::Error;
use super::conditions::describe_all;
use super::plan::MigrationPlan;
use crate::cluster::retrying;

/// The plan is not as it was said to be.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum Unexpected {
    /// It should be ready.
    #[error("the plan {plan} is not ready; it has {conditions}")]
    NotReady {
        /// Its name.
        plan: String,
        /// What it has.
        conditions: String,
    },
    /// It should not be ready because of something.
    #[error("the plan {plan} does not report {type_} as a reason for not being ready; it has {conditions}")]
    NotBecauseOf {
        /// Its name.
        plan: String,
        /// The condition that was expected.
        type_: String,
        /// What it has.
        conditions: String,
    },
    /// It should not report something.
    #[error("the plan {plan} reports {condition}")]
    Reports {
        /// Its name.
        plan: String,
        /// The condition.
        condition: String,
    },
}

impl MigrationPlan {
    /// The Plan as it is now.
    pub async fn now(&self) -> Result<PlanNow, Error> {
        let name = self.name();
        let plans = self.api();
        let plan = retrying(|| plans.get(&name)).await.map_err(|source| Error::Observe {
            what: "conditions",
            plan: name.clone(),
            source: Box::new(source),
        })?;
        Ok(PlanNow { name, plan })
    }
}

/// A Plan at one moment.
#[derive(Debug, Clone)]
pub struct PlanNow {
    name: String,
    plan: Plan,
}

impl PlanNow {
    /// That it is ready.
    pub fn is_ready(&self) -> Result<(), Unexpected> {
        match self.plan.status.is_true("Ready") {
            true => Ok(()),
            false => Err(Unexpected::NotReady {
                plan: self.name.clone(),
                conditions: self.conditions(),
            }),
        }
    }

    /// That it is not ready, and a condition of this type is why.
    pub fn is_refused_because_of(&self, type_: &str) -> Result<(), Unexpected> {
        let condition = self.plan.status.condition(type_);
        let blocks = condition.is_some_and(Condition::is_blocker);
        match blocks && !self.plan.status.is_true("Ready") {
            true => Ok(()),
            false => Err(Unexpected::NotBecauseOf {
                plan: self.name.clone(),
                type_: type_.to_owned(),
                conditions: self.conditions(),
            }),
        }
    }

    /// That no condition of this type holds.
    pub fn does_not_report(&self, type_: &str) -> Result<(), Unexpected> {
        match self
            .plan
            .status
            .condition(type_)
            .filter(|condition| condition.is_true())
        {
            None => Ok(()),
            Some(condition) => Err(Unexpected::Reports {
                plan: self.name.clone(),
                condition: describe_all([condition]),
            }),
        }
    }

    fn conditions(&self) -> String {
        let conditions: &[Condition] = self.plan.status.conditions();
        describe_all(conditions)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plan(conditions: &[(&str, &str)]) -> PlanNow {
        let conditions: Vec<_> = conditions
            .iter()
            .map(|(type_, category)| {
                json!({
                    "type": type_, "category": category, "status": "True", "message": format!("{type_} holds."),
                    "lastTransitionTime": "2026-08-21T10:00:00Z",
                })
            })
            .collect();
        let mut plan = Plan::new("p1", Default::default());
        plan.status = Some(serde_json::from_value(json!({"conditions": conditions})).expect("a status"));
        PlanNow {
            name: "p1".into(),
            plan,
        }
    }

    #[test]
    fn readiness_and_its_obstacles_are_judged() {
        let ready = plan(&[("Ready", "Required"), ("NetMapPreservingIPsOnPodNetwork", "Warn")]);
        let refused = plan(&[("VMNetworksNotMapped", "Critical")]);
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
    fn a_warning_is_no_reason_for_not_being_ready() {
        let warned = plan(&[("VMMissingGuestIPs", "Warn")]);
        assert!(warned.is_refused_because_of("VMMissingGuestIPs").is_err());
    }
}
