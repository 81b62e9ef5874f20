//! Watching properties: what enters, changes and leaves.

use std::time::Duration;

use crate::{
    Client, Error, MoRef, Object, Value,
    collector::{property_spec, view_spec},
};

/// How long the server may keep a call waiting before it answers that nothing happened. Short enough for the proxies
/// that stand in front of vCenters.
const WAIT_SECONDS: i32 = 60;
const OBJECTS_PER_UPDATE: i32 = 1000;

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateKind {
    /// It came into view; the changes are all its properties.
    Enter,
    /// Some of its properties changed.
    Modify,
    /// It left; there are no changes.
    Leave,
}

/// What happened to a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It has this value now.
    Assign,
    /// An element was added to it.
    Add,
    /// It is unset now, or an element of it is gone.
    Remove,
}

/// A property that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened to it.
    pub kind: ChangeKind,
    /// Its path as it was asked for.
    pub path: String,
    /// Its value; none when it is unset.
    pub value: Option<Value>,
}

/// An object that entered, changed or left.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// What happened.
    pub kind: UpdateKind,
    /// To which object.
    pub moref: MoRef,
    /// Which of its properties changed.
    pub changes: Vec<Change>,
}

impl Update {
    /// Brings an object up to date.
    pub fn apply(&self, object: &mut Object) {
        for change in &self.changes {
            object.set(&change.path, change.value.clone());
        }
    }

    /// The object as it entered.
    pub fn object(&self) -> Object {
        let mut object = Object::new(self.moref.clone());
        self.apply(&mut object);
        object
    }
}

/// A stream of updates. Ask for the next with [`Updates::next`]; call [`Updates::close`] when done.
#[derive(Debug)]
pub struct Updates {
    client: Client,
    /// A collector of our own: waiting on the session's would mix our updates with those of other watchers.
    collector: MoRef,
    view: Option<MoRef>,
    version: String,
    complete: bool,
}

impl Client {
    /// Watches everything of a kind in the whole inventory, subtypes included.
    pub async fn watch(&self, kind: &str, paths: &[&str]) -> Result<Updates, Error> {
        self.watch_many(&[(kind, paths)]).await
    }

    /// Watches several kinds in one stream.
    pub async fn watch_many(&self, kinds: &[(&str, &[&str])]) -> Result<Updates, Error> {
        let names: Vec<&str> = kinds.iter().map(|(kind, _)| *kind).collect();
        let view = self.container_view(&names).await?;
        let spec = view_spec(&view, kinds);
        self.watch_spec(spec, Some(view)).await
    }

    /// Watches one object.
    pub async fn watch_object(&self, object: &MoRef, paths: &[&str]) -> Result<Updates, Error> {
        let selected = Value::data("ObjectSpec").with("obj", object).with("skip", false);
        let spec = Value::data("PropertyFilterSpec")
            .with("propSet", property_spec(&object.kind, paths))
            .with("objectSet", selected);
        self.watch_spec(spec, None).await
    }

    /// Watches what a `PropertyFilterSpec` selects.
    async fn watch_spec(&self, spec: Value, view: Option<MoRef>) -> Result<Updates, Error> {
        let session_collector = &self.content().property_collector;
        let method = "CreatePropertyCollector";
        let collector = self.call(session_collector, method, vec![]).await?;
        let collector = collector.as_moref().cloned().ok_or_else(|| Error::Missing {
            method: method.to_owned(),
            object: session_collector.clone(),
            field: "returnval",
        })?;
        let updates = Updates {
            client: self.clone(),
            collector,
            view,
            version: String::new(),
            complete: false,
        };
        let args = vec![("spec", spec), ("partialUpdates", Value::from(false))];
        match self.call(&updates.collector, "CreateFilter", args).await {
            Ok(_) => Ok(updates),
            Err(error) => {
                updates.close().await;
                Err(error)
            }
        }
    }
}

impl Updates {
    /// Waits for the next updates, as long as it takes. The first ones are everything that is there, each as
    /// [`UpdateKind::Enter`].
    ///
    /// A watch ends with its session: after [`Error::is_not_found`] or a lost connection, start another.
    pub async fn next(&mut self) -> Result<Vec<Update>, Error> {
        loop {
            let options = Value::data("WaitOptions")
                .with("maxWaitSeconds", WAIT_SECONDS)
                .with("maxObjectUpdates", OBJECTS_PER_UPDATE);
            let args = [("version", Value::from(&self.version)), ("options", options)];
            let waits = Duration::from_secs(u64::from(WAIT_SECONDS.unsigned_abs()));
            let set = self
                .client
                .call_waiting(&self.collector, "WaitForUpdatesEx", &args, waits)
                .await?;
            let Some(version) = set.str_at("version") else {
                continue; // nothing happened
            };
            self.version = version.to_owned();
            self.complete = !set.bool_at("truncated").unwrap_or(false);
            let filters = set.list("filterSet").iter();
            let updates: Vec<Update> = filters
                .flat_map(|filter| filter.list("objectSet"))
                .filter_map(Update::from_value)
                .collect();
            if !updates.is_empty() {
                return Ok(updates);
            }
        }
    }

    /// Whether the updates so far are all there were when the last answer was given. It is false while the initial
    /// content arrives in pieces.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Frees what the server keeps for this stream. The server frees it too when the session ends.
    pub async fn close(self) {
        if let Err(error) = self
            .client
            .call(&self.collector, "DestroyPropertyCollector", vec![])
            .await
        {
            tracing::debug!(%error, "a property collector was not destroyed");
        }
        if let Some(view) = &self.view
            && let Err(error) = self.client.call(view, "DestroyView", vec![]).await
        {
            tracing::debug!(%error, "a view was not destroyed");
        }
    }
}

impl Update {
    fn from_value(value: &Value) -> Option<Self> {
        let kind = match value.str_at("kind")? {
            "enter" => UpdateKind::Enter,
            "modify" => UpdateKind::Modify,
            "leave" => UpdateKind::Leave,
            _ => return None,
        };
        Some(Self {
            kind,
            moref: value.moref_at("obj")?.clone(),
            changes: value.list("changeSet").iter().filter_map(Change::from_value).collect(),
        })
    }
}

impl Change {
    fn from_value(value: &Value) -> Option<Self> {
        let kind = match value.str_at("op")? {
            "assign" => ChangeKind::Assign,
            "add" => ChangeKind::Add,
            "remove" | "indirectRemove" => ChangeKind::Remove,
            _ => return None,
        };
        Some(Self {
            kind,
            path: value.str_at("name")?.to_owned(),
            value: value.get("val").cloned(),
        })
    }
}
