//! The only way to create anything on the cluster: written into the journal first, labelled, created, confirmed.

use std::mem;

use kube::{
    Api, Resource, ResourceExt,
    api::{ApiResource, DynamicObject, PostParams},
};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error as ThisError;

use super::Cluster;
use super::retry::{is_conflict, is_retryable, retrying};
use crate::journal::{self, EntryId, ObjectSubject, Proof, Scope, Subject};
use crate::run::labels::RUN_LABEL;

/// Which line of the run's journal announced the object.
pub const ENTRY_ANNOTATION: &str = "mtv-bdd.io/journal-entry";
const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "mtv-bdd");

/// An object was not created.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The object has no name; a generated name could not be journalled before the creation.
    #[error("a {kind} without a name cannot be created")]
    Unnamed {
        /// Kind of the object.
        kind: String,
    },
    /// The creation could not be journalled, so nothing was created.
    #[error("could not announce {subject} in the journal, so it was not created")]
    Journal {
        /// The object.
        subject: String,
        /// Cause.
        #[source]
        source: journal::Error,
    },
    /// An object with that name exists already and does not belong to the run.
    #[error(
        "{subject} exists already; it does not belong to this run and is left alone, so delete it or start a new run"
    )]
    Exists {
        /// The object.
        subject: String,
    },
    /// The API server refused the creation.
    #[error("could not create {subject}")]
    Refused {
        /// The object.
        subject: String,
        /// Cause.
        #[source]
        source: Box<kube::Error>,
    },
    /// The object could not be serialized, or the answer not be parsed.
    #[error("{subject} cannot be written as JSON or read back")]
    Shape {
        /// The object.
        subject: String,
        /// Cause.
        #[source]
        source: serde_json::Error,
    },
}

/// Creates an object on `cluster` for `scope` and returns it as the API server stored it. An object of that name that exists
/// already is an error: what is not ours is never adopted.
pub async fn create<K>(cluster: &Cluster, scope: &Scope, object: K) -> Result<K, Error>
where
    K: Resource<DynamicType = ()> + Serialize + DeserializeOwned,
{
    let resource = ApiResource::erase::<K>(&());
    let name = object.meta().name.clone().ok_or_else(|| Error::Unnamed {
        kind: resource.kind.clone(),
    })?;
    let described = ObjectSubject {
        cluster: cluster.id.clone(),
        api_version: resource.api_version.clone(),
        kind: resource.kind.clone(),
        plural: resource.plural.clone(),
        namespace: object.meta().namespace.clone(),
        name,
        proof: Proof::RunLabel,
    };
    let subject = described.to_string();
    let shape = |source| Error::Shape {
        subject: subject.clone(),
        source,
    };
    let journalled = |source| Error::Journal {
        subject: subject.clone(),
        source,
    };

    let mut body: DynamicObject = serde_json::to_value(&object)
        .and_then(serde_json::from_value)
        .map_err(shape)?;
    body.types.get_or_insert_with(|| kube::api::TypeMeta {
        api_version: resource.api_version.clone(),
        kind: resource.kind.clone(),
    });
    let api = described.api(cluster.client.clone());
    let entry = scope.intend(Subject::Object(described)).await.map_err(journalled)?;
    label(scope, entry, &mut body);
    let created = match post(&api, &body, entry).await {
        Ok(created) => created,
        Err(failure) => {
            if !is_retryable(&failure) {
                // The answer is final: nothing of ours came into being.
                scope.journal.gone(entry).await.map_err(journalled)?;
            }
            return Err(if is_conflict(&failure) {
                Error::Exists { subject }
            } else {
                let source = Box::new(failure);
                Error::Refused { subject, source }
            });
        }
    };
    let uid = created.uid().unwrap_or_default();
    scope.journal.confirm(entry, uid).await.map_err(journalled)?;
    serde_json::to_value(&created)
        .and_then(serde_json::from_value)
        .map_err(shape)
}

fn label(scope: &Scope, entry: EntryId, body: &mut DynamicObject) {
    let labels = body.labels_mut();
    labels.extend(scope.labels());
    labels.insert(MANAGED_BY.0.to_owned(), MANAGED_BY.1.to_owned());
    body.annotations_mut()
        .insert(ENTRY_ANNOTATION.to_owned(), entry.to_string());
}

/// Posts until there is an answer. After a request whose answer was lost the object may be there; the annotation tells
/// whether it is the one that this very entry announced.
async fn post(api: &Api<DynamicObject>, body: &DynamicObject, entry: EntryId) -> Result<DynamicObject, kube::Error> {
    let mut is_repeated = false;
    let attempt = || {
        let is_repeated = mem::replace(&mut is_repeated, true);
        async move {
            match api.create(&PostParams::default(), body).await {
                Err(failure) if is_repeated && is_conflict(&failure) => announced(api, body, entry, failure).await,
                answer => answer,
            }
        }
    };
    retrying(attempt).await
}

/// The object that is in the way, if the entry announced it; else the failure to create it.
async fn announced(
    api: &Api<DynamicObject>,
    body: &DynamicObject,
    entry: EntryId,
    failure: kube::Error,
) -> Result<DynamicObject, kube::Error> {
    let found = api.get(&body.name_any()).await?;
    let run = found.labels().get(RUN_LABEL) == body.labels().get(RUN_LABEL);
    let announced = found.annotations().get(ENTRY_ANNOTATION) == Some(&entry.to_string());
    if run && announced { Ok(found) } else { Err(failure) }
}
