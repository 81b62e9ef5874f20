//! The rows of the table: what is measured.

mod api;
mod cold;
mod default_run;
mod engine;
mod first_step;
mod idle;
mod in_flight;
mod inventory;
mod lint;
mod list;
mod loaded;
mod reaction;
mod report;
mod requests;
mod teardown;
mod thousand;
mod vcenter;
mod waiting;
mod warm;
mod workspace;

pub use list::{ALL, list, peers, peers_of};
