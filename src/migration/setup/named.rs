//! VMs of a plan by the names that sentences use.

use super::prepare::PreparedVm;
use crate::migration::Error;
use crate::settings::nearest::nearest;

/// The VMs that a sentence names, at least one: by the name of their original, the one that the scenario gave
/// them, or their own. Several clones of one VM are named together.
pub fn named<'a>(vms: &'a [PreparedVm], name: &str) -> Result<Vec<&'a PreparedVm>, Error> {
    let named: Vec<&PreparedVm> = vms.iter().filter(|vm| is_called(vm, name)).collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let known: Vec<&str> = vms.iter().map(|vm| vm.wanted.original.as_str()).collect();
    Err(not_in_plan(name, &known))
}

/// The VM of this name is not among those of the plan, whose originals these are.
pub fn not_in_plan(name: &str, known: &[&str]) -> Error {
    let hint = match nearest(name, known.iter().copied()).as_slice() {
        [] if known.is_empty() => "it has none".to_owned(),
        [] => format!("it has \"{}\"", known.join("\", \"")),
        near => format!("the nearest are \"{}\"", near.join("\", \"")),
    };
    Error::NotInPlan {
        vm: name.to_owned(),
        hint,
    }
}

fn is_called(vm: &PreparedVm, name: &str) -> bool {
    let options = &vm.wanted.options;
    vm.wanted.original == name || options.name.as_deref() == Some(name) || vm.source.name == name
}
