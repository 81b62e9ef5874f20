//! A simulated data centre: a Kubernetes API server, the controllers of OpenShift Virtualization and MTV, and the
//! source platforms that VMs are migrated from.
//!
//! Four layers, each of which can be replaced by the real thing: the API server (`kube-sim`), [`controllers`], the
//! source platforms (`source-sim`) and guests. Whoever uses the lab sees only what a person with a real cluster has: a
//! kubeconfig, a providers file and a settings file.

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
