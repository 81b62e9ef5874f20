//! Executes a plan: selects the active migration, advances its VMs and ends the run
//! (`pkg/controller/plan/controller.go`: `execute`; `migration.go`: `Run`).

use std::{sync::Arc, time::Duration};

use forklift_api::forklift::{
    Condition, Migration, Plan, PlanMigration, PlanStatus, PlanType, Snapshot, SnapshotMaps, SnapshotProviders,
    SnapshotRef, VmStatus, Warm, condition_types,
};
use k8s_openapi::api::core::v1::Namespace;
use kube::{Resource, ResourceExt};
use serde_json::json;

use super::{
    cancel,
    execution::{Execution, restarts},
    phase::Phase,
    phases,
    pipeline::{self, Timed},
    schedule,
    trigger::runs,
};
use crate::controllers::{
    controller::Next,
    forklift::{
        conditions::{ADVISORY, REQUIRED, Staging, With, condition, delete, has, has_any, now, set},
        error::Result,
        pair::names,
        resolve::Resolved,
        shared::{REQUEUE, Shared},
    },
    objects::{self, Objects},
};

/// Delay before the next pending migration begins.
const NEXT_MIGRATION: Duration = Duration::from_millis(500);

/// Conditions of a run that has ended.
const ENDS: &[&str] = &[
    condition_types::CANCELED,
    condition_types::FAILED,
    condition_types::SUCCEEDED,
];
/// Conditions of a run that are copied to the plan.
const MIRRORED: &[&str] = &[
    condition_types::EXECUTING,
    condition_types::SUCCEEDED,
    condition_types::FAILED,
    condition_types::CANCELED,
];

/// Advances the execution of a ready plan by one step.
pub async fn execute(shared: &Shared, plan: &Plan, status: &mut PlanStatus, staging: &mut Staging) -> Result<Next> {
    let mut state = status.migration.take().unwrap_or_default();
    let next = advance(shared, plan, &mut state, staging).await;
    status.migration = Some(state);
    next
}

async fn advance(shared: &Shared, plan: &Plan, state: &mut PlanMigration, staging: &mut Staging) -> Result<Next> {
    let refs = References::for_plan(shared, plan);
    let mut active = None;
    let mut deleted = false;
    if let Some(snapshot) = running(state) {
        active = migration_of(shared, snapshot);
        if active.is_none() {
            deleted = true;
            let gone =
                condition(condition_types::CANCELED, ADVISORY, "The migration has been deleted.").reason("Deleted");
            set(&mut snapshot.conditions, gone.durable());
        } else if !refs.match_snapshot(snapshot) {
            let modified =
                condition(condition_types::CANCELED, ADVISORY, "The migration has been canceled.").reason("Modified");
            set(&mut snapshot.conditions, modified.durable());
        }
        if has(&snapshot.conditions, condition_types::CANCELED) {
            active = None;
            for vm in state.vms.iter_mut().flatten() {
                if !has_any(&vm.conditions, &[condition_types::SUCCEEDED, condition_types::FAILED]) {
                    cancel::record(vm, "Modified");
                }
            }
            cancel::execute_recorded(shared, plan, None, state).await;
            if deleted {
                staging.delete(&[condition_types::EXECUTING]);
            } else {
                finish(state, staging);
            }
        }
    }
    cancel::execute_recorded(shared, plan, active.clone(), state).await;
    let mut pending = pending(shared, plan, state);
    let migration = match active {
        Some(migration) => migration,
        None if pending.is_empty() => return Ok(Next::Change),
        None => {
            let migration = pending.remove(0);
            state.history.get_or_insert_default().push(refs.snapshot(&migration));
            staging.delete(&[condition_types::FAILED, condition_types::CANCELED]);
            migration
        }
    };
    let is_over = run(shared, plan, migration.clone(), state, staging).await?;
    pending.retain(|other| other.uid() != migration.uid());
    Ok(match (is_over, pending.is_empty()) {
        (false, _) => Next::Poll(REQUEUE),
        (true, true) => Next::Change,
        (true, false) => Next::After(NEXT_MIGRATION),
    })
}

/// The latest run, if it has not ended.
fn running(state: &mut PlanMigration) -> Option<&mut Snapshot> {
    let last = state.history.as_mut()?.last_mut()?;
    (!has_any(&last.conditions, ENDS)).then_some(last)
}

fn migration_of(shared: &Shared, snapshot: &Snapshot) -> Option<Arc<Migration>> {
    let reference = &snapshot.migration;
    let found = shared.cached::<Migration>(&reference.namespace, &reference.name);
    found.filter(|migration| migration.uid().as_deref() == Some(reference.uid.as_str()))
}

