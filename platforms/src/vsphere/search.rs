//! `SearchIndex`: finds entities by UUID, path, name and guest.

use vim25::{Fault, MoRef, Value};

use super::{
    fault,
    inventory::{Inventory, ROOT_FOLDER, Vm},
};

fn found(moref: Option<MoRef>) -> Value {
    moref.map_or_else(Value::nothing, Value::from)
}

/// `FindByUuid` and `FindAllByUuid`.
pub fn by_uuid(inventory: &Inventory, args: &Value) -> Result<Value, Fault> {
    let uuid = args.str_at("uuid").ok_or_else(|| fault::invalid_argument("uuid"))?;
    if args.bool_at("vmSearch") != Some(true) {
        return Ok(Value::nothing());
    }
    let by_instance = args.bool_at("instanceUuid").unwrap_or(false);
    let matches = |vm: &Vm| if by_instance { &vm.instance_uuid } else { &vm.uuid }.eq_ignore_ascii_case(uuid);
    Ok(found(inventory.vms_where(matches).into_iter().next()))
}

/// `FindByInventoryPath`: `DC0/vm/mtv-tests-rhel8`.
pub fn by_path(inventory: &Inventory, args: &Value) -> Result<Value, Fault> {
    let path = args
        .str_at("inventoryPath")
        .ok_or_else(|| fault::invalid_argument("inventoryPath"))?;
    let mut place = MoRef::new("Folder", ROOT_FOLDER);
    for name in path.split('/').filter(|part| !part.is_empty()) {
        match child(inventory, &place, name) {
            Some(next) => place = next,
            None => return Ok(Value::nothing()),
        }
    }
    Ok(found(Some(place)))
}

/// `FindChild`.
pub fn by_name(inventory: &Inventory, args: &Value) -> Result<Value, Fault> {
    let entity = args
        .moref_at("entity")
        .ok_or_else(|| fault::invalid_argument("entity"))?;
    let name = args.str_at("name").ok_or_else(|| fault::invalid_argument("name"))?;
    if !inventory.contains(entity) {
        return Err(fault::not_found(entity));
    }
    Ok(found(child(inventory, entity, name)))
}

/// `FindByIp` and `FindByDnsName`: find the VM whose guest satisfies a condition.
pub fn by_guest(inventory: &Inventory, holds: impl Fn(&Vm) -> bool) -> Value {
    found(
        inventory
            .vms_where(|vm| vm.guest.running && holds(vm))
            .into_iter()
            .next(),
    )
}

fn child(inventory: &Inventory, parent: &MoRef, name: &str) -> Option<MoRef> {
    let mut contents = inventory.contents(parent).into_iter();
    contents.find(|moref| inventory.name_and_parent(moref).is_some_and(|(known, _)| known == name))
}
