//! What a wait sees while it waits, for whoever asks where things stand.
//!
//! A wait does not know for whom it waits. Whoever wants to know [watches](Sight::over) it; the wait [tells](tell).

use std::sync::{Arc, Mutex, PoisonError};

tokio::task_local! {
    static CURRENT: Sight;
}

/// What is being waited for, and how it was last seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// What is waited for: `the plan auto-ab12-x7kq-cold to be ready`.
    pub awaited: String,
    /// The state that was last seen, in lines.
    pub state: Vec<String>,
}

/// A place where waits tell what they see. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Sight(Arc<Mutex<Option<Seen>>>);

impl Sight {
    /// Does something; what it waits for can be [asked](Self::now) meanwhile.
    pub async fn over<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.clone(), work).await
    }

    /// What is waited for now, if anything has been so far.
    pub fn now(&self) -> Option<Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Tells whoever watches what is waited for and how it looks.
pub fn tell(awaited: &str, state: impl FnOnce() -> Vec<String>) {
    // Nobody has to watch.
    let _ = CURRENT.try_with(|sight| {
        let seen = Seen {
            awaited: awaited.to_owned(),
            state: state(),
        };
        *sight.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_is_seen_by_whoever_watches_it() {
        tell("nobody", Vec::new);
        let (outer, inner) = (Sight::default(), Sight::default());
        let nested = async {
            tell("the plan", || vec!["phase Pending".to_owned()]);
            inner.over(async { tell("the provider", Vec::new) }).await;
        };
        outer.over(nested).await;
        let awaited = |sight: &Sight| sight.now().map(|seen| seen.awaited);
        assert_eq!(awaited(&outer).as_deref(), Some("the plan"));
        assert_eq!(awaited(&inner).as_deref(), Some("the provider"));
        assert_eq!(Sight::default().now(), None);
    }
}
