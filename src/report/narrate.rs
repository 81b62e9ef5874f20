//! Tells a run while it happens: by its events, by the clock, and when somebody asks.

use std::{io, path::PathBuf};

use jiff::Timestamp;
use tokio::{
    sync::mpsc::{Receiver, UnboundedReceiver},
    time::{MissedTickBehavior, interval},
};
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

/// What is told, and to whom.
pub struct Narration {
    /// The event log, which knows what is waited for.
    pub log: EventLog,
    /// Its records from the first one on.
    pub records: UnboundedReceiver<Record>,
    /// Somebody asks where things stand.
    pub asked: Receiver<()>,
    /// Where it is told.
    pub screen: Screen,
    /// How.
    pub manner: Manner,
    /// Ends the run when nobody is left to listen.
    pub end: CancellationToken,
    /// The folder of the other reports.
    pub results: PathBuf,
}

impl Narration {
    /// Tells the run to its end and returns its story. A reader that goes away (`| head`) ends the run in order, as
    /// Ctrl-C does.
    pub async fn tell(mut self) -> Run {
        let mut console = Console::new(Above::new(self.screen.clone()), self.results.clone(), self.manner);
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                record = self.records.recv() => {
                    let Some(record) = record else { break };
                    let ended = matches!(record.event, Event::RunFinished { .. });
                    let shown = console.show(&record);
                    // First the live lines, so that none of them outlives what it tells of.
                    match ended {
                        true => self.screen.live(Vec::new()),
                        false => show_live(&self.screen, &console, record.at),
                    }
                    self.told(shown.and(console.flush()));
                    if ended {
                        break;
                    }
                }
                Some(()) = self.asked.recv() => {
                    let stage = self.screen.stage();
                    self.told(console.stand(Timestamp::now(), stage, |activity| self.log.seen(activity)));
                }
                _ = ticks.tick() => {
                    let now = Timestamp::now();
                    self.told(console.tick(now));
                    show_live(&self.screen, &console, now);
                }
            }
        }
        console.into_run()
    }

    fn told(&self, told: io::Result<()>) {
        if told.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.end.cancel();
        }
    }
}

/// In a log nobody sees live lines, and a large run has many events.
fn show_live(screen: &Screen, console: &Console<Above>, now: Timestamp) {
    if screen.is_live() {
        screen.live(console.live(now));
    }
}
