//! Measures what mtv-bdd costs, compares it with the stored table and with peers: `cargo xtask bench`.

mod bound;
mod builds;
mod command;
mod differences;
mod machine;
mod measure;
mod page;
mod peer;
mod progress;
mod row;
mod rows;
mod stats;
mod store;
mod table;
mod unit;

pub use command::{Options, run};
pub use page::page;
