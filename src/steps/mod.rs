//! The sentences of feature files: one file per part of the sentence, each step a typed value and one call.

mod checks;
mod error;
mod lint;
mod map_tables;
mod maps;
mod migration;
mod plan;
mod plan_options;
mod providers;
mod table;
mod vm_options;
mod vms;

pub use error::{StepError, StepResult};
pub use lint::lint;
