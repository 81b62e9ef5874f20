//! What networks and storages become.

use cucumber::gherkin::Step;
use cucumber::given;

use super::map_tables::{NETWORKS, NETWORKS_REQUIRED, STORAGES, STORAGES_REQUIRED, network_row, storage_row};
use super::{StepResult, table};
use crate::migration::intent::{NetworkMapping, NetworkRow, StorageMapping, StorageRow};
use crate::world::MigrationWorld;

/// Every storage to the default storage class; the first network to the pod network, each further one to its own.
#[given("storage and networks are mapped from the inventory")]
fn storage_and_networks_from_the_inventory(world: &mut MigrationWorld) -> StepResult {
    let intent = world.intent()?;
    intent.networks = Some(NetworkMapping::FromInventory { per_nic: false });
    intent.storages = Some(StorageMapping::FromInventory);
    Ok(())
}

/// Every storage to the default storage class.
#[given("storage is mapped from the inventory")]
fn storage_from_the_inventory(world: &mut MigrationWorld) -> StepResult {
    world.intent()?.storages = Some(StorageMapping::FromInventory);
    Ok(())
}

/// The first network to the pod network, each further one to its own.
#[given("networks are mapped from the inventory")]
fn networks_from_the_inventory(world: &mut MigrationWorld) -> StepResult {
    world.intent()?.networks = Some(NetworkMapping::FromInventory { per_nic: false });
    Ok(())
}

/// The same, with a row for each interface.
#[given("networks are mapped from the inventory, one entry per NIC")]
fn networks_per_nic(world: &mut MigrationWorld) -> StepResult {
    world.intent()?.networks = Some(NetworkMapping::FromInventory { per_nic: true });
    Ok(())
}

/// Every storage to this storage class.
#[given(expr = "storage is mapped to the storage class {string}")]
fn storage_to_a_class(world: &mut MigrationWorld, class: String) -> StepResult {
    world.intent()?.storages = Some(StorageMapping::Class(class));
    Ok(())
}

/// Storages by their names.
#[given("storage is mapped as follows:")]
fn storage_as_follows(world: &mut MigrationWorld, step: &Step) -> StepResult {
    world.intent()?.storages = Some(StorageMapping::AsFollows(storage_rows(step)?));
    Ok(())
}

/// Networks by their names.
#[given("networks are mapped as follows:")]
fn networks_as_follows(world: &mut MigrationWorld, step: &Step) -> StepResult {
    world.intent()?.networks = Some(NetworkMapping::AsFollows(network_rows(step)?));
    Ok(())
}

pub(super) fn storage_rows(step: &Step) -> Result<Vec<StorageRow>, table::Error> {
    let rows = table::rows(step.table.as_ref(), STORAGES_REQUIRED, STORAGES)?;
    rows.iter().map(storage_row).collect()
}

pub(super) fn network_rows(step: &Step) -> Result<Vec<NetworkRow>, table::Error> {
    let rows = table::rows(step.table.as_ref(), NETWORKS_REQUIRED, NETWORKS)?;
    rows.iter().map(network_row).collect()
}
