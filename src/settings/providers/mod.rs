//! The providers file: where source platforms are and who logs in. JSON, with or without `#` comments.
//!
//! Keys are free; what a provider is, its `type` says. Unknown keys, wrong values and missing ones are refused, all at
//! once and each with its place. No message ever shows a value that can be a secret.

mod entries;
mod field;
mod file;
mod overrides;
mod rules;
mod secret;
mod tree;
mod words;

pub use entries::{CopyOffload, Hyperv, Openshift, Openstack, Ova, Ovirt, ProviderEntry, Vsphere};
pub use file::{Error, ProvidersFile};
pub use overrides::OVERRIDABLE;
pub use secret::{ClusterSecret, Reference, Secret};
pub use words::{CloneMethod, ProviderType, Vendor, VsphereEndpoint};
