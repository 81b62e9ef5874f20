//! One kubelet for all nodes: runs a [`worker`] for each scheduled pod. The worker reports the [`status`] of the pod
//! while it simulates the workload of the pod ([`workload`], [`virt_v2v`], [`inspection`], [`hook_runner`]).

mod addresses;
mod hook_runner;
mod inspection;
mod playbook;
mod status;
mod virt_v2v;
mod worker;
mod workload;

use std::{collections::HashMap, sync::Arc};

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::controllers::{Context, informer::Change};
use addresses::Addresses;
use worker::Worker;

pub use workload::{EXIT_CODE, import_time};

/// Runs the kubelet until the context stops; servers of its pods stop with it.
pub async fn run(context: Context) {
    let (changes, mut changed) = mpsc::unbounded_channel();
    context.informer::<Pod>().on_change(move |change| {
        let (pod, exists) = match change {
            Change::Applied { object, .. } => (object, true),
            Change::Deleted(object) => (object, false),
        };
        // The receiver ends with the kubelet.
        let _ = changes.send((pod.clone(), exists));
    });
    let mut kubelet = Kubelet {
        addresses: Arc::default(),
        workers: HashMap::new(),
        tasks: TaskTracker::new(),
        context: context.clone(),
    };
    loop {
        let change = tokio::select! {
            biased;
            () = context.stop.cancelled() => break,
            change = changed.recv() => change,
        };
        match change {
            Some((pod, true)) => kubelet.observe(&pod),
            Some((pod, false)) => kubelet.forget(&pod),
            None => break,
        }
    }
    kubelet.tasks.close();
    kubelet.tasks.wait().await;
}

struct Kubelet {
    context: Context,
    addresses: Arc<Addresses>,
    workers: HashMap<String, PodState>,
    tasks: TaskTracker,
}

/// Worker state of one pod.
struct PodState {
    work: CancellationToken,
    terminating: bool,
}

impl Kubelet {
    fn observe(&mut self, pod: &Pod) {
        let Some(uid) = pod.uid() else { return };
        let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
        let is_finished = matches!(phase, Some("Succeeded" | "Failed"));
        let is_scheduled = pod.spec.as_ref().is_some_and(|spec| spec.node_name.is_some());
        let is_deleted = pod.metadata.deletion_timestamp.is_some();
        let worker = |work| Worker::new(&self.context, self.addresses.clone(), pod, work);
        match self.workers.get_mut(&uid) {
            None if is_deleted || (is_scheduled && !is_finished) => {
                let work = self.context.stop.child_token();
                let worker = worker(work.clone());
                if is_deleted {
                    self.tasks.spawn(worker.terminate());
                } else {
                    self.tasks.spawn(worker.live(pod.clone()));
                }
                self.workers.insert(
                    uid,
                    PodState {
                        work,
                        terminating: is_deleted,
                    },
                );
            }
            Some(state) if is_deleted && !state.terminating => {
                state.work.cancel();
                state.terminating = true;
                self.tasks.spawn(worker(self.context.stop.child_token()).terminate());
            }
            _ => {}
        }
    }

    fn forget(&mut self, pod: &Pod) {
        if let Some(state) = pod.uid().and_then(|uid| self.workers.remove(&uid)) {
            state.work.cancel();
        }
    }
}
