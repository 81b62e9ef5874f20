//! A simulated Forklift (MTV): the controllers of its custom resources and its inventory service.
//!
//! True to kubev2v/forklift: what it writes, in which order, with which words. The validation service (OPA) is not
//! simulated: VMs have no concerns.

mod cache;
mod conditions;
mod conversion;
mod error;
mod events;
mod inventory;
mod maps;
mod migration;
mod pair;
mod plan;
mod provider;
mod release;
mod resolve;
mod seed;
mod shared;
mod start;
mod template;
mod webhooks;
mod worker;

pub use start::{Options, run};
