//! Validation of a plan, in Forklift's order (`pkg/controller/plan/validation.go`).

mod checks;
mod hooks;
mod maps;
mod name_templates;
mod service_account;
mod unsimulated;
mod vms;

pub use checks::validate;
