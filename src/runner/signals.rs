//! Ctrl-C and SIGTERM: the first asks for an end in order, the third leaves at once.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::exit::Exit;

/// Listens until the process ends.
pub async fn listen(cancel: CancellationToken, journal: PathBuf) {
    let mut count = 0;
    loop {
        if let Err(error) = next().await {
            tracing::warn!("signals cannot be heard: {error}");
            return;
        }
        count += 1;
        match count {
            1 => {
                anstream::eprintln!("\ninterrupted: no further scenario begins, what was created is torn down");
                cancel.cancel();
            }
            2 => anstream::eprintln!("\nstill tearing down; once more leaves at once"),
            _ => {
                anstream::eprintln!(
                    "\nleft at once; what the run created is listed in {}",
                    journal.display()
                );
                std::process::exit(Exit::Interrupted.code().into());
            }
        }
    }
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
