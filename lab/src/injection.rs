//! Faults, defects and holds that are currently requested, watched through the API.

pub use forklift_api::lab::{Defect, DefectName, DefectSpec, Fault, FaultName, FaultSpec, Hold, HoldName, HoldSpec};
use kube::{
    Api, Client, ResourceExt,
    runtime::{WatchStreamExt, reflector, watcher},
};
use tokio_util::sync::CancellationToken;

/// Label with the scenario that created an object.
const SCENARIO: &str = "mtv-bdd.io/scenario";

/// Currently requested faults, defects and holds.
#[derive(Clone)]
pub struct Injections {
    faults: reflector::Store<Fault>,
    defects: reflector::Store<Defect>,
    holds: reflector::Store<Hold>,
}

impl Injections {
    /// Watches the cluster for faults, defects and holds until `stop` is cancelled.
    pub fn watch(client: Client, stop: CancellationToken) -> Self {
        let (faults, fault_writer) = reflector::store();
        let (defects, defect_writer) = reflector::store();
        let (holds, hold_writer) = reflector::store();
        follow(Api::<Fault>::all(client.clone()), fault_writer, stop.clone());
        follow(Api::<Defect>::all(client.clone()), defect_writer, stop.clone());
        follow(Api::<Hold>::all(client), hold_writer, stop);
        Self { faults, defects, holds }
    }

    /// Whether the fault is requested for this source VM.
    pub fn fault(&self, name: FaultName, vm: &str) -> bool {
        self.faults
            .state()
            .iter()
            .any(|fault| fault.spec.name == name && concerns(fault.spec.vm.as_deref(), vm))
    }

    /// Whether the defect is requested for this source VM.
    pub fn defect(&self, name: DefectName, vm: &str) -> bool {
        self.defects
            .state()
            .iter()
            .any(|defect| defect.spec.name == name && concerns(defect.spec.vm.as_deref(), vm))
    }

    /// Whether the scenario that created this object requests the defect: both have the scenario's label.
    pub fn defect_beside(&self, name: DefectName, object: &impl ResourceExt) -> bool {
        let scenario = object.labels().get(SCENARIO);
        let defects = self.defects.state();
        let mut beside = defects.iter().filter(|defect| defect.spec.name == name);
        scenario.is_some() && beside.any(|defect| defect.labels().get(SCENARIO) == scenario)
    }

    /// Whether this process must not end yet for this source VM.
    pub fn hold(&self, name: HoldName, vm: &str) -> bool {
        let holds = self.holds.state();
        let mut all = holds.iter().filter(|hold| hold.spec.name == name);
        let is_held = all.any(|hold| concerns(hold.spec.vm.as_deref(), vm));
        if is_held {
            let named = HoldName::ALL.iter().find(|(_, known)| *known == name);
            let words = named.map_or("a process", |(words, _)| words);
            sim_clock::held(|| format!("the lab holds \"{words}\" of {vm}"));
        }
        is_held
    }

    /// Whether the pipeline step of this name must not end yet for this source VM.
    pub fn holds_step(&self, step: &str, vm: &str) -> bool {
        let named = HoldName::ALL.iter().find(|(words, _)| *words == step);
        named.is_some_and(|(_, name)| self.hold(*name, vm))
    }
}

fn concerns(wanted: Option<&str>, vm: &str) -> bool {
    wanted.is_none_or(|part| vm.contains(part))
}

fn follow<K>(api: Api<K>, writer: reflector::store::Writer<K>, stop: CancellationToken)
where
    K: kube::Resource<DynamicType = ()> + Clone + std::fmt::Debug + Send + Sync + serde::de::DeserializeOwned + 'static,
{
    let stream = watcher(api, watcher::Config::default())
        .default_backoff()
        .reflect(writer)
        .applied_objects();
    tokio::spawn(async move {
        use futures::StreamExt;
        let mut stream = std::pin::pin!(stream);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                next = stream.next() => if next.is_none() { return },
            }
        }
    });
}
