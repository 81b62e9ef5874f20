//! Runs one pod on its node through all stages, and stops it when it is deleted.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::Pod;
use kube::{
    ResourceExt,
    api::{DeleteParams, Preconditions},
};
use serde_json::json;
use sim_clock::Poll;
use tokio_util::sync::CancellationToken;

use super::{
    addresses::Addresses,
    hook_runner, inspection,
    status::{Outcome, Stage, status},
    virt_v2v,
    workload::Workload,
};
use crate::{
    controllers::{
        Context,
        controller::Failure,
        objects::{Error, Objects},
    },
    injection::{FaultName, HoldName},
};

/// Simulated time between the scheduling of a pod and its first running container.
const START: Duration = Duration::from_millis(1200);
/// Simulated time that containers need to stop.
const STOP: Duration = Duration::from_millis(500);
/// Delay after an API call that failed.
const RETRY: Duration = Duration::from_secs(1);

/// The worker of one pod.
pub struct Worker {
    context: Context,
    addresses: Arc<Addresses>,
    pods: Objects<Pod>,
    name: String,
    uid: Option<String>,
    work: CancellationToken,
}

impl Worker {
    /// Creates a worker for this pod; cancelling `work` stops the worker.
    pub fn new(context: &Context, addresses: Arc<Addresses>, pod: &Pod, work: CancellationToken) -> Self {
        Self {
            context: context.clone(),
            addresses,
            pods: context.within(&pod.namespace().unwrap_or_default()),
            name: pod.name_any(),
            uid: pod.uid(),
            work,
        }
    }

    /// Runs the pod until its containers end or the pod is deleted.
    pub async fn live(self, pod: Pod) {
        let work = self.work.clone();
        let life = async {
            self.report(&Stage::Creating).await;
            self.context.clock.sleep(START).await;
            let outcome = self.run(&pod).await;
            self.report(&Stage::Finished(outcome)).await;
        };
        tokio::select! {
            biased;
            () = work.cancelled() => {}
            () = life => {}
        }
    }

    async fn run(&self, pod: &Pod) -> Outcome {
        match Workload::for_pod(pod) {
            Workload::Service => {
                self.start(self.addresses.next()).await;
                std::future::pending().await
            }
            Workload::Task { lasting, outcome } => {
                self.start(self.addresses.next()).await;
                self.context.clock.sleep(lasting).await;
                outcome
            }
            Workload::Import { lasting, file } => {
                let address = self.addresses.next();
                self.start(address).await;
                self.import(address, lasting, &file).await
            }
            Workload::Hook(config_map) => {
                self.start(self.addresses.next()).await;
                hook_runner::run(&self.context, pod, &config_map).await
            }
            Workload::Conversion => {
                let conversion = virt_v2v::prepare(&self.context, &self.addresses, pod).await;
                self.start(conversion.address()).await;
                conversion.run(&self.context).await
            }
            Workload::Inspection => {
                let inspection = inspection::prepare(&self.context, &self.addresses, pod).await;
                self.start(inspection.address()).await;
                inspection.run(&self.context).await
            }
        }
    }

    /// Copies a disk. With an injected fault the copy fails and restarts from the beginning, with the pod's container.
    async fn import(&self, address: Ipv4Addr, lasting: Duration, file: &str) -> Outcome {
        let injections = &self.context.injections;
        self.context.clock.sleep(lasting / 2).await;
        let mut restarts = 0;
        while injections.fault(FaultName::ImportFails, file) {
            restarts += 1;
            let last = Outcome {
                exit_code: 1,
                message: Some(format!(
                    "Unable to process data: nbdcopy: {file}: the connection to the source was lost at 50%"
                )),
            };
            let stage = Stage::Restarted {
                address,
                restarts,
                last,
            };
            self.report(&stage).await;
            self.context.clock.wait(RETRY).await;
        }
        let mut poll = Poll::default();
        while injections.hold(HoldName::DiskTransfer, file) {
            poll.look();
            self.context.clock.poll(poll, RETRY).await;
        }
        self.context.clock.sleep(lasting / 2).await;
        Outcome {
            exit_code: 0,
            message: Some(r#"{"preallocationApplied": false}"#.to_owned()),
        }
    }

    async fn start(&self, address: Ipv4Addr) {
        self.report(&Stage::Running(address)).await;
    }

    /// Terminates a deleted pod: stops its containers, then removes the object.
    pub async fn terminate(self) {
        let work = self.work.clone();
        let end = async {
            if self.is_running().await {
                self.context.clock.sleep(STOP).await;
                self.report(&Stage::Finished(Outcome::success())).await;
            }
            let parameters = DeleteParams {
                preconditions: Some(Preconditions {
                    uid: self.uid.clone(),
                    resource_version: None,
                }),
                ..DeleteParams::default().grace_period(0)
            };
            while let Err(error) = self.pods.delete(&self.name, &parameters).await {
                if error.is_stale() {
                    return;
                }
                self.pause(&error).await;
            }
        };
        tokio::select! {
            biased;
            () = work.cancelled() => {}
            () = end => {}
        }
    }

    async fn is_running(&self) -> bool {
        let pod = self.pods.get(&self.name).await;
        let phase = pod.as_ref().and_then(|pod| pod.status.as_ref()?.phase.as_deref());
        phase == Some("Running")
    }

    /// Writes the pod's status; retries until it is written or the pod no longer exists.
    async fn report(&self, stage: &Stage) {
        while let Err(error) = self.try_report(stage).await {
            self.pause(&error).await;
        }
    }

    async fn try_report(&self, stage: &Stage) -> Result<(), Error> {
        let Some(pod) = self.pods.get(&self.name).await else {
            return Ok(());
        };
        if pod.uid() != self.uid {
            return Ok(());
        }
        match self.pods.patch_status(&self.name, json!(status(&pod, stage))).await {
            Err(error) if !error.is_stale() => Err(error),
            _ => Ok(()),
        }
    }

    async fn pause(&self, error: &Error) {
        tracing::debug!(pod = self.name, %error, "the kubelet tries again");
        self.context.clock.wait(RETRY).await;
    }
}
