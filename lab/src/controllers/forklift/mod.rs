//! A simulated Forklift (MTV): the controllers of its custom resources and its inventory service.
//!
//! True to kubev2v/forklift: what it writes, in which order, with which words. The validation service (OPA) is not
//! simulated: VMs have no concerns.

mod adapter;
mod cache;
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
mod worker;

pub use settings::Values as ControllerValues;
pub use start::{Options, run};
