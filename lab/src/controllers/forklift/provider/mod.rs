//! Providers: validation, the connection test, and the inventory that follows it
//! (`pkg/controller/provider/controller.go`, `validation.go`).

mod credentials;
mod reconcile;
mod tls;
mod trigger;

pub use credentials::Credentials;
pub use reconcile::{Memory, reconcile};
pub use trigger::using;
