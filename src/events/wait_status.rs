//! What a running wait waits for, and the state that it saw last: shown by live lines and signals.
//!
//! A wait does not know its observers. An observer runs the work in [`WaitStatus::observe`]; the wait calls [`report`].

use std::sync::{Arc, Mutex, PoisonError};

tokio::task_local! {
    static CURRENT: WaitStatus;
}

/// What is being waited for, and how it was last seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitSnapshot {
    /// What is waited for: `the plan auto-ab12-x7kq-cold to be ready`.
    pub awaited: String,
    /// The state that was last seen, in lines.
    pub state: Vec<String>,
}

/// A place where waits tell what they see. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct WaitStatus(Arc<Mutex<Option<WaitSnapshot>>>);

impl WaitStatus {
    /// Does something; what it waits for can be [asked](Self::now) meanwhile.
    pub async fn observe<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.clone(), work).await
    }

    /// What is waited for now, if anything has been so far.
    pub fn now(&self) -> Option<WaitSnapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Tells whoever watches what is waited for and how it looks.
pub fn report(awaited: &str, state: impl FnOnce() -> Vec<String>) {
    // Nobody has to watch.
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
    async fn a_wait_is_seen_by_whoever_watches_it() {
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
