//! What a provider's Secret holds.

use std::collections::BTreeMap;

use forklift_api::forklift::Provider;
use k8s_openapi::{ByteString, api::core::v1::Secret};
use kube::ResourceExt;

use crate::controllers::forklift::{
    error::{Error, Result},
    shared::Shared,
};

/// Why a log-in failed, in the server's words. By those words Forklift tells the two apart.
pub enum LogInFailure {
    /// The server does not take the credentials.
    Credentials(String),
    /// Anything else.
    Other(String),
}

/// How to reach a provider and as whom.
#[derive(Clone)]
pub struct Credentials {
    /// The provider's address.
    pub url: String,
    /// User of a vCenter.
    pub user: String,
    /// Password of a vCenter.
    pub password: String,
    /// Token of a cluster.
    pub token: String,
    /// CA certificate as PEM; `ca.crt` before the older `cacert`.
    pub ca: Option<String>,
    /// The certificate is not verified.
    pub insecure: bool,
    /// Version of the Secret.
    pub resource_version: String,
    /// Keys that the provider's type needs and the Secret lacks.
    pub missing: Vec<String>,
}

impl Credentials {
    /// Reads a provider's Secret. One that does not exist is an error: the provider keeps whatever status it has.
    pub async fn of(shared: &Shared, provider: &Provider) -> Result<Self> {
        let reference = &provider.spec.secret;
        let name = reference.name.clone().unwrap_or_default();
        let namespace = reference
            .namespace
            .clone()
            .or_else(|| provider.namespace())
            .unwrap_or_default();
        if let Some(known) = shared.cache.get::<Secret>(&namespace, &name) {
            return Ok(Self::read(provider, &known));
        }
        let secret: Option<Secret> = shared.find(&namespace, &name).await?;
        let secret = secret.ok_or_else(|| Error::Malformed(format!("Secret '{namespace}/{name}' not found")))?;
        Ok(Self::read(provider, &secret))
    }

    /// Reads this Secret for this provider.
    pub fn read(provider: &Provider, secret: &Secret) -> Self {
        let empty = BTreeMap::new();
        let data = secret.data.as_ref().unwrap_or(&empty);
        let insecure = text(data, "insecureSkipVerify").is_some_and(|value| value == "true");
        let needed: &[&str] = match provider.spec.type_.as_str() {
            "vsphere" => &["user", "password"],
            "openshift" => &["token"],
            _ => &[],
        };
        let ca = text(data, "ca.crt").or_else(|| text(data, "cacert"));
        let mut missing: Vec<String> = needed
            .iter()
            .filter(|key| text(data, key).is_none())
            .map(|key| (*key).to_owned())
            .collect();
        if provider.spec.type_ == "vsphere" && !insecure && ca.is_none() {
            missing.push("ca.crt".into());
        }
        Self {
            url: provider.spec.url.clone().unwrap_or_default(),
            user: text(data, "user").unwrap_or_default(),
            password: text(data, "password").unwrap_or_default(),
            token: text(data, "token").unwrap_or_default(),
            ca,
            insecure,
            resource_version: secret.resource_version().unwrap_or_default(),
            missing,
        }
    }

    /// Logs in to a vCenter, and out again.
    ///
    /// # Errors
    /// Why not.
    pub async fn log_in(&self) -> Result<(), LogInFailure> {
        match vim25::Client::connect(self.vsphere()).await {
            Ok(client) => {
                // The session ends by itself when this fails.
                let _ = client.logout().await;
                Ok(())
            }
            Err(error) => {
                let text = match error.fault() {
                    Some(fault) => format!("ServerFaultCode: {}", fault.message),
                    None => error.to_string(),
                };
                Err(match text.contains("incorrect") && text.contains("password") {
                    true => LogInFailure::Credentials(text),
                    false => LogInFailure::Other(text),
                })
            }
        }
    }

    /// For the vSphere client.
    pub fn vsphere(&self) -> vim25::Options {
        vim25::Options {
            url: self.url.clone(),
            user: self.user.clone(),
            password: self.password.clone(),
            trust: match (&self.ca, self.insecure) {
                (Some(pem), false) => vim25::Trust::Ca(pem.clone()),
                _ => vim25::Trust::Insecure,
            },
        }
    }

    /// A client of a remote cluster.
    pub fn cluster(&self) -> Result<kube::Client> {
        let malformed = |what: String| Error::Malformed(what);
        let url = self
            .url
            .parse()
            .map_err(|error| malformed(format!("'{}' is no address: {error}", self.url)))?;
        let mut config = kube::Config::new(url);
        config.accept_invalid_certs = self.insecure;
        config.auth_info.token = Some(self.token.clone().into());
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
        kube::Client::try_from(config).map_err(|error| malformed(format!("no client for '{}': {error}", self.url)))
    }
}

fn text(data: &BTreeMap<String, ByteString>, key: &str) -> Option<String> {
    let value = String::from_utf8(data.get(key)?.0.clone()).ok()?;
    (!value.is_empty()).then_some(value)
}