/// Migrations of this plan that have not run yet, oldest first.
fn pending(shared: &Shared, plan: &Plan, state: &PlanMigration) -> Vec<Arc<Migration>> {
    let mut pending = shared.context.informer::<Migration>().all();
    pending.retain(|migration| {
        let conditions = migration.status.as_ref().and_then(|status| status.conditions.clone());
        let uid = migration.uid().unwrap_or_default();
        let mut history = state.history.iter().flatten();
        let has_ended = history.any(|snapshot| snapshot.migration.uid == uid && has_any(&snapshot.conditions, ENDS));
        runs(migration, plan) && !has_any(&conditions, ENDS) && !has_ended
    });
    pending.sort_by_key(|migration| (migration.creation_timestamp(), migration.name_any()));
    pending
}

/// Advances the active migration by one step; returns whether it has ended.
async fn run(
    shared: &Shared,
    plan: &Plan,
    migration: Arc<Migration>,
    state: &mut PlanMigration,
    staging: &mut Staging,
) -> Result<bool> {
    let execution = Execution::for_plan(shared, plan, Some(migration.clone())).await?;
    let has_begun = running(state).is_some_and(|snapshot| has(&snapshot.conditions, condition_types::EXECUTING));
    if !has_begun {
        begin(&execution, state).await?;
    }
    let vms = state.vms.get_or_insert_default();
    for vm in vms.iter_mut() {
        if vm.started.is_some() && !vm.is_completed() && !has(&vm.conditions, condition_types::CANCELED) {
            // Like Forklift, check for a cancel when the VM is processed.
            if cancel::is_requested(&execution, vm) {
                cancel::record(vm, "UserRequested")
            } else {
                phases::run(&execution, vm).await?
            }
        }
    }
    let waiting = schedule::start(&execution, vms).await?;
    if waiting > 0 {
        let limit = shared.settings.max_vm_inflight();
        let message = format!("{waiting} VM(s) waiting to start migration (in-flight limit: {limit}).");
        staging.set(condition(condition_types::READY, REQUIRED, message));
    }
    let is_over = vms.iter().all(Timed::is_completed);
    if is_over {
        end(state);
    }
    mirror(state, staging);
    Ok(is_over)
}

async fn begin(execution: &Execution<'_>, state: &mut PlanMigration) -> Result<()> {
    let namespaces = execution.destination().all::<Namespace>();
    ensure_namespace(&namespaces, execution.namespace()).await?;
    let known = state.vms.take().unwrap_or_default();
    let mut vms = Vec::new();
    for wanted in &execution.plan.spec.vms {
        let source = match execution.inventory().vm(wanted.id.as_deref(), wanted.name.as_deref()) {
            Resolved::One(source) => source,
            _ => continue,
        };
        let previous = known.iter().find(|vm| vm.vm.id.as_deref() == Some(source.id.as_str()));
        let is_done = previous.is_some_and(|vm| {
            vm.phase == Phase::Completed.name()
                && !has_any(&vm.conditions, &[condition_types::FAILED, condition_types::CANCELED])
        });
        if let (Some(done), true) = (previous, is_done) {
            vms.push(done.clone());
            continue;
        }
        let mut vm = previous.cloned().unwrap_or_default();
        vm.vm = wanted.clone();
        vm.vm.id = Some(source.id.clone());
        vm.vm.name = Some(source.name.clone());
        reset(&mut vm);
        let restarts = restarts(execution, &vm, &source);
        let spec = &execution.plan.spec;
        if spec.kind() == PlanType::Warm {
            vm.warm = Some(Warm::default());
        }
        let disks = execution.builder().tasks(&vm)?;
        vm.pipeline = match spec.kind() {
            PlanType::Warm => pipeline::build_warm(&disks, restarts, spec.run_preflight_inspection != Some(false)),
            _ if execution.skips_conversion() => pipeline::build_unconverted(&disks),
            _ => pipeline::build(&disks, restarts),
        };
        pipeline::add_hooks(&mut vm.pipeline, wanted);
        vms.push(vm);
    }
    state.vms = Some(vms);
    state.started = Some(now());
    state.completed = None;
    if let Some(snapshot) = running(state) {
        set(
            &mut snapshot.conditions,
            condition(condition_types::EXECUTING, ADVISORY, "The plan is EXECUTING.").durable(),
        );
    }
    Ok(())
}

/// Resets a VM for a new run; keeps name, power state and guest data of the earlier run.
fn reset(vm: &mut VmStatus) {
    delete(
        &mut vm.conditions,
        &[
            condition_types::CANCELED,
            condition_types::FAILED,
            condition_types::PENDING,
        ],
    );
    vm.phase = Phase::Started.name().into();
    vm.started = None;
    vm.completed = None;
    vm.error = None;
    vm.disks_copied = None;
    vm.warm = None;
}

