//! Plans: validation, and the migration of their VMs phase by phase (`pkg/controller/plan`).

mod archive;
mod blocker;
mod builder;
mod cancel;
mod cleanup;
mod execute;
mod execution;
mod guest;
mod itinerary;
mod phase;
mod phases;
mod pipeline;
mod reconcile;
mod schedule;
mod trigger;
mod validation;

pub use builder::go_yaml;
pub use cleanup::clean_deleted;
pub use execute::ensure_namespace;
pub use execution::{Execution, id, target_name};
pub use phase::Phase;
pub use reconcile::reconcile;
pub use trigger::{Referred, Triggers, runs};
