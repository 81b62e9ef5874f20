//! State of the simulated vCenter, behind one lock, with notifications of every change.

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

/// State of the vCenter.
#[derive(Debug, Default)]
pub struct State {
    /// Managed objects.
    pub inventory: Inventory,
    /// Tasks by number.
    pub tasks: BTreeMap<u32, Task>,
    /// Sessions by key.
    pub sessions: BTreeMap<String, Session>,
    /// Session keys of the REST API.
    pub rest_sessions: Vec<String>,
    /// Version, incremented with every change that is visible to watches.
    pub version: u64,
    /// Cache of properties at one version, which all watches share.
    read: RefCell<PropertyCache>,
}

#[derive(Debug, Default)]
struct PropertyCache {
    version: u64,
    properties: HashMap<MoRef, Option<Arc<Value>>>,
}

impl State {
    /// Records a change that is visible to watches.
    pub fn touch(&mut self) {
        self.version += 1;
    }

    /// Returns the properties of an object, computed once per version.
    pub fn read_once(&self, moref: &MoRef, read: impl FnOnce() -> Option<Value>) -> Option<Arc<Value>> {
        let mut readings = self.read.borrow_mut();
        if readings.version != self.version {
            *readings = PropertyCache {
                version: self.version,
                ..PropertyCache::default()
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

/// The simulated vCenter, without its network servers.
pub struct Simulator {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    /// Simulated time.
    pub clock: Clock,
    /// Cancels background tasks.
    pub stop: CancellationToken,
    /// Name of the only user.
    pub user: String,
    /// Password of the user.
    pub password: String,
}

impl Simulator {
    /// Creates a vCenter with this inventory.
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

    /// Reads or changes the state under the lock, and notifies watches of a change.
    pub fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.version;
        let result = act(&mut state);
        if state.version != before {
            self.changed.send_replace(state.version);
        }
        result
    }

    /// Returns a receiver of change notifications.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}
