//! Panics: a step's becomes its message, a background task's is kept and fails the run.

use std::{
    panic,
    sync::{Mutex, PoisonError},
    thread,
};

static IN_BACKGROUND: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// From now on panics of this thread are silent, because the runner catches and reports them, and those of other
/// threads are kept.
pub fn watch() {
    let scenarios = thread::current().id();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == scenarios {
            tracing::debug!("{panic}");
            return;
        }
        tracing::error!("a background task crashed: {panic}");
        IN_BACKGROUND
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(panic.to_string());
    }));
}

/// What background tasks panicked about since [`watch`].
pub fn in_background() -> Vec<String> {
    std::mem::take(&mut *IN_BACKGROUND.lock().unwrap_or_else(PoisonError::into_inner))
}
