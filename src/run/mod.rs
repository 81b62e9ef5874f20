//! Identity and environment of a run: ids, names, labels, clock, run folder and its lock.

mod clock;
mod cluster_id;
pub mod folder;
mod identity;
pub mod labels;
pub mod lock;
pub mod names;
mod reach;
mod scenario_key;

pub use clock::Clock;
pub use cluster_id::ClusterId;
pub use folder::RunFolder;
pub use identity::{RunId, RunIdentity};
pub use reach::Reach;
pub use scenario_key::ScenarioKey;
