//! A simulated vCenter: the vSphere Web Services API at `/sdk`, and as much of the REST API as a log-in for tags needs.
//!
//! `inventory` is what the vCenter manages, `objects` computes the properties of managed objects from it, `collector`
//! reads and watches them, `operations` changes them through `tasks`. `population` is what it starts with.

mod authorization;
mod collector;
mod dispatch;
mod fault;
mod guest;
mod hardware;
mod identity;
mod inventory;
mod kinds;
mod objects;
mod operations;
mod population;
mod rest;
mod search;
mod server;
mod service;
mod session;
mod sim;
mod state;
mod tasks;
mod views;

pub use server::{Error, Options, Vcenter};
pub use sim::PLATFORM;
