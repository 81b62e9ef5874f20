//! Watches properties: reports objects that enter, change and leave.

use std::time::Duration;

use crate::{
    Client, Error, MoRef, Object, Value,
    collector::{property_spec, view_spec},
};

/// Time in seconds until the server answers a wait without updates. Shorter than the timeouts of common proxies.
const WAIT_SECONDS: i32 = 60;
const OBJECTS_PER_UPDATE: i32 = 1000;

/// Type of an object update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateKind {
    /// The object entered the filter; the changes are all its properties.
    Enter,
    /// Some properties changed.
    Modify,
    /// The object left the filter; the changes are empty.
    Leave,
}

/// Type of a property change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The property has a new value.
    Assign,
    /// An element was added to the property.
    Add,
    /// The property was unset, or an element was removed from it.
    Remove,
}

/// Change of one property.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Type of the change.
    pub kind: ChangeKind,
    /// Requested path of the property.
    pub path: String,
    /// New value; `None` if the property is unset.
    pub value: Option<Value>,
}

/// Update of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// Type of the update.
    pub kind: UpdateKind,
    /// Reference to the object.
    pub moref: MoRef,
    /// Changed properties.
    pub changes: Vec<Change>,
}

impl Update {
    /// Applies the changes to an object.
    pub fn apply(&self, object: &mut Object) {
        for change in &self.changes {
            object.set(&change.path, change.value.clone());
        }
    }

    /// Creates an object from the changes of an [`UpdateKind::Enter`].
    pub fn object(&self) -> Object {
        let mut object = Object::new(self.moref.clone());
        self.apply(&mut object);
        object
    }
}

/// A stream of updates. Call [`Updates::next`] for the next ones, and [`Updates::close`] when done.
#[derive(Debug)]
pub struct Updates {
    client: Client,
    /// A separate collector: the default one would mix the updates with those of other watches.
    collector: MoRef,
    view: Option<MoRef>,
    version: String,
    complete: bool,
}

impl Client {
    /// Watches all objects of a type in the inventory, subtypes included.
    pub async fn watch(&self, kind: &str, paths: &[&str]) -> Result<Updates, Error> {
        self.watch_many(&[(kind, paths)]).await
    }

    /// Watches objects of several types in one stream.
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

    /// Watches the objects that a `PropertyFilterSpec` selects.
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
    /// Waits for the next updates, without a timeout. The first updates are all existing objects, as
    /// [`UpdateKind::Enter`].
    ///
    /// A watch ends with its session: start a new one after [`Error::is_not_found`] or a lost connection.
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

    /// Whether the updates so far were complete at the last answer. False while the server sends the initial content
    /// in several answers.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Destroys the filter and the collector on the server. The end of the session destroys them, too.
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
