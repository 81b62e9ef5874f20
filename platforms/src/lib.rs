#![doc = include_str!("../README.md")]

mod sim;
pub mod vsphere;

pub use sim::{Platform, SourceSim, StartError, Starting};
