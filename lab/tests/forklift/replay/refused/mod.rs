//! Providers, maps and plans that Forklift refuses: their conditions and events are compared word for word.
//!
//! All of them are played side by side in one lab, because nothing is migrated. To add a recording, add it to `ALL` in
//! `list.rs` with the objects that it is about, what they are called in the lab, and a function that makes them.

mod judgements;
mod list;
mod maps;
mod plans;
mod providers;
mod replay;

pub use replay::replay;
