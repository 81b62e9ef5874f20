//! What a running wait waits for, and the state that it saw last: shown by live lines and signals.
//!
//! A wait does not know its observers. An observer runs the work in [`WaitStatus::observe`]; the wait calls [`report`].

use std::sync::{Arc, Mutex, PoisonError};

tokio::task_local! {
    static CURRENT: WaitStatus;
}

/// What is waited for, and its state at the last observation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitSnapshot {
    /// The awaited condition: `the plan auto-ab12-x7kq-cold to be ready`.
    pub awaited: String,
    /// The last observed state, one line per fact.
    pub state: Vec<String>,
}

/// Receives the reports of the waits in the observed work. Clones share the state.
#[derive(Debug, Clone, Default)]
pub struct WaitStatus(Arc<Mutex<Option<WaitSnapshot>>>);

impl WaitStatus {
    /// Runs `work` and receives what its waits report; [`Self::now`] gives the latest report.
    pub async fn observe<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.clone(), work).await
    }

    /// The latest report; `None` before the first one.
    pub fn now(&self) -> Option<WaitSnapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Reports the awaited condition and its state to the observer of the current task, if there is one.
pub fn report(awaited: &str, state: impl FnOnce() -> Vec<String>) {
    // Outside `observe` there is no observer.
    let _ = CURRENT.try_with(|wait| {
        let seen = WaitSnapshot {
            awaited: awaited.to_owned(),
            state: state(),
        };
        *wait.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reports_go_to_the_innermost_observer() {
        report("nobody", Vec::new);
        let (outer, inner) = (WaitStatus::default(), WaitStatus::default());
        let nested = async {
            report("the plan", || vec!["phase Pending".to_owned()]);
            inner.observe(async { report("the provider", Vec::new) }).await;
        };
        outer.observe(nested).await;
        let awaited = |wait: &WaitStatus| wait.now().map(|seen| seen.awaited);
        assert_eq!(awaited(&outer).as_deref(), Some("the plan"));
        assert_eq!(awaited(&inner).as_deref(), Some("the provider"));
        assert_eq!(WaitStatus::default().now(), None);
    }
}
