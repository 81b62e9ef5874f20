//! Validates the plan's VMs (`validateVM`).

mod hardware;
mod macs;
mod problem;

use forklift_api::forklift::condition_types;
use std::{collections::BTreeMap, sync::Arc};

use forklift_api::{
    forklift::{PlanStatus, PlanVm, Ref},
    kubevirt::VirtualMachine,
};
use kube::ResourceExt;
use problem::Problem;

use crate::controllers::forklift::{
    adapter::{Adapter, PlanContext, SourceVm, Validator},
    conditions::{Staging, With, condition, has},
    resolve::{self, Resolved},
    vm_names,
};

/// Checks all VMs of the plan.
pub async fn check(
    context: PlanContext<'_>,
    status: &PlanStatus,
    adapter: &dyn Adapter,
    validator: &dyn Validator,
    staging: &mut Staging,
) {
    let machines = context.shared.context.all::<VirtualMachine>().list("").await;
    let check = Check {
        context,
        status,
        adapter,
        validator,
        machines: &machines,
    };
    let mut found: BTreeMap<Problem, Vec<String>> = BTreeMap::new();
    let mut sources: Vec<SourceVm> = Vec::new();
    for wanted in &context.plan.spec.vms {
        for (problem, item) in check.vm(wanted, &mut sources) {
            found.entry(problem).or_default().push(item);
        }
    }
    let later = found.split_off(&Problem::NoChangeTracking);
    let tools = validator.guest_tools();
    set_all(staging, found, tools);
    for source in &sources {
        if let Some(shared) = validator.shared_disks(source, &sources) {
            let type_ = format!("{}-{}", shared.type_, source.id);
            staging.set(condition(&type_, shared.category, shared.message).items(vec![shown(source)]));
        }
    }
    set_all(staging, later, tools);
    if let Some(conflicts) = macs::conflicts(&sources, &machines) {
        staging.set(conflicts);
    }
}

fn set_all(staging: &mut Staging, found: BTreeMap<Problem, Vec<String>>, tools: &str) {
    for (problem, items) in found {
        staging.set(problem.condition(items, tools));
    }
}

struct Check<'a> {
    context: PlanContext<'a>,
    status: &'a PlanStatus,
    adapter: &'a dyn Adapter,
    validator: &'a dyn Validator,
    machines: &'a [Arc<VirtualMachine>],
}

impl Check<'_> {
    fn vm(&self, wanted: &PlanVm, sources: &mut Vec<SourceVm>) -> Vec<(Problem, String)> {
        if self.has_succeeded(wanted) {
            return Vec::new();
        }
        let (id, name) = (wanted.id.as_deref(), wanted.name.as_deref());
        let problem = match self.adapter.inventory().vm(id, name) {
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

    fn source(&self, wanted: &PlanVm, source: SourceVm, sources: &mut Vec<SourceVm>) -> Vec<(Problem, String)> {
        let mut problems = Vec::new();
        if sources.iter().any(|known| known.id == source.id) {
            problems.push(Problem::Twice);
        }
        problems.extend(self.names(wanted, &source));
        problems.extend(self.hardware(&source));
        let item = shown(&source);
        sources.push(source);
        problems.into_iter().map(|problem| (problem, item.clone())).collect()
    }

    /// Whether the VM has been migrated. Forklift checks this before it resolves the reference, so it only finds VMs that
    /// the plan refers to by id; others are validated again.
    fn has_succeeded(&self, wanted: &PlanVm) -> bool {
        let mut known = self.status.vms().iter();
        wanted.id.is_some() && known.any(|vm| vm.vm.id == wanted.id && has(&vm.conditions, condition_types::SUCCEEDED))
    }

    fn names(&self, wanted: &PlanVm, source: &SourceVm) -> Vec<Problem> {
        let mut problems = Vec::new();
        let target = match &wanted.target_name {
            Some(target) => {
                if !vm_names::is_subdomain(target) {
                    problems.push(Problem::TargetNameInvalid);
                }
                // The first VM of several with the same target name is valid.
                let vms = &self.context.plan.spec.vms;
                let mut before = vms.iter().take_while(|vm| !std::ptr::eq(*vm, wanted));
                if before.any(|vm| vm.target_name.as_ref() == Some(target)) {
                    problems.push(Problem::TargetNameTwice);
                }
                target
            }
            None => {
                if !vm_names::is_subdomain(&source.name) {
                    problems.push(Problem::OddName);
                }
                &source.name
            }
        };
        let is_known = self
            .status
            .vms()
            .iter()
            .any(|vm| vm.vm.id.as_deref() == Some(source.id.as_str()));
        let namespace = &self.context.plan.spec.target_namespace;
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

/// Formats the VM for the items of a condition.
fn shown(source: &SourceVm) -> String {
    resolve::text(&Ref {
        id: Some(source.id.clone()),
        name: Some(source.name.clone()),
        ..Ref::default()
    })
}
