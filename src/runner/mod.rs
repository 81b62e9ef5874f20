//! How a run goes: features are read, checked, selected and executed, and what happened becomes an exit code.

pub mod input;
pub mod outline;
pub mod plan;
pub mod problem;
pub mod source;
pub mod tags;
