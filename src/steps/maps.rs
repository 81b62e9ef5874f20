//! Sentences that map networks and storages.

use cucumber::gherkin::Step;
use cucumber::given;

use super::field::{Field, Role};
use super::map_tables::{NETWORKS, STORAGES, network_row, storage_row};
use super::sentence::{Argument, Fact, Part, Sentence};
use super::{StepResult, table};
use crate::migration::intent::{NetworkMapping, StorageMapping};
use crate::session::preflight::Permission;
use crate::world::MigrationWorld;

/// Networks of the source that become NetworkAttachmentDefinitions.
const NETWORKS_MADE: &[Permission] = &[
    Permission::new("create", "k8s.cni.cncf.io", "network-attachment-definitions"),
    Permission::new("delete", "k8s.cni.cncf.io", "network-attachment-definitions"),
];

/// Sentences about maps.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Plan, "storage and networks are mapped from the inventory")
        .means(
            "Every storage of the VMs becomes the default storage class. Their first network becomes the pod network, each \
             further one a network of its own.",
        )
        .example("Given storage and networks are mapped from the inventory")
        .giving(&[Fact::Networks, Fact::Storage])
        .before_plan()
        .permissions(NETWORKS_MADE),
    Sentence::new(Part::Plan, "storage is mapped from the inventory")
        .means("Every storage of the VMs becomes the default storage class.")
        .example("Given storage is mapped from the inventory")
        .giving(&[Fact::Storage])
        .before_plan(),
    Sentence::new(Part::Plan, "networks are mapped from the inventory")
        .means("The first network of the VMs becomes the pod network, each further one a network of its own.")
        .example("Given networks are mapped from the inventory")
        .giving(&[Fact::Networks])
        .before_plan()
        .permissions(NETWORKS_MADE),
    Sentence::new(Part::Plan, "networks are mapped from the inventory, one entry per NIC")
        .means("The same, but the map has an entry for each NIC, also where several are in one network.")
        .example("Given networks are mapped from the inventory, one entry per NIC")
        .giving(&[Fact::Networks])
        .before_plan()
        .permissions(NETWORKS_MADE),
    Sentence::new(Part::Plan, "storage is mapped to the storage class {string}")
        .means("Every storage of the VMs becomes this storage class.")
        .words(&[Field::new::<String>("storage class", "storage class on the target").role(Role::StorageClass)])
        .example("Given storage is mapped to the storage class \"lab-block\"")
        .giving(&[Fact::Storage])
        .before_plan(),
    Sentence::new(Part::Plan, "storage is mapped as follows:")
        .means("Each storage of the table becomes what its row says. What is not there is not in the map.")
        .argument(Argument::Rows(STORAGES))
        .example(
            "Given storage is mapped as follows:\n  | source    | storage class | volume mode |\n  | LocalDS_0 | lab-block \
             \x20   | Block       |",
        )
        .giving(&[Fact::Storage])
        .before_plan(),
    Sentence::new(Part::Plan, "networks are mapped as follows:")
        .means("Each network of the table becomes what its row says. What is not there is not in the map.")
        .argument(Argument::Rows(NETWORKS))
        .example(
            "Given networks are mapped as follows:\n  | source     | destination |\n  | VM Network | pod         |\n  | cnv-test \
             \x20 | ignored     |",
        )
        .giving(&[Fact::Networks])
        .before_plan()
        .permissions(NETWORKS_MADE),
];

#[given("storage and networks are mapped from the inventory")]
fn storage_and_networks_from_the_inventory(world: &mut MigrationWorld) -> StepResult {
    let intent = world.intent()?;
    intent.map_networks(NetworkMapping::FromInventory { per_nic: false })?;
    Ok(intent.map_storages(StorageMapping::FromInventory)?)
}

#[given("storage is mapped from the inventory")]
fn storage_from_the_inventory(world: &mut MigrationWorld) -> StepResult {
    Ok(world.intent()?.map_storages(StorageMapping::FromInventory)?)
}

#[given("networks are mapped from the inventory")]
fn networks_from_the_inventory(world: &mut MigrationWorld) -> StepResult {
    Ok(world
        .intent()?
        .map_networks(NetworkMapping::FromInventory { per_nic: false })?)
}

#[given("networks are mapped from the inventory, one entry per NIC")]
fn networks_per_nic(world: &mut MigrationWorld) -> StepResult {
    Ok(world
        .intent()?
        .map_networks(NetworkMapping::FromInventory { per_nic: true })?)
}

#[given(expr = "storage is mapped to the storage class {string}")]
fn storage_to_a_class(world: &mut MigrationWorld, class: String) -> StepResult {
    Ok(world.intent()?.map_storages(StorageMapping::Class(class))?)
}

#[given("storage is mapped as follows:")]
fn storage_as_follows(world: &mut MigrationWorld, step: &Step) -> StepResult {
    let rows = table::rows(step.table.as_ref(), STORAGES)?;
    let rows = rows.iter().map(storage_row).collect::<Result<_, _>>()?;
    Ok(world.intent()?.map_storages(StorageMapping::AsFollows(rows))?)
}

#[given("networks are mapped as follows:")]
fn networks_as_follows(world: &mut MigrationWorld, step: &Step) -> StepResult {
    let rows = table::rows(step.table.as_ref(), NETWORKS)?;
    let rows = rows.iter().map(network_row).collect::<Result<_, _>>()?;
    Ok(world.intent()?.map_networks(NetworkMapping::AsFollows(rows))?)
}
