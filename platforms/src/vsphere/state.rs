//! The simulated vCenter's memory: one lock around everything, and word of every change.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use sim_clock::Clock;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use vim25::{MoRef, Value};

use super::{inventory::Inventory, session::Session, tasks::Task};

/// What the vCenter knows.
#[derive(Debug, Default)]
pub struct State {
    /// What it manages.
    pub inventory: Inventory,
    /// Tasks by number.
    pub tasks: BTreeMap<u32, Task>,
    /// Sessions by key.
    pub sessions: BTreeMap<String, Session>,
    /// Keys of sessions with the REST API.
    pub rest_sessions: Vec<String>,
    /// Grows with every change that a watcher may see.
    pub version: u64,
    /// Properties as they were read at a version: after each change all watchers read the same.
    read: RefCell<Readings>,
}

#[derive(Debug, Default)]
struct Readings {
    version: u64,
    properties: HashMap<MoRef, Option<Arc<Value>>>,
}

impl State {
    /// Notes that something changed that a watcher may see.
    pub fn touch(&mut self) {
        self.version += 1;
    }

    /// Properties of an object of the inventory, read once per version.
    pub fn read_once(&self, moref: &MoRef, read: impl FnOnce() -> Option<Value>) -> Option<Arc<Value>> {
        let mut readings = self.read.borrow_mut();
        if readings.version != self.version {
            *readings = Readings {
                version: self.version,
                ..Readings::default()
            };
        }
        if let Some(known) = readings.properties.get(moref) {
            return known.clone();
        }
        let properties = read().map(Arc::new);
        readings.properties.insert(moref.clone(), properties.clone());
        properties
    }
}

/// The simulated vCenter behind its servers.
pub struct Simulator {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    /// Simulated time.
    pub clock: Clock,
    /// Ends what runs in the background.
    pub stop: CancellationToken,
    /// The one user.
    pub user: String,
    /// The user's password.
    pub password: String,
}

impl Simulator {
    /// A vCenter that manages this inventory.
    pub fn new(inventory: Inventory, clock: Clock, user: String, password: String) -> Self {
        Self {
            state: Mutex::new(State {
                inventory,
                ..State::default()
            }),
            changed: watch::Sender::new(0),
            clock,
            stop: CancellationToken::new(),
            user,
            password,
        }
    }

    /// Reads or changes the state, and tells the watchers of a change. The lock is held meanwhile.
    pub fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.version;
        let result = act(&mut state);
        if state.version != before {
            self.changed.send_replace(state.version);
        }
        result
    }

    /// Hears of changes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}