/// Creates the namespace if it does not exist.
pub async fn ensure_namespace(namespaces: &Objects<Namespace>, name: &str) -> Result<()> {
    if namespaces.get(name).await.is_none() {
        let namespace = objects::from_json(json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name},
        }))?;
        namespaces.create(&namespace).await?;
    }
    Ok(())
}

/// Ends the run: `Failed` if a VM failed, else `Succeeded` if a VM succeeded, else `Canceled`.
fn end(state: &mut PlanMigration) {
    let any = |type_: &str| state.vms.iter().flatten().any(|vm| has(&vm.conditions, type_));
    let end = match (any(condition_types::FAILED), any(condition_types::SUCCEEDED)) {
        (true, _) => condition(condition_types::FAILED, ADVISORY, "The plan execution has FAILED."),
        (false, true) => condition(
            condition_types::SUCCEEDED,
            ADVISORY,
            "The plan execution has SUCCEEDED.",
        ),
        (false, false) => condition(
            condition_types::CANCELED,
            ADVISORY,
            "The plan execution has been CANCELED.",
        ),
    };
    if let Some(snapshot) = running(state) {
        delete(&mut snapshot.conditions, &[condition_types::EXECUTING]);
        set(&mut snapshot.conditions, end.durable());
    }
    state.completed = Some(now());
}

/// Ends a run whose plan, providers or maps were replaced since it began.
fn finish(state: &mut PlanMigration, staging: &mut Staging) {
    if let Some(snapshot) = state.history.as_mut().and_then(|history| history.last_mut()) {
        delete(&mut snapshot.conditions, &[condition_types::EXECUTING]);
    }
    state.completed = Some(now());
    mirror(state, staging);
}

/// Copies conditions of the latest run to the plan.
fn mirror(state: &PlanMigration, staging: &mut Staging) {
    let Some(snapshot) = state.history.as_ref().and_then(|history| history.last()) else {
        return;
    };
    for type_ in MIRRORED {
        let found: Option<&Condition> = snapshot
            .conditions
            .iter()
            .flatten()
            .find(|condition| condition.type_ == *type_);
        match found {
            Some(found) => staging.set(found.clone()),
            None => staging.delete(&[type_]),
        }
    }
}

/// References of a plan as the snapshot of a run stores them.
struct References {
    provider: SnapshotProviders,
    map: SnapshotMaps,
    plan: SnapshotRef,
}

impl References {
    fn for_plan(shared: &Shared, plan: &Plan) -> Self {
        use forklift_api::forklift::{NetworkMap, Provider, StorageMap};
        let spec = &plan.spec;
        let (namespace, name) = names(&spec.provider.source);
        let source = shared.cached::<Provider>(namespace, name);
        let (namespace, name) = names(&spec.provider.destination);
        let destination = shared.cached::<Provider>(namespace, name);
        let (namespace, name) = names(&spec.map.network);
        let network = shared.cached::<NetworkMap>(namespace, name);
        let (namespace, name) = names(&spec.map.storage);
        let storage = shared.cached::<StorageMap>(namespace, name);
        Self {
            provider: SnapshotProviders {
                source: snapshot_ref(source.as_deref()),
                destination: snapshot_ref(destination.as_deref()),
            },
            map: SnapshotMaps {
                network: snapshot_ref(network.as_deref()),
                storage: snapshot_ref(storage.as_deref()),
            },
            plan: snapshot_ref(Some(plan)),
        }
    }

    fn snapshot(&self, migration: &Migration) -> Snapshot {
        Snapshot {
            conditions: None,
            map: self.map.clone(),
            migration: snapshot_ref(Some(migration)),
            plan: self.plan.clone(),
            provider: self.provider.clone(),
        }
    }

    /// Compares UIDs only: editing an object during a run does not end the run.
    fn match_snapshot(&self, snapshot: &Snapshot) -> bool {
        self.plan.uid == snapshot.plan.uid
            && self.provider.source.uid == snapshot.provider.source.uid
            && self.provider.destination.uid == snapshot.provider.destination.uid
            && self.map.network.uid == snapshot.map.network.uid
            && self.map.storage.uid == snapshot.map.storage.uid
    }
}

fn snapshot_ref<K: Resource>(object: Option<&K>) -> SnapshotRef {
    object.map_or_else(SnapshotRef::default, |object| SnapshotRef {
        generation: object.meta().generation.unwrap_or_default(),
        name: object.name_any(),
        namespace: object.namespace().unwrap_or_default(),
        uid: object.uid().unwrap_or_default(),
    })
}
