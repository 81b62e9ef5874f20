//! Settings of a run: typed, closed, layered; the providers file; secrets and their redaction.
//!
//! The table of all settings is in [`fields`]; their defaults and what they mean for a user are in
//! `config/default.toml`.

mod error;
mod fields;
mod layers;
pub mod providers;
pub mod redactor;
mod value;

pub use error::Error;
pub use fields::{Evidence, KEYS, Naming, Run, Settings, Source, Target, Timeouts};
pub use layers::{Layers, Profile, load};
pub use mtv_lab::clock::Speed;
pub use providers::{ProviderEntry, ProviderType, ProvidersFile};
pub use redactor::Redactor;
pub use value::Origin;
