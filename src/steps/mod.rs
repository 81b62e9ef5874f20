//! The sentences of feature files: one file per part of the sentence, each step a typed value and one call.

pub mod catalogue;
mod checks;
mod copy_offload;
mod correction;
mod disks;
mod duration;
mod error;
pub mod field;
mod forklift;
mod hooks;
mod lab;
mod labels;
mod lifecycle;
mod map_tables;
mod maps;
mod migration;
pub mod mistake;
mod name_templates;
mod outcome;
mod plan;
mod plan_options;
pub mod platform_limit;
mod prerequisites;
mod providers;
mod related;
pub mod sentence;
mod snippet;
mod table;
mod values;
mod vm_options;
mod vms;
mod words;

pub use error::{StepError, StepResult};
pub use hooks::TIME as HOOK_TIME;
pub use prerequisites::{permissions, prerequisites};
