//! Tells a run while it happens: by its events, by the clock, and when somebody asks.

use std::path::PathBuf;

use jiff::Timestamp;
use tokio::{
    sync::mpsc::{Receiver, UnboundedReceiver},
    time::{MissedTickBehavior, interval},
};

use super::{
    console::{Console, Manner},
    event::{Event, Record},
    log::EventLog,
    model::Run,
    screen::{Above, Screen, TICK},
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
    /// The folder of the other reports.
    pub results: PathBuf,
}

impl Narration {
    /// Tells the run to its end and returns its story. Whoever does not listen any more does not end the run: the files
    /// tell the same.
    pub async fn tell(mut self) -> Run {
        let mut console = Console::new(Above::new(self.screen.clone()), self.results, self.manner);
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                record = self.records.recv() => {
                    let Some(record) = record else { break };
                    let ended = matches!(record.event, Event::RunFinished { .. });
                    let _ = console.show(&record);
                    // First the live lines, so that none of them outlives what it tells of.
                    self.screen.live(if ended { Vec::new() } else { console.live(record.at) });
                    let _ = console.flush();
                    if ended {
                        break;
                    }
                }
                Some(()) = self.asked.recv() => {
                    let _ = console.stand(Timestamp::now(), self.screen.stage(), |activity| self.log.seen(activity));
                }
                _ = ticks.tick() => {
                    let now = Timestamp::now();
                    let _ = console.tick(now);
                    self.screen.live(console.live(now));
                }
            }
        }
        console.into_run()
    }
}
