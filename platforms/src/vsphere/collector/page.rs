//! `RetrievePropertiesEx` and the older `RetrieveProperties`.

use sim_clock::Clock;
use vim25::{Fault, MoRef, Value};

use super::{
    read::{check, is_wanted, read},
    select::{Scope, select},
    watch::Collector,
};
use crate::vsphere::{fault, state::State};

fn contents(state: &State, session: &str, clock: &Clock, args: &Value) -> Result<Vec<Value>, Fault> {
    let scope = Scope { state, session, clock };
    let mut contents = Vec::new();
    for filter in args.list("specSet") {
        check(filter)?;
        for moref in select(&scope, filter)? {
            if !is_wanted(filter, &moref) {
                continue;
            }
            if let Some(properties) = read(&scope, filter, &moref) {
                contents.push(object_content(&moref, properties));
            }
        }
    }
    Ok(contents)
}

fn object_content(moref: &MoRef, properties: Vec<(String, Value)>) -> Value {
    let properties = properties
        .into_iter()
        .map(|(path, value)| Value::data("DynamicProperty").with("name", path).with("val", value));
    Value::data("ObjectContent")
        .with("obj", moref)
        .with("propSet", properties.collect::<Vec<_>>())
}

/// `RetrieveProperties`: returns all objects at once.
pub fn retrieve_all(state: &State, session: &str, clock: &Clock, args: &Value) -> Result<Value, Fault> {
    Ok(Value::from(contents(state, session, clock, args)?))
}

/// `RetrievePropertiesEx`: returns up to `maxObjects` objects, and a token for the rest.
pub fn retrieve(state: &mut State, session: &str, clock: &Clock, this: &MoRef, args: &Value) -> Result<Value, Fault> {
    let contents = contents(state, session, clock, args)?;
    let most = args
        .i64_at("options.maxObjects")
        .and_then(|most| usize::try_from(most).ok())
        .filter(|most| *most > 0);
    page(collector(state, session, this)?, contents, most)
}

/// `ContinueRetrievePropertiesEx`.
pub fn continue_retrieve(state: &mut State, session: &str, this: &MoRef, args: &Value) -> Result<Value, Fault> {
    let token = args.str_at("token").unwrap_or_default();
    let collector = collector(state, session, this)?;
    let (rest, most) = collector
        .pages
        .remove(token)
        .ok_or_else(|| fault::invalid_argument("token"))?;
    page(collector, rest, Some(most))
}

fn collector<'a>(state: &'a mut State, session: &str, this: &MoRef) -> Result<&'a mut Collector, Fault> {
    let session = state
        .sessions
        .get_mut(session)
        .ok_or_else(|| fault::not_authenticated(this))?;
    session
        .collectors
        .get_mut(&this.id)
        .ok_or_else(|| fault::not_found(this))
}

fn page(collector: &mut Collector, mut contents: Vec<Value>, most: Option<usize>) -> Result<Value, Fault> {
    if contents.is_empty() {
        return Ok(Value::nothing());
    }
    let mut token = None;
    if let Some(most) = most.filter(|most| contents.len() > *most) {
        let rest = contents.split_off(most);
        collector.tokens += 1;
        let name = collector.tokens.to_string();
        collector.pages.insert(name.clone(), (rest, most));
        token = Some(name);
    }
    Ok(Value::data("RetrieveResult")
        .with_some("token", token)
        .with("objects", contents))
}
