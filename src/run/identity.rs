//! The id of a run, which all its names and labels contain.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
};

use fastrand::Rng;
use serde::{Deserialize, Serialize};

use super::{Reach, names};

/// Id of a run, such as `auto-ab12`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// A new one. On a cluster, no other run may have it, so that it does not depend on the seed there.
    pub fn generate() -> Self {
        let tail = if sim_clock::is_virtual() {
            names::random()
        } else {
            let entropy = RandomState::new().hash_one(());
            names::random_from(&mut Rng::with_seed(entropy))
        };
        Self(names::with_tail("auto", &tail))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RunId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A run id and the names derived from it.
#[derive(Debug, Clone)]
pub struct RunIdentity {
    /// Run id.
    pub run: RunId,
    /// Name of the target namespace.
    pub namespace: String,
    /// How another process connects to the target.
    pub reach: Reach,
}

impl RunIdentity {
    /// The identity of `run`, whose target namespace ends in `suffix`.
    pub fn new(run: RunId, suffix: &str) -> Self {
        let namespace = names::namespace(&run, suffix);
        Self {
            run,
            namespace,
            reach: Reach::default(),
        }
    }
}
