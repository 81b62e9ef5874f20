//! Reads the secrets that the providers file leaves to the cluster.

use k8s_openapi::api::core::v1::Secret as KubeSecret;
use kube::Api;
use secrecy::SecretString;

use super::Error;
use crate::{
    cluster::{Cluster, retrying},
    events::explain,
    settings::{ProvidersFile, providers::ClusterSecret},
};

/// Fills in those of the selected providers; those that can be read, also when others cannot.
///
/// # Errors
///
/// All that cannot be read, each with the key of the providers file that asks for it.
pub async fn read(cluster: &Cluster, providers: &mut ProvidersFile, selected: &[String]) -> Result<(), Error> {
    let mut missing = Vec::new();
    for (place, secret) in providers.unread(selected) {
        let Some(wanted) = secret.unread() else { continue };
        match value(cluster, wanted).await {
            Ok(value) => secret.fill(value),
            Err(why) => missing.push(format!("{place}: could not read {wanted}: {why}")),
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::ProviderSecrets(missing))
    }
}

async fn value(cluster: &Cluster, wanted: &ClusterSecret) -> Result<SecretString, String> {
    let ClusterSecret { namespace, name, key } = wanted;
    let secrets: Api<KubeSecret> = Api::namespaced(cluster.client.clone(), namespace);
    let found = retrying(|| secrets.get_opt(name))
        .await
        .map_err(|error| explain(&error))?;
    let Some(secret) = found else {
        return Err(format!("there is no Secret {namespace}/{name}"));
    };
    let data = secret.data.unwrap_or_default();
    let Some(bytes) = data.get(key) else {
        let keys: Vec<&str> = data.keys().map(String::as_str).collect();
        return Err(match keys.as_slice() {
            [] => format!("the Secret {namespace}/{name} is empty"),
            keys => format!(
                "the Secret {namespace}/{name} has no key \"{key}\"; it has {}",
                keys.join(", ")
            ),
        });
    };
    let text = std::str::from_utf8(&bytes.0).map_err(|_| "its value is not text".to_owned())?;
    if text.is_empty() {
        return Err("its value is empty".to_owned());
    }
    Ok(text.into())
}
