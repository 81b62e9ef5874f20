//! Faults, defects and holds for the VMs of a scenario: custom resources that exist in the simulated lab only.
//!
//! Scenarios run side by side, so the lab is asked VM by VM, by the names of the scenario's own clones; where none exist
//! yet, the wish waits for their names and is made before they are cloned.

use std::fmt::Debug;

use forklift_api::lab::{Defect, DefectName, DefectSpec, Fault, FaultName, FaultSpec, Hold, HoldName, HoldSpec};
use futures::future::{BoxFuture, try_join_all};
use kube::{
    Api, Resource, ResourceExt,
    api::{DeleteParams, ListParams},
};
use serde::de::DeserializeOwned;
use thiserror::Error as ThisError;

use crate::{
    cluster::{retrying, tracked},
    migration::Error,
    run::names,
    session::Scenario,
};

/// An injected fault, defect or hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Injection {
    /// Something fails and says so.
    Fault(FaultName),
    /// Something comes out wrong without a word.
    Defect(DefectName),
    /// Something does not end.
    Hold(HoldName),
}

/// Why the lab is not asked to stop.
#[derive(Debug, ThisError)]
pub enum NotInjected {
    /// The scenario holds nothing of the kind.
    #[error("the lab does not hold \"{0}\" for this scenario; `Given the lab holds \"{0}\"` comes first")]
    Hold(String),
    /// Nothing of the kind fails on behalf of the scenario.
    #[error("the lab does not fail \"{0}\" for this scenario; `Given the lab fails \"{0}\"` comes first")]
    Fault(String),
    /// The API server refuses.
    #[error("could not {action}")]
    Request {
        /// The attempted action.
        action: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
}

/// Asks the lab for all of it, for the VMs of these names.
pub(in crate::migration) async fn inject(
    scenario: &Scenario,
    injections: &[Injection],
    vms: &[String],
) -> Result<(), Error> {
    let each = injections
        .iter()
        .flat_map(|injection| vms.iter().map(move |vm| create(scenario, *injection, vm.clone())));
    try_join_all(each).await?;
    Ok(())
}

fn create(scenario: &Scenario, injection: Injection, vm: String) -> BoxFuture<'_, Result<(), tracked::Error>> {
    let named = |kind: &str| names::unique(&format!("{}-{kind}", scenario.session.identity.run));
    let (vm, scope) = (Some(vm), scenario.scope());
    Box::pin(async move {
        match injection {
            Injection::Fault(name) => {
                let fault = Fault::new(&named("fault"), FaultSpec { name, vm });
                tracked::create(scenario.session.hub(), scope, fault).await.map(drop)
            }
            Injection::Defect(name) => {
                let defect = Defect::new(&named("defect"), DefectSpec { name, vm });
                tracked::create(scenario.session.hub(), scope, defect).await.map(drop)
            }
            Injection::Hold(name) => {
                let hold = Hold::new(&named("hold"), HoldSpec { name, vm });
                tracked::create(scenario.session.hub(), scope, hold).await.map(drop)
            }
        }
    })
}

/// Lets go on what the scenario holds; `words` are those of the sentence.
pub async fn release(scenario: &Scenario, name: HoldName, words: String) -> Result<(), NotInjected> {
    match remove(scenario, |hold: &Hold| hold.spec.name == name).await? {
        0 => Err(NotInjected::Hold(words)),
        _ => Ok(()),
    }
}

/// Lets succeed what fails on behalf of the scenario; `words` are those of the sentence.
pub async fn repair(scenario: &Scenario, name: FaultName, words: String) -> Result<(), NotInjected> {
    match remove(scenario, |fault: &Fault| fault.spec.name == name).await? {
        0 => Err(NotInjected::Fault(words)),
        _ => Ok(()),
    }
}

/// Deletes those of the scenario's own that are meant; says how many.
async fn remove<K>(scenario: &Scenario, is_meant: impl Fn(&K) -> bool) -> Result<usize, NotInjected>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned,
{
    let api: Api<K> = Api::all(scenario.session.hub().client.clone());
    let labels: Vec<String> = scenario
        .scope()
        .labels()
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let own = ListParams::default().labels(&labels.join(","));
    let failed = |action: String| {
        move |source| NotInjected::Request {
            action,
            source: Box::new(source),
        }
    };
    let found = retrying(|| api.list(&own)).await;
    let mut found = found
        .map_err(failed(format!("list the {} of the lab", K::plural(&()))))?
        .items;
    found.retain(is_meant);
    for one in &found {
        let (name, params) = (one.name_any(), DeleteParams::default());
        let deleted = retrying(|| api.delete(&name, &params)).await;
        deleted.map_err(failed(format!("delete the {} {name}", K::kind(&()))))?;
    }
    Ok(found.len())
}
