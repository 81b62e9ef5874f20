//! Checks before anything is created: the preflight of every run and the more thorough doctor.

mod cluster;
mod destination;
mod doctor;
mod hub;
mod named;
mod permissions;
mod prerequisites;
mod run;

pub use doctor::{Diagnosis, DoctorInput, Health, examine};
pub(super) use named::have_storage_classes;
pub use permissions::Permission;
pub use prerequisites::Prerequisites;
pub(super) use run::{Usable, usable};
