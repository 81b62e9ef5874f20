//! Settings of a run: typed, closed, layered; the providers file; secrets and their redaction.
//!
//! The table of all settings is in [`fields`]; their defaults and what they mean for a user are in
//! `config/default.toml`.

mod conflicts;
mod fields;
mod layers;
mod mistake;
pub mod nearest;
mod origin;
pub mod providers;
pub mod redactor;
pub mod root;
pub mod schema;
pub mod shown;
pub mod successors;
mod value;

pub use fields::{Evidence, KEYS, Naming, Run, SECTIONS, SETTINGS, Setting, Settings, Source, Target, Timeouts};
pub use layers::{Layers, Profile, defaults, load, load_with_providers};
pub use mistake::{Mistake, Mistakes};
pub use origin::{Origin, variable};
pub use providers::{ProviderEntry, ProviderType, ProvidersFile};
pub use redactor::Redactor;
pub use sim_clock::Speed;
