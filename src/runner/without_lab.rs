//! Stands in for the embedded lab in a suite that was built for clusters only (without the feature `lab`).

use std::{ffi::OsString, path::PathBuf};

use clap::Args;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use super::{exit::Exit, prepare::Refused};
use crate::settings::{Mistake, Origin, Settings};

/// What this binary lacks.
pub const MISSING: &str = "this mtv-bdd has been built without the embedded lab";

/// What to do about it.
pub const REMEDY: &str = "name a target: `--profile cluster`, or `--profile FILE` of a running lab; or build mtv-bdd with its default features";

/// The mistake to expect a lab of this binary.
pub fn missing() -> Option<Mistake> {
    Some(Mistake::new(Origin::CommandLine, format!("no --profile: {MISSING}")).remedy(REMEDY))
}

/// There is no lab to start.
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
    /// Refuses.
    ///
    /// # Errors
    /// Always: there is no lab to start.
    pub async fn run(self) -> Result<(), NoLab> {
        Err(NoLab)
    }
}

/// It has no providers.
pub fn providers() -> Vec<(&'static str, &'static str)> {
    Vec::new()
}

/// There is none.
#[derive(Debug)]
pub enum EmbeddedLab {}

impl EmbeddedLab {
    /// Refuses.
    ///
    /// # Errors
    /// Always: there is no lab to start.
    pub async fn start(_: &Settings) -> Result<Self, Refused> {
        Err(Refused {
            exit: Exit::Usage,
            message: format!("{MISSING}\n{REMEDY}"),
        })
    }

    /// Stops it.
    pub async fn stop(self) {
        match self {}
    }

    /// `settings.toml` of the lab.
    pub fn settings(&self) -> PathBuf {
        match *self {}
    }
}

/// Watches over a lab that there is not.
pub(super) struct LabKeeper(EmbeddedLab);

impl LabKeeper {
    pub(super) fn new(embedded: EmbeddedLab, _: CancellationToken) -> Self {
        Self(embedded)
    }

    pub(super) async fn stop(self) -> Option<String> {
        match self.0 {}
    }
}
