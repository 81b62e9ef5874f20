#![doc = include_str!("../README.md")]
//!
//! ## The parts
//!
//! `store` keeps objects and their history; `kinds`, `builtin` and `crds` say what can be stored; `create`, `update`,
//! `patch` and `delete` write; `admission` asks webhooks first; `list` and `watch` read; `garbage`,
//! `namespaces` and `retention` tidy up; `routes` leads requests to them, those of `in_process` without a network.

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

pub use loopback_https::Authority;
use server::Core;
pub use server::{ApiServer, Error, Options};
