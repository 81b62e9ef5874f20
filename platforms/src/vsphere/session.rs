//! Sessions: who is logged in, and the collectors and views that belong to each.

use std::collections::BTreeMap;

use uuid::Uuid;
use vim25::{Fault, MoRef, Value};

use super::{
    collector::Collector,
    fault,
    state::{Simulator, State},
    views::View,
};

/// The collector that every session has from the start.
pub const DEFAULT_COLLECTOR: &str = "propertyCollector";

/// One log-in.
#[derive(Debug)]
pub struct Session {
    /// Secret key, which the cookie carries.
    pub key: String,
    /// Who logged in.
    pub user: String,
    /// When.
    pub login_time: String,
    /// Property collectors by id.
    pub collectors: BTreeMap<String, Collector>,
    /// Views by id.
    pub views: BTreeMap<String, View>,
    /// Counts what the session made, for ids.
    made: u32,
}

impl Session {
    /// An id for something that belongs to this session alone.
    pub fn next_id(&mut self) -> String {
        self.made += 1;
        format!("session[{}]{}", self.key, self.made)
    }

    /// As `UserSession`.
    pub fn value(&self) -> Value {
        Value::data("UserSession")
            .with("key", &self.key)
            .with("userName", &self.user)
            .with("fullName", "Administrator vsphere.local")
            .with("loginTime", Value::text("dateTime", &self.login_time))
            .with("lastActiveTime", Value::text("dateTime", &self.login_time))
            .with("locale", "en")
            .with("messageLocale", "en")
            .with("extensionSession", false)
            .with("ipAddress", "127.0.0.1")
            .with("userAgent", "")
            .with("callCount", 0_i64)
    }
}

/// Logs in; the value is the `UserSession`.
pub fn login(simulator: &Simulator, args: &Value) -> Result<(Value, String), Fault> {
    let user = args.str_at("userName").unwrap_or_default();
    let password = args.str_at("password").unwrap_or_default();
    if !simulator.admits(user, password) {
        return Err(fault::invalid_login());
    }
    let key = Uuid::new_v4().to_string();
    let session = Session {
        key: key.clone(),
        user: user.to_owned(),
        login_time: simulator.clock.now().to_string(),
        collectors: BTreeMap::from([(DEFAULT_COLLECTOR.to_owned(), Collector::default())]),
        views: BTreeMap::new(),
        made: 0,
    };
    let value = session.value();
    simulator.with(|state| state.sessions.insert(key.clone(), session));
    Ok((value, key))
}

/// Logs out; calls that wait in this session end.
pub fn logout(state: &mut State, session: &str) {
    state.sessions.remove(session);
    state.touch();
}

/// Properties of the session manager.
pub fn properties(state: &State, session: &str) -> Value {
    let current = state.sessions.get(session).map(Session::value);
    let all: Vec<Value> = state.sessions.values().map(Session::value).collect();
    Value::data("SessionManager")
        .with("sessionList", Value::array("UserSession", all))
        .with_some("currentSession", current)
        .with("supportedLocaleList", Value::array("string", vec!["en".into()]))
        .with("defaultLocale", "en")
}

/// Reference of the session manager.
pub fn manager() -> MoRef {
    MoRef::new("SessionManager", "SessionManager")
}

impl Simulator {
    /// Whether these are the right user and password.
    pub fn admits(&self, user: &str, password: &str) -> bool {
        user.eq_ignore_ascii_case(&self.user) && password == self.password
    }
}
