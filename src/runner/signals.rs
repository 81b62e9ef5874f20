//! Signals: of Ctrl-C, SIGTERM and SIGHUP the first asks for an end in order, the second for one without evidence, the
//! third leaves at once; SIGUSR1 asks where things stand.

use std::{
    io,
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use tokio::{
    runtime::{Builder, Handle},
    sync::mpsc::{Receiver, channel},
};
use tokio_util::sync::CancellationToken;

use super::{exit::Exit, outputs, pulse::Pulse};
use crate::{
    events::{event::Event, explain},
    report::{files, screen::Screen},
    run::RunFolder,
    session,
};

/// Time after a signal until a step that blocks its thread is no longer waited for.
const STUCK: Duration = Duration::from_secs(15);
/// Time for the console to write the end of a run whose thread is blocked.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// State of the interruption of a run by signals. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Interruption {
    /// Cancelled by the first signal: no scenario begins, steps are cancelled.
    pub end: CancellationToken,
    /// Cancelled by the second signal: no evidence is collected.
    pub hurry: CancellationToken,
    /// What remains if the run is ended immediately, and how to remove it.
    left_behind: Arc<OnceLock<LeftBehind>>,
}

#[derive(Debug)]
struct LeftBehind {
    words: String,
    folder: RunFolder,
}

impl Interruption {
    /// Listens for signals until the process ends, on a separate thread: a blocked step cannot delay it. `scenarios` is
    /// the runtime of the scenarios, `pulse` stops while they are blocked.
    ///
    /// # Errors
    /// Errors of the operating system for the thread or the signals.
    pub fn listen(screen: Screen, scenarios: Handle, pulse: Pulse) -> io::Result<Self> {
        let heard = Self::default();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        // Registered before any object is created.
        let signals = {
            let _entered = runtime.enter();
            Signals::register()?
        };
        let interruption = heard.clone();
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(heard.hear(signals, screen, scenarios, pulse)))?;
        Ok(interruption)
    }

    /// From now on, ending immediately leaves objects behind: `words` describe them, `folder` is for the reports.
    pub fn leaves_behind(&self, words: String, folder: RunFolder) {
        // There is one run per process, so the cell is empty.
        let _ = self.left_behind.set(LeftBehind { words, folder });
    }

    async fn hear(&self, mut signals: Signals, screen: Screen, scenarios: Handle, pulse: Pulse) {
        signals.next().await;
        screen.complain(
            "\ninterrupted: no further scenario begins, what was created is torn down (once more: without evidence)",
        );
        self.end.cancel();
        tokio::select! {
            biased;
            () = self.hear_more(&mut signals, &screen) => {}
            () = pulse.stopped(STUCK) => {
                tokio::select! {
                    biased;
                    () = self.hear_more(&mut signals, &screen) => {}
                    () = self.tear_down_from_outside(&screen, scenarios) => {}
                }
            }
        }
        std::process::exit(Exit::Interrupted.code().into());
    }

    async fn hear_more(&self, signals: &mut Signals, screen: &Screen) {
        if !self.hurry.is_cancelled() {
            signals.next().await;
            screen.complain("\nno evidence is collected; once more leaves at once, without teardown");
            self.hurry.cancel();
        }
        signals.next().await;
        let left = self
            .left_behind
            .get()
            .map_or("nothing had been created", |left| &left.words);
        let reported = self.report().await;
        screen.complain(&format!("\nleft at once: {left}\n{reported}"));
    }

    /// Writes the reports of a run that does not end in order, within a time limit; returns the result as text.
    async fn report(&self) -> String {
        let Some(left) = self.left_behind.get() else {
            return "there are no reports".to_owned();
        };
        let folder = left.folder.clone();
        let writing = tokio::task::spawn_blocking(move || outputs::report_what_is_known(&folder));
        match sim_clock::timeout(LAST_WORDS, writing).await {
            Ok(Ok(Ok(()))) => format!(
                "what is known of the run is in {}",
                left.folder.path().join(files::PAGE).display()
            ),
            Ok(Ok(Err(error))) => format!("there are no reports: {}", explain(&error)),
            Ok(Err(_)) | Err(_) => "the reports could not be written in time".to_owned(),
        }
    }

    /// Tears down the run although a step blocks the thread of all scenarios.
    async fn tear_down_from_outside(&self, screen: &Screen, scenarios: Handle) {
        screen.complain(
            "\na step blocks its thread, so that no scenario can end in order; what was created is torn down all the same",
        );
        let Some(session) = session::current() else { return };
        let closing = session.clone();
        // Leftovers are in the event log, and so on the console.
        if let Err(crashed) = scenarios.spawn(async move { closing.close().await }).await {
            screen.complain(&format!("the teardown crashed: {crashed}"));
        }
        session.log.emit(Event::RunFinished {
            exit_code: Exit::Interrupted.code(),
            interrupted: true,
            real_milliseconds: None,
        });
        sim_clock::sleep(LAST_WORDS).await;
        screen.complain(&self.report().await);
    }
}

/// Receives a message for each SIGUSR1, the request for the current state. After this call the signal no longer ends
/// the process, which is the default of the operating system.
#[cfg(unix)]
pub fn asked() -> Receiver<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // Two signals before the first answer get one answer.
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

/// Other systems have no such signal: the receiver gets no message.
#[cfg(not(unix))]
pub fn asked() -> Receiver<()> {
    channel(1).1
}

/// The signals that end a run.
#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    fn register() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        // `nohup` ignores SIGHUP so that the process survives its terminal.
        if !is_ignored(SignalKind::hangup().as_raw_value()) {
            kinds.push(SignalKind::hangup());
        }
        kinds.into_iter().map(signal).collect::<Result<_, _>>().map(Self)
    }

    async fn next(&mut self) {
        let heard = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures::future::select_all(heard).await;
    }
}

/// Whether the parent process set the signal to be ignored; known on Linux only.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored_of(&status).is_some_and(|ignored| ignored & (1 << (signal - 1)) != 0)
}

/// The set of ignored signals in `/proc/PID/status` (proc(5), `SigIgn`).
#[cfg(unix)]
fn ignored_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

/// Ctrl-C, the only signal on other systems.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn register() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_from_the_process_status() {
        let status = "Name:\tx\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t0\n";
        assert_eq!(ignored_of(status), Some(0x1001));
        assert_eq!(ignored_of("Name:\tx\n"), None);
    }
}
