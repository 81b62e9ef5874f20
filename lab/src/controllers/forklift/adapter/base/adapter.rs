//! One connected source, and what makes its half of a migration.

use super::{Builder, Client, Inventory, PlanContext, Scheduler, Validator};
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
    fn validator<'a>(&'a self, context: PlanContext<'a>) -> Box<dyn Validator + 'a>;
    /// Knows how many VMs can be migrated side by side.
    fn scheduler(&self) -> Box<dyn Scheduler + '_>;
}
