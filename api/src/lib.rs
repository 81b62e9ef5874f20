//! Typed custom resources of Forklift, KubeVirt, CDI, Multus and OpenShift, and of the simulated lab.
//!
//! The types name what the suite reads and what the lab writes. Unknown fields are tolerated when reading and lost when
//! writing, so change objects with patches, never by replacing them.
//!
//! ```
//! use forklift_api::forklift::{Conditions, Provider};
//!
//! fn ready(provider: &Provider) -> bool {
//!     provider.status.is_true("Ready")
//! }
//! ```

pub mod cdi;
mod crds;
pub mod forklift;
pub mod kubevirt;
pub mod lab;
pub mod multus;
pub mod openshift;
mod schema;

pub use crds::all_crds;
