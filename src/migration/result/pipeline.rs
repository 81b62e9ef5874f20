//! The steps of a VM's migration, as Forklift names them.

use std::fmt;
use std::str::FromStr;

use forklift_api::forklift::pipeline_steps;

use crate::settings::nearest::nearest;

/// The word for whichever of DiskTransfer and DiskTransferV2v a platform has.
const DISK_TRANSFER: &str = "disk transfer";

/// A step of the pipeline as a sentence names it: by Forklift's name, or `disk transfer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PipelineStep(&'static str);

impl PipelineStep {
    /// All names that a sentence can use.
    pub fn names() -> impl Iterator<Item = &'static str> {
        pipeline_steps::ALL.iter().copied().chain([DISK_TRANSFER])
    }

    /// Whether this is Forklift's step with this name.
    pub fn is(self, name: &str) -> bool {
        match self.0 {
            DISK_TRANSFER => pipeline_steps::is_disk_transfer(name),
            step => step == name,
        }
    }
}

impl fmt::Display for PipelineStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// No pipeline has such a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no pipeline has a step \"{name}\"; {hint}")]
pub struct UnknownStep {
    name: String,
    hint: String,
}

impl FromStr for PipelineStep {
    type Err = UnknownStep;

    fn from_str(name: &str) -> Result<Self, UnknownStep> {
        if let Some(step) = Self::names().find(|step| *step == name) {
            return Ok(Self(step));
        }
        let hint = match nearest(name, Self::names()).as_slice() {
            [] => format!("there are {}", Self::names().collect::<Vec<_>>().join(", ")),
            [near] => format!("the nearest is {near}"),
            alike => format!("the nearest are {}", alike.join(", ")),
        };
        Err(UnknownStep {
            name: name.to_owned(),
            hint,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disk_transfer_means_either() {
        let step: PipelineStep = "disk transfer".parse().expect("a step");
        assert!(step.is("DiskTransfer") && step.is("DiskTransferV2v") && !step.is("DiskAllocation"));
    }

    #[test]
    fn a_misspelt_step_is_refused() {
        insta::assert_snapshot!(
            "PostHok".parse::<PipelineStep>().expect_err("unknown"),
            @r#"no pipeline has a step "PostHok"; the nearest is PostHook"#
        );
    }
}
