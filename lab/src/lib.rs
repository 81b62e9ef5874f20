//! A simulated data centre: a Kubernetes API server, the controllers of OpenShift Virtualization and MTV, and the
//! source platforms that VMs are migrated from.
//!
//! Four layers, each of which can be replaced by the real thing: the API server (`kube-sim`), [`controllers`], the
//! source platforms (`source-sim`) and guests. Whoever uses the lab sees only what a person with a real cluster has: a
//! kubeconfig, a providers file and a settings file.

pub mod command;
pub mod controllers;
mod data_centre;
mod handover;
pub mod injection;
mod tenancy;

pub use data_centre::{Controller, Error, Lab, LabOptions};
