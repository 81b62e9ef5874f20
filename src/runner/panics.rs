//! Panics: one in a step becomes the step's message, one in a background task is recorded and fails the run.

use std::{
    panic,
    sync::{Mutex, PoisonError},
    thread,
};

static IN_BACKGROUND: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Installs a panic hook: panics of this thread are not printed, because the runner catches and reports them; those of
/// other threads are recorded.
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

/// Messages of the panics in background tasks since [`watch`].
pub fn in_background() -> Vec<String> {
    std::mem::take(&mut *IN_BACKGROUND.lock().unwrap_or_else(PoisonError::into_inner))
}
