//! A simulated data centre: a Kubernetes API server, the controllers of OpenShift Virtualization and MTV, and the
//! source platforms that VMs are migrated from.
//!
//! The lab has four layers, each replaceable by a real one: the API server (`kube-sim`), [`controllers`], the source
//! platforms (`source-sim`) and guests. Users of the lab get the same as for a real cluster: a kubeconfig, a providers
//! file and a settings file.

mod cluster;
pub mod command;
mod controller;
pub mod controllers;
mod data_centre;
mod error;
mod handover;
pub mod injection;
pub mod platforms;
mod tenancy;

pub use controller::Controller;
pub use data_centre::{Lab, LabOptions};
pub use error::Error;
