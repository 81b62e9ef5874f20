//! Sessions, with their property collectors and views.

use std::collections::BTreeMap;

use vim25::{Fault, MoRef, Value};

use super::{
    collector::Collector,
    fault,
    state::{Simulator, State},
    views::View,
};

/// Id of the property collector that every session has.
pub const DEFAULT_COLLECTOR: &str = "propertyCollector";

/// Session of a logged-in client.
#[derive(Debug)]
pub struct Session {
    /// Secret key, sent in the cookie.
    pub key: String,
    /// User name.
    pub user: String,
    /// Time of the login.
    pub login_time: String,
    /// Property collectors by id.
    pub collectors: BTreeMap<String, Collector>,
    /// Views by id.
    pub views: BTreeMap<String, View>,
    /// Number of objects that the session created, for ids.
    created: u32,
}

impl Session {
    /// Returns an id for a new object of the session.
    pub fn next_id(&mut self) -> String {
        self.created += 1;
        format!("session[{}]{}", self.key, self.created)
    }

    /// Returns the session as `UserSession`.
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

/// Logs in; returns the `UserSession` and the session key.
pub fn login(simulator: &Simulator, args: &Value) -> Result<(Value, String), Fault> {
    let user = args.str_at("userName").unwrap_or_default();
    let password = args.str_at("password").unwrap_or_default();
    if !simulator.accepts_credentials(user, password) {
        return Err(fault::invalid_login());
    }
    let key = sim_clock::uuid().to_string();
    let session = Session {
        key: key.clone(),
        user: user.to_owned(),
        login_time: simulator.clock.now().to_string(),
        collectors: BTreeMap::from([(DEFAULT_COLLECTOR.to_owned(), Collector::default())]),
        views: BTreeMap::new(),
        created: 0,
    };
    let value = session.value();
    simulator.with(|state| state.sessions.insert(key.clone(), session));
    Ok((value, key))
}

/// Logs out; ends waiting calls of the session.
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
    /// Whether user name and password are correct.
    pub fn accepts_credentials(&self, user: &str, password: &str) -> bool {
        user.eq_ignore_ascii_case(&self.user) && password == self.password
    }
}
