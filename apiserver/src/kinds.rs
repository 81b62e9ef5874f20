//! The kinds that are served: the built-in ones in one table, and those that CustomResourceDefinitions add.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use super::{builtin, crds::CustomKind};

/// How objects of a kind differ between their stored and their served form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// Only `apiVersion` differs.
    ApiVersion,
    /// `events.k8s.io/v1`, stored as core events.
    Events,
}

/// One kind in one version.
#[derive(Debug)]
pub struct Kind {
    /// API group, empty for the core group.
    pub group: String,
    /// API version.
    pub version: String,
    /// Resource name in paths: `pods`.
    pub plural: String,
    /// `pod`
    pub singular: String,
    /// `Pod`
    pub kind: String,
    /// `PodList`
    pub list_kind: String,
    /// `po`
    pub short_names: Vec<String>,
    /// `all`
    pub categories: Vec<String>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether `status` is a subresource.
    pub status: bool,
    /// Whether `metadata.generation` counts the changes of its specification.
    pub generation: bool,
    /// Name of the collection in the store; versions of one resource share it.
    pub collection: Arc<str>,
    /// `apiVersion` of stored objects.
    pub stored_api_version: String,
    /// `kind` of stored objects is always the same as served.
    pub conversion: Conversion,
    /// What a CustomResourceDefinition says of it.
    pub custom: Option<CustomKind>,
}

impl Kind {
    /// `v1`, `batch/v1`
    pub fn api_version(&self) -> String {
        api_version(&self.group, &self.version)
    }

    /// `pods`, `widgets.example.com`: as error messages name it.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.clone()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// Whether a core resource of that plural.
    pub fn is_core(&self, plural: &str) -> bool {
        self.group.is_empty() && self.plural == plural
    }

    /// Whether stored and served form are the same.
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

/// All kinds that are served at one moment.
#[derive(Debug, Default, Clone)]
pub struct Catalogue {
    kinds: Vec<Arc<Kind>>,
    by_path: HashMap<(String, String, String), Arc<Kind>>,
}

impl Catalogue {
    fn new(kinds: Vec<Arc<Kind>>) -> Self {
        let key = |kind: &Arc<Kind>| (kind.group.clone(), kind.version.clone(), kind.plural.clone());
        let by_path = kinds.iter().map(|kind| (key(kind), kind.clone())).collect();
        Self { kinds, by_path }
    }

    /// All kinds, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.iter()
    }

    /// The kind that a path names.
    pub fn find(&self, group: &str, version: &str, plural: &str) -> Option<Arc<Kind>> {
        self.by_path
            .get(&(group.to_owned(), version.to_owned(), plural.to_owned()))
            .cloned()
    }

    /// The kind that an object's `apiVersion` and `kind` name.
    pub fn of_object(&self, api_version: &str, kind: &str) -> Option<Arc<Kind>> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        self.kinds
            .iter()
            .find(|known| known.group == group && known.version == version && known.kind == kind)
            .cloned()
    }

    /// One kind per collection, the stored one where it is served.
    pub fn collections(&self) -> impl Iterator<Item = &Arc<Kind>> {
        let mut seen = HashSet::new();
        let (stored, others): (Vec<_>, Vec<_>) = self.kinds.iter().partition(|kind| kind.served_as_stored());
        stored
            .into_iter()
            .chain(others)
            .filter(move |kind| seen.insert(kind.collection.clone()))
    }

    /// The kind of the objects in a collection, the stored one where it is served.
    pub fn of_collection(&self, collection: &str) -> Option<Arc<Kind>> {
        let of = |kind: &&Arc<Kind>| *kind.collection == *collection;
        let found = self.kinds.iter().filter(of).find(|kind| kind.served_as_stored());
        found.or_else(|| self.kinds.iter().find(of)).cloned()
    }
}

/// The kinds that are served, changing as definitions come and go.
pub struct Registry {
    current: RwLock<Arc<Catalogue>>,
}

impl Registry {
    /// Only the built-in kinds.
    pub fn new() -> Self {
        let kinds = builtin::kinds().into_iter().map(Arc::new).collect();
        Self {
            current: RwLock::new(Arc::new(Catalogue::new(kinds))),
        }
    }

    /// The kinds that are served now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a kind that was served is not any more.
    pub fn is_gone(&self, kind: &Kind) -> bool {
        self.catalogue()
            .find(&kind.group, &kind.version, &kind.plural)
            .is_none()
    }

    /// Serves these kinds in place of all others of the same collection.
    pub fn put(&self, collection: &str, kinds: Vec<Kind>) {
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
