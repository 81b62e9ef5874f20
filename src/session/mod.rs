//! What a run shares: identity and names, the target namespace, providers (created once, on demand), preflight.

pub mod clock;
mod destination;
mod error;
pub mod folder;
pub mod identity;
pub mod lock;
#[cfg(test)]
mod messages;
pub mod names;
mod namespace;
mod on_demand;
pub mod preflight;
pub mod provider_secrets;
mod scenario;
#[expect(clippy::module_inception, reason = "the session is what this folder is about")]
mod session;
mod source_provider;
mod trust;

pub use clock::Clock;
pub use error::Error;
pub use folder::RunFolder;
pub use identity::{RunId, RunIdentity};
pub use namespace::WantedNamespace;
pub use scenario::{Scenario, Scope};
pub use session::{Session, current, install, not_yet, selected};
pub use source_provider::{SourceProvider, Verification};
