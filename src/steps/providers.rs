//! Sentences about source providers and the target.

use std::sync::Arc;

use cucumber::given;

use super::StepResult;
use super::field::{Field, Key, Value as _};
use super::platform_limit::CERTIFICATES;
use super::sentence::{Fact, Part, Sentence};
use super::values::TargetName;
use super::vm_options::PLAN_VM;
use crate::migration::intent::ExistingVm;
use crate::session::preflight::Permission;
use crate::session::{Verification, WantedNamespace};
use crate::world::{MigrationWorld, Missing};

const NAMESPACE: Key<WantedNamespace> = Key::new("namespace", "name of a namespace on the target");

const VMS_MADE: &[Permission] = &[Permission::new("create", "kubevirt.io", "virtualmachines")];

const NODES_LABELLED: &[Permission] = &[Permission::new("patch", "", "nodes")];

/// Sentences about providers and clusters.
pub const SENTENCES: &[Sentence] = &[
    Sentence::new(Part::Places, "a source provider")
        .means(
            "The provider that VMs come from: the one that the run has selected. MTV knows it and has its inventory; it is \
             made once per run.",
        )
        .example("Given a source provider")
        .giving(&[Fact::Source]),
    Sentence::new(Part::Places, "a source provider with its CA under {string}")
        .means("A provider of the scenario's own, whose Secret has the certificate of its authority under this key.")
        .words(&[Field::new::<String>("key", "a key of the provider's Secret")])
        .example("Given a source provider with its CA under \"ca.crt\"")
        .giving(&[Fact::Source])
        .limited(&CERTIFICATES),
    Sentence::new(Part::Places, "a source provider that skips certificate verification")
        .means("A provider of the scenario's own, to which MTV connects without verifying its certificate.")
        .example("Given a source provider that skips certificate verification")
        .giving(&[Fact::Source])
        .limited(&CERTIFICATES),
    Sentence::new(Part::Places, "the destination is the local cluster")
        .means("VMs go to the cluster that MTV runs on. That is the default and may be left out.")
        .example("Given the destination is the local cluster")
        .before_plan(),
    Sentence::new(Part::Places, "the destination is the remote cluster")
        .means("VMs go to the second cluster of the settings, which MTV reaches by its address and a token.")
        .example("Given the destination is the remote cluster")
        .before_plan()
        .later(),
    Sentence::new(Part::Places, "the destination is a remote cluster with only the role {string}")
        .means("The same, but MTV's token is of a service account that has just this cluster role.")
        .words(&[Field::new::<String>("role", "name of a ClusterRole on the remote cluster")])
        .example("Given the destination is a remote cluster with only the role \"forklift-migrator-role\"")
        .before_plan()
        .later(),
    Sentence::new(
        Part::Places,
        "the forklift-controller security context is granted to the target namespace",
    )
    .means("Pods of the namespace that VMs land in may use the SecurityContextConstraints that MTV comes with.")
    .example("Given the forklift-controller security context is granted to the target namespace")
    .before_plan()
    .later(),
    Sentence::new(Part::Places, "VMs land in the namespace {string}")
        .means(
            "VMs are created in this namespace, which is made if it is missing. A `*` at the end of its name becomes a suffix \
             of this run's own.",
        )
        .words(&[NAMESPACE.field])
        .example("Given VMs land in the namespace \"mtv-comprehensive-*\"")
        .before_plan(),
    Sentence::new(Part::Places, "extra networks live in the namespace {string}")
        .means(
            "The networks that are made for the VMs are in this namespace; default: the target namespace of the VMs. MTV takes \
             networks from that one and from `default` only.",
        )
        .words(&[NAMESPACE.field])
        .example("Given extra networks live in the namespace \"default\"")
        .before_plan(),
    Sentence::new(Part::Places, "the target already has a VM named {string}")
        .means(
            "There is a VM of this name in the namespace that VMs land in, before anything is migrated. It has no disk and is \
             never started.",
        )
        .words(&[Field::new::<TargetName>("name", "name of a VM on the target")])
        .example("Given the target already has a VM named \"web-1\"")
        .before_plan()
        .permissions(VMS_MADE),
    Sentence::new(Part::Places, "the target already has a VM with a MAC address of the VM {string}")
        .means(
            "There is a VM in the namespace that VMs land in which has the MAC address of the first NIC of this VM of the plan, \
             or of its clone. It has no disk and is never started.",
        )
        .words(&[PLAN_VM.field])
        .example("Given the target already has a VM with a MAC address of the VM \"mtv-tests-rhel8\"")
        .after(&[Fact::Vms])
        .before_plan()
        .permissions(VMS_MADE),
    Sentence::new(Part::Places, "a worker node reserved for this scenario")
        .means(
            "A worker node of the target gets a label of this run's own. The plan options `target node` and `converter node` \
             take it as `reserved`.",
        )
        .example("Given a worker node reserved for this scenario")
        .before_plan()
        .reserves_node()
        .permissions(NODES_LABELLED),
];

#[given("a source provider")]
async fn a_source_provider(world: &mut MigrationWorld) -> StepResult {
    let scenario = Arc::clone(world.scenario()?);
    let key = scenario.provider.as_deref().ok_or(Missing::Provider)?;
    world.source = Some(scenario.session.source(key).await?);
    Ok(())
}

#[given(expr = "the target already has a VM named {string}")]
fn the_target_has_a_vm_named(world: &mut MigrationWorld, name: String) -> StepResult {
    let name = TargetName::read("name", &name)?;
    world.intent()?.existing_vms.push(ExistingVm::Named(name.0));
    Ok(())
}

#[given(expr = "the target already has a VM with a MAC address of the VM {string}")]
fn the_target_has_a_vm_with_a_mac_of(world: &mut MigrationWorld, original: String) -> StepResult {
    world.intent()?.existing_vms.push(ExistingVm::WithMacOf(original));
    Ok(())
}

#[given(expr = "a source provider with its CA under {string}")]
async fn a_source_provider_with_its_ca(world: &mut MigrationWorld, key: String) -> StepResult {
    own(world, Verification::Against { key }).await
}

#[given("a source provider that skips certificate verification")]
async fn a_source_provider_that_is_not_verified(world: &mut MigrationWorld) -> StepResult {
    own(world, Verification::Skipped).await
}

async fn own(world: &mut MigrationWorld, verification: Verification) -> StepResult {
    let scenario = Arc::clone(world.scenario()?);
    let key = scenario.provider.as_deref().ok_or(Missing::Provider)?;
    world.source = Some(scenario.own_source(key, verification).await?);
    Ok(())
}

#[given("the destination is the local cluster")]
async fn the_destination_is_the_local_cluster(world: &mut MigrationWorld) -> StepResult {
    let local = world.scenario()?.session.local_destination();
    world.land_on(local)?;
    world.scenario()?.destination_provider().await?;
    Ok(())
}

#[given(expr = "VMs land in the namespace {string}")]
fn vms_land_in(world: &mut MigrationWorld, name: String) -> StepResult {
    world.intent()?.namespace = Some(WantedNamespace::read(NAMESPACE.field.name, &name)?);
    Ok(())
}

#[given(expr = "extra networks live in the namespace {string}")]
fn extra_networks_live_in(world: &mut MigrationWorld, name: String) -> StepResult {
    world.intent()?.networks_namespace = Some(WantedNamespace::read(NAMESPACE.field.name, &name)?);
    Ok(())
}

#[given("a worker node reserved for this scenario")]
fn a_reserved_worker(world: &mut MigrationWorld) -> StepResult {
    world.intent()?.reserves_node = true;
    Ok(())
}
