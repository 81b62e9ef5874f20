//! Admission: webhooks of the cluster are asked about a write before it is carried out
//! (`ValidatingWebhookConfiguration`, `MutatingWebhookConfiguration`).
//!
//! They hear of creations and updates of whole objects, not of subresources and deletions. Their address is a URL: there
//! is no network behind Services here.

mod admit;
mod call;
mod webhook;

pub use admit::admit;
pub use call::Callers;
