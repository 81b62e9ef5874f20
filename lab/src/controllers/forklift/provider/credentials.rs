//! Credentials from the Secret of a provider.

use std::collections::BTreeMap;

use forklift_api::forklift::Provider;
use k8s_openapi::{ByteString, api::core::v1::Secret};
use kube::ResourceExt;

use crate::controllers::forklift::{
    error::{Error, Result},
    shared::Shared,
};

/// Key of the token of a cluster.
pub const TOKEN: &str = "token";

/// Address and credentials of a provider. The meaning of the other keys depends on the provider's type.
#[derive(Clone)]
pub struct Credentials {
    /// URL of the provider.
    pub url: String,
    /// CA certificate as PEM; `ca.crt` before the older `cacert`.
    pub ca: Option<String>,
    /// Whether to skip the verification of the certificate.
    pub insecure: bool,
    /// Resource version of the Secret.
    pub resource_version: String,
    data: BTreeMap<String, ByteString>,
}

impl Credentials {
    /// Looks up and reads a provider's Secret. A missing Secret is an error, so that the provider's status does not change.
    pub async fn for_provider(shared: &Shared, provider: &Provider) -> Result<Self> {
        let reference = &provider.spec.secret;
        let name = reference.name.clone().unwrap_or_default();
        let namespace = reference
            .namespace
            .clone()
            .or_else(|| provider.namespace())
            .unwrap_or_default();
        let secret = shared.context.within::<Secret>(&namespace).get(&name).await;
        let secret = secret.ok_or_else(|| Error::Malformed(format!("Secret '{namespace}/{name}' not found")))?;
        Ok(Self::read(provider, &secret))
    }

    /// Reads the credentials from this Secret.
    pub fn read(provider: &Provider, secret: &Secret) -> Self {
        let data = secret.data.clone().unwrap_or_default();
        Self {
            url: provider.spec.url.clone().unwrap_or_default(),
            ca: text(&data, "ca.crt").or_else(|| text(&data, "cacert")),
            insecure: text(&data, "insecureSkipVerify").is_some_and(|value| value == "true"),
            resource_version: secret.resource_version().unwrap_or_default(),
            data,
        }
    }

    /// Value of a key; empty if absent.
    pub fn text(&self, key: &str) -> String {
        text(&self.data, key).unwrap_or_default()
    }

    /// Those of these keys that the Secret lacks.
    pub fn missing(&self, keys: &[&str]) -> Vec<String> {
        let missing = keys.iter().filter(|key| text(&self.data, key).is_none());
        missing.map(|key| (*key).to_owned()).collect()
    }

    /// Creates a client of a remote cluster.
    pub fn cluster(&self) -> Result<kube::Client> {
        let malformed = |what: String| Error::Malformed(what);
        let url = self
            .url
            .parse()
            .map_err(|error| malformed(format!("'{}' is no address: {error}", self.url)))?;
        let mut config = kube::Config::new(url);
        config.accept_invalid_certs = self.insecure;
        config.auth_info.token = Some(self.text(TOKEN).into());
        if let (Some(pem), false) = (&self.ca, self.insecure) {
            use rustls::pki_types::{CertificateDer, pem::PemObject};
            let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
            let certificates = certificates.map_err(|error| malformed(format!("the CA is no PEM: {error}")))?;
            config.root_cert = Some(
                certificates
                    .into_iter()
                    .map(|certificate| certificate.to_vec())
                    .collect(),
            );
        }
        sim_net::kubernetes_client(config).map_err(|error| malformed(format!("no client for '{}': {error}", self.url)))
    }
}

fn text(data: &BTreeMap<String, ByteString>, key: &str) -> Option<String> {
    let value = String::from_utf8(data.get(key)?.0.clone()).ok()?;
    (!value.is_empty()).then_some(value)
}
