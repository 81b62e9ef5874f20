//! The kinds that are served: built-in kinds, and those that CustomResourceDefinitions add.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use super::{builtin, crds::CustomKind};

/// Difference between the stored and the served form of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// Only `apiVersion` differs.
    ApiVersion,
    /// `events.k8s.io/v1`, stored as `v1` events.
    Events,
}

/// One kind in one API version.
#[derive(Debug)]
pub struct Kind {
    /// API group, empty for the core group.
    pub group: String,
    /// API version.
    pub version: String,
    /// Resource name in paths: `pods`.
    pub plural: String,
    /// Singular name: `pod`.
    pub singular: String,
    /// Kind of objects: `Pod`.
    pub kind: String,
    /// Kind of lists: `PodList`.
    pub list_kind: String,
    /// Short names for `kubectl`: `po`.
    pub short_names: Vec<String>,
    /// Categories for `kubectl`: `all`.
    pub categories: Vec<String>,
    /// Whether objects are namespaced.
    pub namespaced: bool,
    /// Whether `status` is a subresource.
    pub status: bool,
    /// Whether `metadata.generation` counts changes of the spec.
    pub generation: bool,
    /// Name of the collection in the store, which all versions of the resource share.
    pub collection: Arc<str>,
    /// `apiVersion` of stored objects.
    pub stored_api_version: String,
    /// Conversion between the stored and the served form. `kind` is the same in both.
    pub conversion: Conversion,
    /// Schema and printer columns of a custom resource; `None` for built-in kinds.
    pub custom: Option<CustomKind>,
}

impl Kind {
    /// `apiVersion` of served objects: `v1`, `batch/v1`.
    pub fn api_version(&self) -> String {
        api_version(&self.group, &self.version)
    }

    /// Name of the resource in error messages: `pods`, `widgets.example.com`.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.clone()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// Whether this is the resource `plural` of the core group.
    pub fn is_core(&self, plural: &str) -> bool {
        self.group.is_empty() && self.plural == plural
    }

    /// Whether the stored and the served form are the same.
    pub fn served_as_stored(&self) -> bool {
        self.conversion == Conversion::ApiVersion && self.stored_api_version == self.api_version()
    }
}

/// `apiVersion` of a group and version.
pub fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

/// Name of the collection of a resource.
pub fn collection_name(group: &str, plural: &str) -> Arc<str> {
    if group.is_empty() {
        plural.into()
    } else {
        format!("{plural}.{group}").into()
    }
}

/// An immutable snapshot of all served kinds.
#[derive(Debug, Default, Clone)]
pub struct Catalogue {
    kinds: Vec<Arc<Kind>>,
    by_plural: HashMap<String, Vec<Arc<Kind>>>,
}

impl Catalogue {
    fn new(kinds: Vec<Arc<Kind>>) -> Self {
        let mut by_plural: HashMap<String, Vec<Arc<Kind>>> = HashMap::new();
        for kind in &kinds {
            by_plural.entry(kind.plural.clone()).or_default().push(kind.clone());
        }
        Self { kinds, by_plural }
    }

    /// All kinds, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.iter()
    }

    /// Returns the kind of a path.
    pub fn find(&self, group: &str, version: &str, plural: &str) -> Option<Arc<Kind>> {
        let mut named = self.by_plural.get(plural)?.iter();
        named
            .find(|kind| kind.group == group && kind.version == version)
            .cloned()
    }

    /// Returns the kind of an object's `apiVersion` and `kind`.
    pub fn for_object(&self, api_version: &str, kind: &str) -> Option<Arc<Kind>> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        self.kinds
            .iter()
            .find(|known| known.group == group && known.version == version && known.kind == kind)
            .cloned()
    }

    /// One kind per collection: the storage version if it is served, otherwise another version.
    pub fn collections(&self) -> impl Iterator<Item = &Arc<Kind>> {
        let mut seen = HashSet::new();
        let (stored, others): (Vec<_>, Vec<_>) = self.kinds.iter().partition(|kind| kind.served_as_stored());
        stored
            .into_iter()
            .chain(others)
            .filter(move |kind| seen.insert(kind.collection.clone()))
    }

    /// Returns the kind of a collection: the storage version if it is served, otherwise another version.
    pub fn for_collection(&self, collection: &str) -> Option<Arc<Kind>> {
        let of = |kind: &&Arc<Kind>| *kind.collection == *collection;
        let found = self.kinds.iter().filter(of).find(|kind| kind.served_as_stored());
        found.or_else(|| self.kinds.iter().find(of)).cloned()
    }
}

/// The current catalogue, which changes when definitions are written and removed.
pub struct Registry {
    current: RwLock<Arc<Catalogue>>,
}

impl Registry {
    /// A registry of the built-in kinds.
    pub fn new() -> Self {
        let kinds = builtin::kinds().into_iter().map(Arc::new).collect();
        Self {
            current: RwLock::new(Arc::new(Catalogue::new(kinds))),
        }
    }

    /// The catalogue of the kinds that are served now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a kind is no longer served.
    pub fn is_gone(&self, kind: &Kind) -> bool {
        self.catalogue()
            .find(&kind.group, &kind.version, &kind.plural)
            .is_none()
    }

    /// Replaces all kinds of a collection by `kinds`.
    pub fn replace_collection(&self, collection: &str, kinds: Vec<Kind>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let others = current
            .kinds
            .iter()
            .filter(|kind| &*kind.collection != collection)
            .cloned();
        let all = others.chain(kinds.into_iter().map(Arc::new)).collect();
        *current = Arc::new(Catalogue::new(all));
    }
}
