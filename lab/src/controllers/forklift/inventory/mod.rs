//! The inventory: what each provider has, collected from the sources and served over HTTPS as Forklift's
//! `forklift-inventory` service does (`pkg/controller/provider/web`).

mod auth;
pub mod openshift;
pub mod query;
pub mod server;
pub mod store;

pub use store::{Content, Entry, Store};
