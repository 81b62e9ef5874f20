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

use super::{
    inventory::{Inventory, Vm},
    session::Session,
    tasks::Task,
};

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
    /// Properties of entities at their latest revision that was read.
    read: RefCell<HashMap<MoRef, (u64, Properties)>>,
}

/// All properties of an object; `None`: it does not exist.
type Properties = Option<Arc<Value>>;

impl State {
    /// Records a change that is visible to watches.
    pub fn touch(&mut self) {
        self.version += 1;
    }

    /// Removes a VM.
    pub fn remove_vm(&mut self, id: &str) {
        self.inventory.remove_vm(id);
        self.read.get_mut().remove(&Vm::moref(id));
    }

    /// Returns the properties of an object; those of an entity are computed once per revision.
    pub fn read_once(&self, moref: &MoRef, read: impl FnOnce() -> Option<Value>) -> Properties {
        let Some(revision) = self.inventory.revision(moref) else {
            return read().map(Arc::new);
        };
        let mut known = self.read.borrow_mut();
        if let Some((_, properties)) = known.get(moref).filter(|(at, _)| *at == revision) {
            return properties.clone();
        }
        let properties = read().map(Arc::new);
        known.insert(moref.clone(), (revision, properties.clone()));
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
