//! The plan's VMs (`validateVM`).

mod hardware;
mod macs;
mod problem;
mod shared_disks;

use std::{collections::BTreeMap, sync::Arc};

use forklift_api::{
    forklift::{NetworkMap, Plan, PlanStatus, PlanVm, Ref, StorageMap},
    kubevirt::VirtualMachine,
};
use kube::{Api, ResourceExt};
use problem::Problem;

use crate::controllers::{
    forklift::{
        conditions::{Staging, has},
        error::Result,
        inventory::vsphere::{Inventory, Vm},
        pair::names,
        resolve::{self, Resolved},
        shared::Shared,
        vm_names,
    },
    objects,
};

/// Checks all VMs of the plan.
pub async fn check(
    shared: &Shared,
    plan: &Plan,
    status: &PlanStatus,
    inventory: &Arc<Inventory>,
    network_map: Option<&NetworkMap>,
    staging: &mut Staging,
) -> Result<()> {
    let (namespace, name) = names(&plan.spec.map.storage);
    let storage_map = shared.cache.get::<StorageMap>(namespace, name);
    let machines = objects::list(&Api::<VirtualMachine>::all(shared.client()), "").await?;
    let check = Check {
        plan,
        status,
        inventory,
        network_map,
        storage_map: storage_map.as_deref(),
        machines: &machines,
    };
    let mut found: BTreeMap<Problem, Vec<String>> = BTreeMap::new();
    let mut sources: Vec<Vm> = Vec::new();
    for wanted in &plan.spec.vms {
        for (problem, item) in check.vm(wanted, &mut sources) {
            found.entry(problem).or_default().push(item);
        }
    }
    let later = found.split_off(&Problem::NoChangeTracking);
    set_all(staging, found);
    for condition in shared_disks::conditions(plan, inventory, &sources) {
        staging.set(condition);
    }
    set_all(staging, later);
    if let Some(conflicts) = macs::conflicts(&sources, &machines) {
        staging.set(conflicts);
    }
    Ok(())
}

fn set_all(staging: &mut Staging, found: BTreeMap<Problem, Vec<String>>) {
    for (problem, items) in found {
        staging.set(problem.condition(items));
    }
}

struct Check<'a> {
    plan: &'a Plan,
    status: &'a PlanStatus,
    inventory: &'a Arc<Inventory>,
    network_map: Option<&'a NetworkMap>,
    storage_map: Option<&'a StorageMap>,
    machines: &'a [VirtualMachine],
}

impl Check<'_> {
    fn vm(&self, wanted: &PlanVm, sources: &mut Vec<Vm>) -> Vec<(Problem, String)> {
        if self.has_succeeded(wanted) {
            return Vec::new();
        }
        let (id, name) = (wanted.id.as_deref(), wanted.name.as_deref());
        let problem = match resolve::vm(self.inventory, id, name) {
            Resolved::One(source) => return self.source(wanted, source, sources),
            Resolved::NotSet => Problem::NotSet,
            Resolved::NotFound => Problem::NotFound,
            Resolved::Ambiguous => Problem::Ambiguous,
        };
        let shown = Ref {
            id: wanted.id.clone(),
            name: wanted.name.clone(),
            ..Ref::default()
        };
        vec![(problem, resolve::text(&shown))]
    }

    fn source(&self, wanted: &PlanVm, source: Vm, sources: &mut Vec<Vm>) -> Vec<(Problem, String)> {
        let mut problems = Vec::new();
        if sources.iter().any(|known| known.base.id == source.base.id) {
            problems.push(Problem::Twice);
        }
        problems.extend(self.names(wanted, &source));
        problems.extend(self.hardware(&source));
        let item = shown(&source);
        sources.push(source);
        problems.into_iter().map(|problem| (problem, item.clone())).collect()
    }

    /// Whether the VM has been migrated. Forklift looks for it before it has resolved the reference, so it only knows VMs
    /// that the plan names by id; others are checked once more.
    fn has_succeeded(&self, wanted: &PlanVm) -> bool {
        let mut known = self.status.vms().iter();
        wanted.id.is_some() && known.any(|vm| vm.vm.id == wanted.id && has(&vm.conditions, "Succeeded"))
    }

    fn names(&self, wanted: &PlanVm, source: &Vm) -> Vec<Problem> {
        let mut problems = Vec::new();
        let target = match &wanted.target_name {
            Some(target) => {
                if !vm_names::is_subdomain(target) {
                    problems.push(Problem::TargetNameInvalid);
                }
                // The first one of several may have it.
                let vms = &self.plan.spec.vms;
                let mut before = vms.iter().take_while(|vm| !std::ptr::eq(*vm, wanted));
                if before.any(|vm| vm.target_name.as_ref() == Some(target)) {
                    problems.push(Problem::TargetNameTwice);
                }
                target
            }
            None => {
                if !vm_names::is_subdomain(&source.base.name) {
                    problems.push(Problem::OddName);
                }
                &source.base.name
            }
        };
        let is_known = self
            .status
            .vms()
            .iter()
            .any(|vm| vm.vm.id.as_deref() == Some(source.base.id.as_str()));
        let namespace = &self.plan.spec.target_namespace;
        let is_taken = self
            .machines
            .iter()
            .any(|machine| machine.name_any() == *target && machine.namespace().as_ref() == Some(namespace));
        if is_taken && !is_known {
            problems.push(Problem::NameTaken);
        }
        problems
    }
}

/// The VM as conditions show it.
fn shown(source: &Vm) -> String {
    resolve::text(&Ref {
        id: Some(source.base.id.clone()),
        name: Some(source.base.name.clone()),
        ..Ref::default()
    })
}
