//! API calls of the controllers, with errors that name the object.

use std::{fmt::Debug, sync::Arc};

use k8s_openapi::{api::core::v1::Namespace, apimachinery::pkg::apis::meta::v1::OwnerReference};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use thiserror::Error;

use super::{
    controller::Failure,
    informer::{Informer, Watched},
};

/// A failed API call of a controller.
#[derive(Debug, Error)]
#[error("could not {verb} {kind} '{name}'")]
pub struct Error {
    /// Operation that failed.
    pub verb: &'static str,
    /// Kind of the object.
    pub kind: String,
    /// Name of the object, or the selector of a list.
    pub name: String,
    /// Error of the API client.
    #[source]
    pub source: Box<kube::Error>,
}

impl Failure for Error {
    /// Also if its namespace terminates.
    fn is_stale(&self) -> bool {
        matches!(
            &*self.source,
            kube::Error::Api(status)
                if matches!(status.code, 404 | 409)
                    || (status.code == 403 && status.message.contains("being terminated"))
        )
    }
}

/// Trait bounds on the kinds that these calls work with.
pub trait Object: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Serialize {}

impl<K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Serialize> Object for K {}

fn failed<K: Object>(verb: &'static str, name: &str) -> impl FnOnce(kube::Error) -> Error {
    move |source| Error {
        verb,
        kind: K::kind(&()).into_owned(),
        name: name.into(),
        source: Box::new(source),
    }
}

fn has_code(error: &kube::Error, code: u16) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == code)
}

/// The objects of one kind, in one namespace or in all: reads come from the shared informer, writes go to the API server
/// and are visible to reads at once.
#[derive(Clone)]
pub struct Objects<K> {
    api: Api<K>,
    namespace: Option<String>,
    informer: Informer<K>,
}

impl<K: Watched + Serialize> Objects<K> {
    /// The objects of an informer; `api` is that of the namespace, if there is one.
    pub fn new(api: Api<K>, namespace: Option<String>, informer: Informer<K>) -> Self {
        Self {
            api,
            namespace,
            informer,
        }
    }

    /// The API of the kind.
    pub fn api(&self) -> &Api<K> {
        &self.api
    }

    /// The object; `None`: no object has this name.
    pub async fn get(&self, name: &str) -> Option<Arc<K>> {
        self.informer.ready().await;
        self.informer.get(self.namespace.as_deref().unwrap_or_default(), name)
    }

    /// The objects that match the label selector; an empty selector matches all.
    pub async fn list(&self, labels: &str) -> Vec<Arc<K>> {
        self.informer.ready().await;
        let mut found = match &self.namespace {
            Some(namespace) => self.informer.all_in(namespace),
            None => self.informer.all(),
        };
        let wanted: Vec<&str> = labels.split(',').filter(|term| !term.is_empty()).collect();
        found.retain(|object| wanted.iter().all(|term| has_label(&**object, term)));
        found
    }

    /// Creates the object; `None`: an object of this name exists.
    pub async fn create(&self, object: &K) -> Result<Option<Arc<K>>, Error> {
        let created = create(&self.api, object).await?;
        Ok(created.map(|created| self.informer.observe(created)))
    }

    /// Merges `change` into the object.
    pub async fn patch(&self, name: &str, change: Value) -> Result<Arc<K>, Error> {
        let patched = self
            .api
            .patch(name, &PatchParams::default(), &Patch::Merge(change))
            .await;
        let patched = patched.map_err(failed::<K>("patch", name))?;
        Ok(self.informer.observe(patched))
    }

    /// Merges `status` into the object's status.
    pub async fn patch_status(&self, name: &str, status: Value) -> Result<Arc<K>, Error> {
        let patched = patch_status(&self.api, name, status).await?;
        Ok(self.informer.observe(patched))
    }

    /// Replaces the finalizers of an object. The resource version prevents the loss of a finalizer that another
    /// controller adds concurrently.
    pub async fn set_finalizers(&self, object: &K, finalizers: Vec<String>) -> Result<Arc<K>, Error> {
        let metadata = serde_json::json!({
            "resourceVersion": object.resource_version(),
            "finalizers": finalizers,
        });
        self.patch(&object.name_any(), serde_json::json!({ "metadata": metadata }))
            .await
    }

    /// Deletes the object; succeeds if the object does not exist.
    pub async fn delete(&self, name: &str, parameters: &DeleteParams) -> Result<(), Error> {
        match self.api.delete(name, parameters).await {
            Ok(_) => Ok(()),
            Err(error) if has_code(&error, 404) => Ok(()),
            Err(error) => Err(failed::<K>("delete", name)(error)),
        }
    }

