//! How a run goes: features are read, checked, selected and executed, and what happened becomes an exit code.

pub mod execution;
pub mod input;
pub mod lint;
pub mod outline;
pub mod parser;
pub mod plan;
pub mod problem;
pub mod source;
pub mod tags;
pub mod writer;
