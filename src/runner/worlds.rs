//! Further worlds of a run in virtual time. Each has a thread, a lab and a session of its own, and its share of the
//! scenarios, so that a run uses more than one processor and a scenario still depends on its own world alone.

use std::{
    io,
    rc::Rc,
    sync::Arc,
    thread::{self, JoinHandle},
};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{
    embedded_lab::LabKeeper,
    execution::{self, Pace},
    exit::Exit,
    hooks::SessionHooks,
    options::Keep,
    plan::Plan,
    prepare,
    process::Executor,
    run,
};
use crate::{
    events::{explain, log::EventLog},
    report::print,
    run::{RunFolder, RunIdentity},
    session::{self, Session, Sources},
    settings::{Layers, Settings, Speed},
};

/// Stack of a world's thread, that of a main thread: futures of debug builds are large.
const STACK: usize = 8 * 1024 * 1024;

/// What the worlds of a run have in common.
#[derive(Clone)]
pub(super) struct Others {
    pub(super) layers: Layers,
    pub(super) settings: Settings,
    pub(super) identity: RunIdentity,
    pub(super) folder: RunFolder,
    pub(super) log: EventLog,
    pub(super) pace: Pace,
    pub(super) cancel: CancellationToken,
    pub(super) hurry: CancellationToken,
    pub(super) keep: Option<Keep>,
    pub(super) seed: u64,
    /// Virtual time at which a world begins.
    pub(super) begin: Timestamp,
}

/// A running world, and its number.
pub(super) type Running = (usize, io::Result<JoinHandle<Result<Exit, String>>>);

/// Number of worlds of a run, unless it has fewer features, or runs fewer scenarios at the same time. It is the same on
/// every machine: scenarios of one lab share its capacity, so that their durations depend on it.
const WORLDS: usize = 2;

/// Number of worlds of a run; in real time there is one.
pub(super) fn number(settings: &Settings, features: usize) -> usize {
    if settings.target.speed != Speed::Virtual {
        return 1;
    }
    WORLDS.min(settings.run.concurrency).min(features).max(1)
}

/// Starts a world for each of these parts of the plan.
pub(super) fn start(others: &Others, parts: impl Iterator<Item = Plan>) -> Vec<Running> {
    let numbered = parts.zip(2..);
    numbered
        .map(|(plan, number)| {
            let others = others.clone();
            let thread = thread::Builder::new().name(format!("world {number}")).stack_size(STACK);
            (number, thread.spawn(move || others.world(number, plan)))
        })
        .collect()
}

/// Waits until all worlds have ended; the exit code of the whole run.
pub(super) async fn join(others: Vec<Running>, own: Exit) -> Exit {
    let mut exit = own;
    for (number, running) in others {
        // A blocking task keeps the time of this world from passing.
        let ended = tokio::task::spawn_blocking(move || match running.map(JoinHandle::join) {
            Ok(Ok(ended)) => ended,
            Ok(Err(panic)) => Err(execution::words(&*panic)),
            Err(error) => Err(error.to_string()),
        });
        let ended = ended.await.unwrap_or_else(|crashed| Err(crashed.to_string()));
        exit = exit.worse(ended.unwrap_or_else(|reason| {
            print::err(format_args!("error: world {number} of the run broke: {reason}"));
            Exit::Failed
        }));
    }
    exit
}

impl Others {
    fn world(self, number: usize, plan: Plan) -> Result<Exit, String> {
        let seed = self.seed.wrapping_add(number as u64);
        let executor = Executor::in_virtual_time(seed, self.begin).map_err(|error| explain(&error))?;
        let ended = executor.run(self.scenarios(number, plan));
        ended.unwrap_or_else(|deadlock| Err(deadlock.to_string()))
    }

    async fn scenarios(self, number: usize, plan: Plan) -> Result<Exit, String> {
        let started = prepare::with_lab(&self.layers, &self.settings).await;
        let (settings, providers, lab) = started.map_err(|refused| refused.message)?;
        let lab = LabKeeper::new(lab, self.cancel.clone());
        let selected = session::selected(&settings, &providers);
        let opened = Session::open(
            settings,
            Sources::new(providers, selected),
            self.identity,
            self.folder.of_world(number),
            self.log,
            self.cancel,
        );
        let session = opened.await.map_err(|error| explain(&error))?;
        let hooks = SessionHooks::new(Arc::clone(&session), self.hurry, self.keep);
        let exit = run::scenarios(&session, Rc::new(plan), self.pace, hooks).await;
        lab.stop().await.map_or(Ok(exit), Err)
    }
}
