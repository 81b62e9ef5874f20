//! The inventory: objects of each provider, collected from the sources and served over HTTPS like Forklift's
//! `forklift-inventory` service (`pkg/controller/provider/web`).

mod auth;
pub mod openshift;
pub mod query;
pub mod server;
pub mod store;

pub use store::{Content, Entry, Store};
