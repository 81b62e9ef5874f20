//! Validates name templates (`pkg/controller/plan/validation.go`): renders those for claims with the disks of each VM,
//! the others with example data.

use forklift_api::forklift::{Condition, Plan, Ref, condition_types};

use crate::controllers::forklift::{
    adapter::{Adapter, Validator},
    conditions::{CRITICAL, Staging, With, condition},
    name_templates,
    resolve::{self, Resolved},
    vm_names,
};

/// Checks the claim templates with every VM.
pub fn check_vms(plan: &Plan, adapter: &dyn Adapter, validator: &dyn Validator, staging: &mut Staging) {
    let [mut claims, mut volumes, mut networks] = [const { Vec::new() }; 3];
    for vm in &plan.spec.vms {
        let Resolved::One(source) = adapter.inventory().vm(vm.id.as_deref(), vm.name.as_deref()) else {
            continue;
        };
        let item = resolve::text(&Ref {
            id: Some(source.id.clone()),
            name: Some(source.name.clone()),
            ..Ref::default()
        });
        if let Some(template) = name_templates::claim_template(&plan.spec, vm) {
            let target = vm.target_name.clone();
            let target = target.unwrap_or_else(|| vm_names::template_vm_name(&source.name));
            let error = validator.pvc_name_template(&source, &target, template);
            claims.extend(error.map(|error| format!("{item} template:{template} error:{error}")));
        }
        if !name_templates::is_valid_for_volumes(vm.volume_name_template.as_deref()) {
            volumes.push(item.clone());
        }
        if !name_templates::is_valid_for_networks(vm.network_name_template.as_deref()) {
            networks.push(item);
        }
    }
    for (what, items) in [("PVC", claims), ("volume", volumes), ("network", networks)] {
        if !items.is_empty() {
            staging.set(not_valid(format!("VM {what} name template is invalid.")).items(items));
        }
    }
}

/// Checks the plan's templates for volumes and networks.
pub fn check_plan(plan: &Plan, staging: &mut Staging) {
    let spec = &plan.spec;
    if !name_templates::is_valid_for_volumes(spec.volume_name_template.as_deref()) {
        staging.set(not_valid("Volume name template is invalid.".to_owned()));
    }
    if !name_templates::is_valid_for_networks(spec.network_name_template.as_deref()) {
        staging.set(not_valid("Network name template is invalid.".to_owned()));
    }
}

fn not_valid(message: String) -> Condition {
    condition(condition_types::NOT_VALID, CRITICAL, message)
}
