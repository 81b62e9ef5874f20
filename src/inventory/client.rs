//! HTTP to the inventory: addresses, log-in, status codes.

use http::{HeaderMap, Request, StatusCode};
use kube::client::Body;
use serde::de::DeserializeOwned;
use sim_net::kubernetes_client;

use super::Error;

/// Timeout of one inventory request; the inventory holds a request for 10 s while a provider is loading.
const ANSWER: std::time::Duration = std::time::Duration::from_secs(60);

/// Inventory requests about one provider.
///
/// The inventory wants the bearer token that the Kubernetes API gets. Requests therefore go through a Kubernetes client
/// with another address: whatever way of logging in the kubeconfig names (a token, a token file that is renewed, a
/// command), works here too.
#[derive(Clone)]
pub struct InventoryClient {
    client: kube::Client,
    address: String,
    root: String,
}

impl InventoryClient {
    /// A client for the provider of this type (as in `spec.type`) and UID at the inventory's address.
    ///
    /// `config` is the connection to the cluster; certificates in `authorities` (DER) are trusted besides its own.
    pub fn new(
        config: kube::Config,
        address: &http::Uri,
        authorities: Vec<Vec<u8>>,
        provider_type: &str,
        provider_uid: &str,
    ) -> Result<Self, kube::Error> {
        let root = format!("/providers/{provider_type}/{provider_uid}");
        Self::rooted(config, address, authorities, root)
    }

    /// A client for the list of all providers, whose path is empty.
    pub fn of_everything(
        config: kube::Config,
        address: &http::Uri,
        authorities: Vec<Vec<u8>>,
    ) -> Result<Self, kube::Error> {
        Self::rooted(config, address, authorities, "/providers".to_owned())
    }

    fn rooted(
        mut config: kube::Config,
        address: &http::Uri,
        authorities: Vec<Vec<u8>>,
        root: String,
    ) -> Result<Self, kube::Error> {
        config.cluster_url = address.clone();
        config.tls_server_name = None;
        config.read_timeout = Some(ANSWER);
        // No certificates at all means those of the system, which must stay so.
        if let Some(trusted) = &mut config.root_cert {
            trusted.extend(authorities);
        }
        // The file would replace the list above when it is read again.
        config.root_cert_file = None;
        Ok(Self {
            client: kubernetes_client(config)?,
            address: address.to_string().trim_end_matches('/').to_owned(),
            root,
        })
    }

    /// The whole path of one below the provider.
    pub(super) fn path(&self, path: &str) -> String {
        format!("{}/{path}", self.root).trim_end_matches('/').to_owned()
    }

    /// The JSON at this path below the provider, such as `vms?name=a`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let path = self.path(path);
        let unreachable = |source: kube::Error| Error::Unreachable {
            address: self.address.clone(),
            source: Box::new(source),
        };
        let request = Request::get(&path)
            .body(Body::empty())
            .map_err(|error| unreachable(kube::Error::HttpError(error)))?;
        let answer = self.client.send(request).await.map_err(unreachable)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = answer.into_body().collect_bytes().await.map_err(unreachable)?;
        judge(&path, status, &headers)?;
        serde_json::from_slice(&bytes).map_err(|source| Error::Malformed { path, source })
    }
}

/// Error bodies of the inventory are empty; what it has to say is in a header (`pkg/controller/provider/web/base`).
fn judge(path: &str, status: StatusCode, headers: &HeaderMap) -> Result<(), Error> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let message = header("forklift-error-message").map_or_else(String::new, |message| format!(": {message}"));
    let (path, code) = (path.to_owned(), status.as_u16());
    match status {
        StatusCode::OK => Ok(()),
        StatusCode::PARTIAL_CONTENT => Err(Error::Loading { path, status: code }),
        StatusCode::NOT_FOUND if header("x-reason") == Some("ProviderNotFound") => {
            Err(Error::Loading { path, status: code })
        }
        // A router in front of an inventory that is being restarted.
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE => Err(Error::Loading { path, status: code }),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Error::Refused {
            path,
            status: code,
            message,
        }),
        _ => Err(Error::Failed {
            path,
            status: code,
            message,
        }),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn said(status: u16, header: Option<(&'static str, &'static str)>) -> Error {
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let status = StatusCode::from_u16(status).expect("a status");
        judge("/providers/vsphere/u/vms", status, &headers).expect_err("not 200")
    }

    #[test]
    fn a_provider_that_loads_is_worth_another_try() {
        assert!(said(206, None).is_passing());
        assert!(said(404, Some(("x-reason", "ProviderNotFound"))).is_passing());
        assert!(said(503, None).is_passing());
        assert!(!said(404, None).is_passing());
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        insta::assert_snapshot!(
            said(403, Some(("forklift-error-message", "no access"))),
            @"the inventory refuses our log-in: GET /providers/vsphere/u/vms answers 403: no access; it needs a bearer token (`oc login`), client certificates do not do, and the user must be allowed to get this Provider"
        );
    }
}
