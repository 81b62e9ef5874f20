//! All outputs of a run: its folder with the event log and the reports, and the console.

use std::{
    fs::File,
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::{sync::mpsc::Receiver, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::exit::Exit;
use crate::{
    events::{
        event::{Event, Record},
        log::EventLog,
    },
    report::{
        console::{Manner, Marks},
        files,
        model::Run,
        narrate::Narration,
        screen::Screen,
    },
    run::{RunFolder, RunIdentity},
    settings::{Redactor, Settings},
};

/// Time without output after which a running scenario gets a line in a log.
const SILENCE: Duration = Duration::from_secs(60);

/// The environment of a run's console: screen, signals and redaction.
pub(super) struct Audience {
    /// When the process began.
    pub(super) began: Timestamp,
    /// The same on the machine's clock.
    pub(super) started: Instant,
    pub(super) screen: Screen,
    /// Receives a message for each SIGUSR1.
    pub(super) asked: Receiver<()>,
    /// Ends the run.
    pub(super) end: CancellationToken,
    pub(super) redactor: Redactor,
}

/// Everything that a run writes to.
pub(super) struct Outputs {
    pub(super) folder: RunFolder,
    pub(super) log: EventLog,
    console: JoinHandle<Run>,
    /// When the process began.
    started: Instant,
}

impl Outputs {
    pub(super) fn open(settings: &Settings, identity: &RunIdentity, audience: Audience) -> anyhow::Result<Self> {
        let folder = RunFolder::create(&settings.run.output, &identity.run)?;
        write_diagnostics(&folder.log(), &audience.redactor)?;
        let log = EventLog::create(&folder.events(), audience.redactor)?;
        let narration = Narration {
            records: log.subscribe(),
            log: log.clone(),
            asked: audience.asked,
            manner: Manner {
                marks: Marks::of_locale(|name| std::env::var(name).ok()),
                live: audience.screen.is_live(),
                silence: SILENCE,
                process: cfg!(unix).then(std::process::id),
                began: audience.began,
            },
            screen: audience.screen,
            end: audience.end,
            results: folder.path().to_owned(),
        };
        let console = tokio::spawn(narration.run());
        Ok(Self {
            folder,
            log,
            console,
            started: audience.started,
        })
    }

    pub(super) async fn close(self, exit: Exit) -> anyhow::Result<()> {
        self.log.emit(Event::RunFinished {
            exit_code: exit.code(),
            interrupted: exit == Exit::Interrupted,
            real_milliseconds: real_milliseconds(self.started),
        });
        let run = self.console.await.context("the console crashed")?;
        let redact = |text: &str| self.log.redactor().redact(text).into_owned();
        let folder = self.folder.path();
        files::write(&run, folder, folder, redact)?;
        Ok(files::tell_github(&run, redact)?)
    }
}

/// Real time since the run started, where it is not that of its events.
fn real_milliseconds(started: Instant) -> Option<u64> {
    sim_clock::is_virtual().then(|| u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX))
}

/// Writes the reports of a run that is ended immediately, from the events in its log.
pub(super) fn report_what_is_known(folder: &RunFolder) -> Result<(), files::Error> {
    let files::Told { mut run, .. } = files::read(folder.path())?;
    if run.exit_code.is_none() {
        run.apply(&Record {
            at: sim_clock::now(),
            event: Event::RunFinished {
                exit_code: Exit::Interrupted.code(),
                interrupted: true,
                real_milliseconds: None,
            },
        });
    }
    // The log was redacted when it was written.
    files::write(&run, folder.path(), folder.path(), str::to_owned)
}

/// Writes the suite's own log, for debugging the suite.
fn write_diagnostics(path: &Path, redactor: &Redactor) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("could not write {}", path.display()))?;
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,mtv_bdd=debug"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Mutex::new(redactor.writer(file)))
        .try_init()
        .map_err(|error| anyhow::anyhow!("the log could not be set up: {error}"))
}
