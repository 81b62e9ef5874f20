//! Signals: of Ctrl-C and SIGTERM the first asks for an end in order, the third leaves at once; SIGUSR1 asks where
//! things stand.

use std::path::PathBuf;

use tokio::sync::mpsc::{Receiver, channel};
use tokio_util::sync::CancellationToken;

use super::exit::Exit;
use crate::report::screen::Screen;

/// Listens until the process ends.
pub async fn listen(cancel: CancellationToken, journal: PathBuf, screen: Screen) {
    let mut count = 0;
    loop {
        if let Err(error) = next().await {
            tracing::warn!("signals cannot be heard: {error}");
            return;
        }
        count += 1;
        match count {
            1 => {
                screen.complain("\ninterrupted: no further scenario begins, what was created is torn down");
                cancel.cancel();
            }
            2 => screen.complain("\nstill tearing down; once more leaves at once"),
            _ => {
                let journal = journal.display();
                screen.complain(&format!("\nleft at once; what the run created is listed in {journal}"));
                std::process::exit(Exit::Interrupted.code().into());
            }
        }
    }
}

/// Somebody asks where things stand, by SIGUSR1. From this call on the signal no longer ends the process, which is what
/// the operating system would do.
#[cfg(unix)]
pub fn asked() -> Receiver<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // Who asks twice before the first answer gets one.
    let (sender, receiver) = channel(1);
    match signal(SignalKind::user_defined1()) {
        Ok(mut signals) => drop(tokio::spawn(async move {
            while signals.recv().await.is_some() && !sender.is_closed() {
                let _ = sender.try_send(());
            }
        })),
        Err(error) => tracing::warn!("SIGUSR1 cannot be heard: {error}"),
    }
    receiver
}

/// There is no such signal.
#[cfg(not(unix))]
pub fn asked() -> Receiver<()> {
    channel(1).1
}

#[cfg(unix)]
async fn next() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn next() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
