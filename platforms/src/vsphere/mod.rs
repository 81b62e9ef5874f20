//! A simulated vCenter: the vSphere Web Services API at `/sdk`, and the part of the REST API for reading tags.
//!
//! `inventory` holds the objects, `objects` computes the properties of managed objects, `collector` reads and watches
//! them, `operations` changes them through `tasks`. `population` is the initial inventory.

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
