//! The lab that a run starts for itself, and that ends with the run.

use std::path::PathBuf;

pub use mtv_lab::command::LabCommand;
use mtv_lab::{Lab, LabOptions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{exit::Exit, prepare::Refused};
use crate::settings::{Mistake, Settings};

/// The mistake of a binary that has no lab: `None`, this one has it.
pub fn missing() -> Option<Mistake> {
    None
}

/// The source providers of a lab: keys of its providers file, and their types.
pub fn providers() -> Vec<(&'static str, &'static str)> {
    Lab::providers().collect()
}

/// A lab in this process, and the folder with its three files, which is deleted with it.
pub struct EmbeddedLab {
    lab: Lab,
    folder: tempfile::TempDir,
}

impl EmbeddedLab {
    /// Starts a lab.
    pub async fn start(settings: &Settings) -> Result<Self, Refused> {
        let unusable = |error: anyhow::Error| Refused {
            exit: Exit::Unusable,
            message: format!("the simulated lab could not be started: {error:#}"),
        };
        let folder = tempfile::Builder::new()
            .prefix("mtv-lab-")
            .tempdir()
            .map_err(|error| unusable(error.into()))?;
        let lab_options = LabOptions {
            speed: settings.target.speed,
            ..LabOptions::new(folder.path())
        };
        let lab = Lab::start(lab_options).await.map_err(|error| unusable(error.into()))?;
        Ok(Self { lab, folder })
    }

    /// Stops the lab.
    pub async fn stop(self) {
        self.lab.stop().await;
    }

    /// Path of the lab's `settings.toml`: the profile with which a run reaches the lab.
    pub fn settings(&self) -> PathBuf {
        self.lab.settings()
    }
}

/// Watches the embedded lab; if the lab breaks, the run ends.
pub(super) struct LabKeeper {
    stop: CancellationToken,
    task: JoinHandle<Option<String>>,
}

impl LabKeeper {
    pub(super) fn new(embedded: EmbeddedLab, cancel: CancellationToken) -> Self {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let EmbeddedLab { mut lab, folder } = embedded;
            let broken = tokio::select! {
                biased;
                () = stopped.cancelled() => None,
                error = lab.broken() => {
                    cancel.cancel();
                    Some(format!("the simulated lab broke: {error}"))
                }
            };
            lab.stop().await;
            drop(folder);
            broken
        });
        Self { stop, task }
    }

    /// Stops the lab; returns the error if the lab had broken.
    pub(super) async fn stop(self) -> Option<String> {
        self.stop.cancel();
        self.task
            .await
            .unwrap_or_else(|crashed| Some(format!("the simulated lab crashed: {crashed}")))
    }
}
