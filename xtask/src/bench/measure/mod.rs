//! What rows measure with: processes, runs of the suite, labs, a proxy that counts, feature files of any size.

pub mod counted;
pub mod cpu;
pub mod features;
pub mod lab;
pub mod lines;
pub mod memory;
pub mod process;
pub mod proxy;
pub mod suite;
