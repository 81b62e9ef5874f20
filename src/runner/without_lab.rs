//! Replaces the embedded lab in a suite that is built for clusters only (without the feature `lab`).

use std::{ffi::OsString, path::PathBuf};

use clap::Args;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use super::{exit::Exit, prepare::Refused};
use crate::settings::{Mistake, Origin, Settings};

/// Message if a lab is needed.
pub const MISSING: &str = "this mtv-bdd has been built without the embedded lab";

/// How to run without the lab.
pub const REMEDY: &str = "name a target: `--profile cluster`, or `--profile FILE` of a running lab; or build mtv-bdd with its default features";

/// The mistake of a binary that has no lab.
pub fn missing() -> Option<Mistake> {
    Some(Mistake::new(Origin::CommandLine, format!("no --profile: {MISSING}")).remedy(REMEDY))
}

/// The binary has no lab to start.
#[derive(Debug, Error)]
#[error("{MISSING}; build mtv-bdd with its default features, or use the mtv-lab binary")]
pub struct NoLab;

/// Not part of this binary: it has been built without the embedded lab.
#[derive(Debug, Args)]
pub struct LabCommand {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _options: Vec<OsString>,
}

impl LabCommand {
    /// Always fails.
    ///
    /// # Errors
    /// There is no lab to start.
    pub async fn run(self) -> Result<(), NoLab> {
        Err(NoLab)
    }
}

/// Source providers of the lab: none.
pub fn providers() -> Vec<(&'static str, &'static str)> {
    Vec::new()
}

/// An embedded lab, which cannot exist in this binary.
#[derive(Debug)]
pub enum EmbeddedLab {}

impl EmbeddedLab {
    /// Always fails.
    ///
    /// # Errors
    /// There is no lab to start.
    pub async fn start(_: &Settings) -> Result<Self, Refused> {
        Err(Refused {
            exit: Exit::Usage,
            message: format!("{MISSING}\n{REMEDY}"),
        })
    }

    /// Stops the lab.
    pub async fn stop(self) {
        match self {}
    }

    /// Path of the lab's `settings.toml`.
    pub fn settings(&self) -> PathBuf {
        match *self {}
    }
}

/// Watches the embedded lab, which cannot exist in this binary.
pub(super) struct LabKeeper(EmbeddedLab);

impl LabKeeper {
    pub(super) fn new(embedded: EmbeddedLab, _: CancellationToken) -> Self {
        Self(embedded)
    }

    pub(super) async fn stop(self) -> Option<String> {
        match self.0 {}
    }
}
