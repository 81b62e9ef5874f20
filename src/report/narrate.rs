//! Writes the console output of a run: on events, by the clock, and on SIGUSR1.

use std::{io, path::PathBuf};

use jiff::Timestamp;
use sim_clock::{is_virtual, now, ticks};
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio_util::sync::CancellationToken;

use super::{
    console::{Console, Manner},
    model::Run,
    screen::{Above, Screen, TICK},
};
use crate::events::{
    event::{Event, Record},
    log::EventLog,
};

/// Inputs and outputs of the console report.
pub struct Narration {
    /// The event log, which knows the last observation of each wait.
    pub log: EventLog,
    /// All records of the event log, from the first one.
    pub records: UnboundedReceiver<Record>,
    /// Receives a message for each SIGUSR1.
    pub asked: Receiver<()>,
    /// Terminal or stream that the console is written to.
    pub screen: Screen,
    /// Style of the console.
    pub manner: Manner,
    /// Ends the run when the output stream is closed.
    pub end: CancellationToken,
    /// Folder of the other reports.
    pub results: PathBuf,
}

impl Narration {
    /// Writes the console output until the run ends, and returns the run. A reader that goes away (`| head`) ends the
    /// run in order, as Ctrl-C does.
    pub async fn run(mut self) -> Run {
        let mut console = Console::new(Above::new(self.screen.clone()), self.results.clone(), self.manner);
        let mut ticks = ticks(TICK);
        loop {
            tokio::select! {
                biased;
                record = self.records.recv() => {
                    let Some(record) = record else { break };
                    let ended = matches!(record.event, Event::RunFinished { .. });
                    let shown = console.show(&record);
                    // Remove live lines first, so that none outlasts what it describes.
                    if ended {
                        self.screen.live(Vec::new());
                    } else {
                        show_live(&self.screen, &console, record.at);
                    }
                    self.note_failure(shown.and(console.flush()));
                    if ended {
                        break;
                    }
                }
                Some(()) = self.asked.recv() => {
                    let stage = self.screen.stage();
                    self.note_failure(console.stand(now(), stage, |activity| self.log.seen(activity)));
                }
                () = ticks.tick() => {
                    let now = now();
                    // Virtual time passes too fast for lines about silence.
                    if !is_virtual() {
                        self.note_failure(console.tick(now));
                    }
                    show_live(&self.screen, &console, now);
                }
            }
        }
        console.into_run()
    }

    fn note_failure(&self, told: io::Result<()>) {
        if told.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.end.cancel();
        }
    }
}

/// Draws live lines on a terminal only: elsewhere nobody sees them, and large runs have many events.
fn show_live(screen: &Screen, console: &Console<Above>, now: Timestamp) {
    if screen.is_live() {
        screen.live(console.live(now));
    }
}
