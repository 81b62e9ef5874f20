//! A simulated Forklift (MTV): the controllers of its custom resources and its inventory service.
//!
//! It writes the same objects in the same order with the same messages as kubev2v/forklift. The validation service
//! (OPA) is not simulated: VMs have no concerns.

mod adapter;
mod conditions;
mod conversion;
mod error;
mod events;
mod hook;
mod inventory;
mod maps;
mod migration;
mod name_templates;
mod operator;
mod pair;
mod pauses;
mod plan;
mod pod_http;
mod provider;
mod release;
mod resolve;
mod seed;
mod settings;
mod shared;
mod start;
mod vm_names;
mod webhooks;

pub use settings::Values as ControllerValues;
pub use start::{Options, run};
