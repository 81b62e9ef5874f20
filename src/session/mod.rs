//! Resources that the scenarios of a run share: hub, destinations, namespaces, providers (created once, on demand), preflight.

mod destination;
mod error;
mod forklift_provider;
#[cfg(test)]
mod messages;
mod namespace;
mod on_demand;
pub mod preflight;
pub mod provider_secrets;
mod scenario;
#[expect(clippy::module_inception, reason = "the session is what this folder is about")]
mod session;
mod source_provider;
mod sources;
mod trust;

pub use destination::Destination;
pub use error::Error;
pub use namespace::WantedNamespace;
pub use scenario::Scenario;
pub use session::{Session, current, install};
pub use source_provider::{SourceProvider, Verification};
pub use sources::{Sources, not_yet, selected};
