//! One connected source, and what makes its half of a migration.

use forklift_api::forklift::VmStatus;

use super::{Builder, Client, Inventory, References, Validator};
use crate::controllers::forklift::plan::Execution;

/// A source that a provider is connected to. It constructs what a plan needs of it.
pub trait Adapter: Send + Sync {
    /// What the source has.
    fn inventory(&self) -> &dyn Inventory;
    /// Describes the source's VMs for the objects of the target.
    fn builder<'a>(&'a self, execution: &'a Execution<'a>) -> Box<dyn Builder + 'a>;
    /// Acts on the source's VMs.
    fn client<'a>(&'a self, execution: &'a Execution<'a>) -> Box<dyn Client + 'a>;
    /// Judges whether the source's VMs can be migrated.
    fn validator<'a>(&'a self, references: References<'a>) -> Box<dyn Validator + 'a>;
    /// Knows how many VMs can be migrated side by side.
    fn scheduler(&self) -> Box<dyn Scheduler + '_>;
}

/// How many VMs of a source can be migrated side by side. The queue itself is common: `plan/schedule.rs`.
pub trait Scheduler: Send + Sync {
    /// What bears the copy of a VM: VMs with the same answer share one limit.
    fn host(&self, vm: &VmStatus) -> String;
    /// How much of the limit a VM takes in its current phase.
    fn cost(&self, vm: &VmStatus) -> usize;
}
