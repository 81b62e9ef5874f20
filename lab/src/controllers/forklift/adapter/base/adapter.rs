//! A connected source, which constructs the platform-specific parts of a migration.

use super::{Builder, Client, Inventory, PlanContext, Scheduler, Validator};
use crate::controllers::forklift::plan::Execution;

/// A connected source of a provider; constructs the platform-specific parts of a migration.
pub trait Adapter: Send + Sync {
    /// Inventory of the source.
    fn inventory(&self) -> &dyn Inventory;
    /// Builder, which describes source VMs for the objects of the target.
    fn builder<'a>(&'a self, execution: &'a Execution<'a>) -> Box<dyn Builder + 'a>;
    /// Client, which acts on source VMs.
    fn client<'a>(&'a self, execution: &'a Execution<'a>) -> Box<dyn Client + 'a>;
    /// Validator, which checks whether source VMs can be migrated.
    fn validator<'a>(&'a self, context: PlanContext<'a>) -> Box<dyn Validator + 'a>;
    /// Scheduler, which limits concurrent migrations.
    fn scheduler(&self) -> Box<dyn Scheduler + '_>;
}
