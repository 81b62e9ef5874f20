#![doc = include_str!("../README.md")]
//!
//! ## Modules
//!
//! `store` keeps objects and their history; `kinds`, `builtin` and `crds` define which kinds are served; `create`,
//! `update`, `patch` and `delete` write; `admission` calls webhooks before a write; `list` and `watch` read; `garbage`,
//! `namespaces` and `retention` are background controllers; `routes` dispatches requests, and `in_process` sends
//! requests to it without a network.

mod accounts;
mod admission;
mod auth;
mod authorization;
mod builtin;
mod convert;
mod crds;
mod create;
mod delete;
mod discovery;
mod garbage;
mod in_process;
mod kinds;
mod list;
mod meta;
mod namespaces;
mod openapi;
mod patch;
mod path;
mod pods;
mod protobuf;
mod request;
mod retention;
mod reviews;
mod routes;
mod schema;
mod selectors;
mod server;
mod status;
mod store;
mod strategic;
mod strategy;
mod table;
mod update;
mod view;
mod watch;
mod weight;

pub use loopback_https::Authority;
use server::Core;
pub use server::{ApiServer, Error, Options};
