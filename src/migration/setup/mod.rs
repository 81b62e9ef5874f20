//! From what a scenario says to a plan that Forklift has judged: VMs, maps, hooks, settings, the plan itself.

mod abilities;
mod existing_vms;
mod extras;
pub mod hooks;
mod injections;
pub mod intent;
pub mod maps;
pub mod name_templates;
mod named;
mod networks;
mod options;
mod plan;
mod plan_builder;
mod prepare;
mod reserved;
mod setting_leases;

pub use injections::{Injection, NotInjected, release, repair};
pub use name_templates::{ClaimName, ClaimNames, DiskFacts, NamesOf};
pub(in crate::migration) use named::named;
pub use named::not_in_plan;
pub use options::{Nodes, PlanKind, PlanOptions};
pub use plan::{Expectation, MigrationPlan};
pub use prepare::PreparedVm;