    /// Posts `body` to a subresource of the object.
    pub async fn post<B: Serialize>(&self, name: &str, subresource: &'static str, body: &B) -> Result<(), Error> {
        let posted: kube::Result<Value> = self
            .api
            .create_subresource(subresource, name, &PostParams::default(), body)
            .await;
        posted.map(drop).map_err(failed::<K>(subresource, name))
    }
}

/// Whether the object has the label of a term `key=value` or `key` of a selector.
fn has_label<K: Resource>(object: &K, term: &str) -> bool {
    match term.split_once('=') {
        Some((key, value)) => object.labels().get(key).is_some_and(|label| label == value),
        None => object.labels().contains_key(term),
    }
}

/// Reads the stored object, with the fields that the lab's types do not declare.
pub async fn get_stored(api: &Api<DynamicObject>, name: &str) -> Result<Value, Error> {
    let stored = api
        .get(name)
        .await
        .and_then(|object| serde_json::to_value(object).map_err(kube::Error::SerdeError));
    stored.map_err(|source| Error {
        verb: "get",
        kind: "object".into(),
        name: name.into(),
        source: Box::new(source),
    })
}

/// Builds an object from JSON, which is shorter than nested structs with mostly empty fields.
pub fn from_json<K: Object>(json: Value) -> Result<K, Error> {
    let name = json["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    serde_json::from_value(json).map_err(|error| failed::<K>("write", &name)(kube::Error::SerdeError(error)))
}

async fn create<K: Object>(api: &Api<K>, object: &K) -> Result<Option<K>, Error> {
    match api.create(&PostParams::default(), object).await {
        Ok(created) => Ok(Some(created)),
        Err(error) if has_code(&error, 409) => Ok(None),
        Err(error) => Err(failed::<K>("create", &object.name_any())(error)),
    }
}

async fn patch_status<K: Object>(api: &Api<K>, name: &str, status: Value) -> Result<K, Error> {
    let change = Patch::Merge(serde_json::json!({ "status": status }));
    let patched = api.patch_status(name, &PatchParams::default(), &change).await;
    patched.map_err(failed::<K>("patch the status of", name))
}

/// Creates the object with its status, unless an object of this name exists.
pub async fn seed<K: Object>(api: &Api<K>, object: &K) -> Result<(), Error> {
    if create(api, object).await?.is_none() {
        return Ok(());
    }
    let json = serde_json::to_value(object).map_err(kube::Error::SerdeError);
    match json.map_err(failed::<K>("write", &object.name_any()))?.get("status") {
        Some(status) => patch_status(api, &object.name_any(), status.clone()).await.map(drop),
        None => Ok(()),
    }
}

/// Seeds all objects concurrently.
pub async fn seed_all<K: Object>(api: Api<K>, objects: impl IntoIterator<Item = K>) -> Result<(), Error> {
    let seeded = objects.into_iter().map(|object| {
        let api = api.clone();
        async move { seed(&api, &object).await }
    });
    futures::future::try_join_all(seeded).await.map(drop)
}

/// Creates the namespace if it does not exist.
pub async fn ensure_namespace(client: Client, name: &str) -> Result<(), Error> {
    let namespace: Namespace = from_json(serde_json::json!({"metadata": {"name": name}}))?;
    create(&Api::all(client), &namespace).await.map(drop)
}

/// The finalizers of the object without `finalizer`; `None`: the object does not have it.
pub fn finalizers_without<K: Resource>(object: &K, finalizer: &str) -> Option<Vec<String>> {
    let all = object.finalizers();
    all.iter()
        .any(|one| one == finalizer)
        .then(|| all.iter().filter(|one| *one != finalizer).cloned().collect())
}

/// Owner references of an object that `owner` controls.
pub fn controlled_by<K: Resource<DynamicType = ()>>(owner: &K) -> Vec<OwnerReference> {
    let reference = owner.controller_owner_ref(&());
    reference
        .map(|reference| OwnerReference {
            block_owner_deletion: Some(true),
            ..reference
        })
        .into_iter()
        .collect()
}

/// Whether `owner` controls the object.
pub fn is_controlled_by<K: Resource>(object: &K, owner_uid: &str) -> bool {
    object
        .owner_references()
        .iter()
        .any(|owner| owner.controller == Some(true) && owner.uid == owner_uid)
}

/// Suffix of five characters for a generated name, derived from `seed`, so that creating the object twice is a
/// conflict instead of a duplicate.
pub fn suffix(seed: &str) -> String {
    use sha2::Digest;
    // The alphabet of generateName has no vowels, to avoid words.
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    sha2::Sha256::digest(seed)
        .iter()
        .take(5)
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]))
        .collect()
}
