//! The lab's controllers by name, and their start and supervision.

use std::sync::Arc;

use loopback_https::Authority;
use tokio::task::{JoinError, JoinSet};

use crate::{
    Error,
    controllers::{Context, cdi, core, forklift, kubevirt, openshift},
};

/// A controller of the lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    /// Nodes, scheduler, kubelet, jobs, volumes.
    Core,
    /// Containerized Data Importer.
    Cdi,
    /// KubeVirt.
    Kubevirt,
    /// Objects of OpenShift and its operators.
    Openshift,
    /// Forklift.
    Forklift,
}

impl Controller {
    /// All controllers in start order.
    pub const ALL: [Self; 5] = [Self::Core, Self::Cdi, Self::Kubevirt, Self::Openshift, Self::Forklift];

    /// Name of the controller on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Cdi => "cdi",
            Self::Kubevirt => "kubevirt",
            Self::Openshift => "openshift",
            Self::Forklift => "forklift",
        }
    }
}

impl std::str::FromStr for Controller {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|controller| controller.name() == text)
            .ok_or_else(|| {
                let names: Vec<_> = Self::ALL.iter().map(|controller| controller.name()).collect();
                format!("'{text}' is no controller of the lab; they are {}", names.join(", "))
            })
    }
}

/// Starts these controllers. A task returns an error if its controller ends without being stopped.
pub(crate) fn start(context: &Context, authority: &Arc<Authority>, wanted: &[Controller]) -> JoinSet<Error> {
    let mut running = JoinSet::new();
    for &controller in wanted {
        let (context, authority) = (context.clone(), authority.clone());
        running.spawn(async move {
            let stop = context.stop.clone();
            let ended = match controller {
                Controller::Core => core::run(context).await,
                Controller::Cdi => cdi::run(context).await,
                Controller::Kubevirt => kubevirt::run(context).await,
                Controller::Openshift => openshift::run(context).await,
                Controller::Forklift => forklift::run(context, forklift::Options::new(authority)).await,
            };
            if stop.is_cancelled() {
                return std::future::pending().await;
            }
            let reason = ended.map_or_else(|error| format!("{error:#}"), |()| "without an error".to_owned());
            Error::Controller {
                name: controller.name(),
                reason,
            }
        });
    }
    running
}

/// The error for a controller that panicked.
pub(crate) fn panicked(error: JoinError) -> Error {
    Error::Controller {
        name: "(unknown)",
        reason: error.to_string(),
    }
}
