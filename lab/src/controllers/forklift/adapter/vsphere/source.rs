//! One vCenter that a provider is connected to.

use std::sync::Arc;

use vim25::Error;

use super::{
    builder::VsphereBuilder,
    client::VsphereClient,
    credentials,
    inventory::{Vcenter, collect},
    scheduler::VsphereScheduler,
    validator::VsphereValidator,
};
use crate::controllers::forklift::{
    adapter::base::{Adapter, Builder, Client, Collector, Inventory, PlanContext, Scheduler, Validator},
    error::{Result, Tried, source_error},
    plan::Execution,
    provider::Credentials,
};

/// A vCenter with what it has.
pub struct Source {
    inventory: Arc<Vcenter>,
}

impl Source {
    /// Starts to collect the inventory.
    pub fn connect(credentials: &Credentials, collector: Collector) -> Self {
        let inventory = Arc::new(Vcenter::default());
        tokio::spawn(collect(credentials::options(credentials), inventory.clone(), collector));
        Self { inventory }
    }
}

impl Adapter for Source {
    fn inventory(&self) -> &dyn Inventory {
        &*self.inventory
    }

    fn builder<'a>(&'a self, execution: &'a Execution<'a>) -> Box<dyn Builder + 'a> {
        Box::new(VsphereBuilder::new(execution, &self.inventory))
    }

    fn client<'a>(&'a self, execution: &'a Execution<'a>) -> Box<dyn Client + 'a> {
        Box::new(VsphereClient::new(&execution.credentials))
    }

    fn validator<'a>(&'a self, context: PlanContext<'a>) -> Box<dyn Validator + 'a> {
        Box::new(VsphereValidator::new(context, &self.inventory))
    }

    fn scheduler(&self) -> Box<dyn Scheduler + '_> {
        Box::new(VsphereScheduler::new(&self.inventory))
    }
}

impl<T> Tried<T> for std::result::Result<T, Error> {
    fn tried(self, action: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| source_error(action(), source))
    }
}
