//! Structural schemas of custom resources: validation, defaulting and pruning.
//!
//! CEL rules (`x-kubernetes-validations`) are not evaluated: an object that violates only these rules is accepted.

mod default;
mod model;
mod prune;
mod validate;

pub use default::default;
pub use model::Schema;
pub use prune::prune;
pub use validate::validate;
