//! Structural schemas of custom resources: what they validate, default and prune.
//!
//! Rules in CEL (`x-kubernetes-validations`) are not evaluated: an object that only they forbid is accepted.

mod default;
mod model;
mod prune;
mod validate;

pub use default::default;
pub use model::Schema;
pub use prune::prune;
pub use validate::validate;
