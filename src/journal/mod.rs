//! The write-ahead journal: what a run is about to create, who owns it, and how it is recognised again.

mod controller_setting;
mod file;
mod scope;
mod setting_lease;
mod subject;

pub use controller_setting::ControllerSetting;
pub use file::{Contents, Entry, EntryId, Error, FORMAT, Header, Journal};
pub use scope::Scope;
pub use setting_lease::SettingLease;
pub use subject::{NodeLabel, ObjectSubject, Proof, Subject};
