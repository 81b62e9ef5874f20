//! Validation after a migration: one file per check, a registry, typed findings.

pub mod finding;
