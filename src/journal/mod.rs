//! The write-ahead journal: what a run is about to create, who owns it, and how it is recognised again.

mod controller_setting;
mod file;
mod loan;
mod scope;
mod subject;

pub use controller_setting::ControllerSetting;
pub use file::{Contents, Entry, EntryId, Error, FORMAT, Header, Journal};
pub use loan::Loan;
pub use scope::Scope;
pub use subject::{NodeLabel, ObjectSubject, Proof, Subject};
