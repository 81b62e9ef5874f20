//! Admission webhooks (`ValidatingWebhookConfiguration`, `MutatingWebhookConfiguration`), called before a write.
//!
//! Webhooks are called for creations and updates of whole objects, not for subresources and deletions. Only
//! `clientConfig.url` is supported: no network serves `clientConfig.service`.

mod admit;
mod call;
mod webhook;

pub use admit::admit;
pub use call::WebhookClients;
