//! Transport: SOAP calls over HTTPS, with session cookie and API version.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::{
    Url,
    header::{CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE},
};
use sim_net::{HttpClient, client_config};

use crate::{Error, MoRef, Value, soap};

/// Verification of the server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Any certificate is accepted.
    Insecure,
    /// Only certificates issued by this CA (PEM, one or more certificates) are accepted.
    Ca(String),
}

/// Timeout of an answer; a method that waits gets its waiting time in addition.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// API version for servers that do not publish their versions; all servers since vSphere 6.5 support it.
const OLDEST_VERSION: &str = "6.5";
const SESSION_COOKIE: &str = "vmware_soap_session";

/// HTTPS connection of a client.
pub(crate) struct Transport {
    http: HttpClient,
    url: Url,
    state: Mutex<State>,
}

#[derive(Clone)]
struct State {
    version: String,
    cookie: Option<String>,
}

impl Transport {
    pub(crate) fn new(address: &str, trust: &Trust) -> Result<Self, Error> {
        let url = parse(address)?;
        let failed = |source| Error::Tls {
            url: address.to_owned(),
            source,
        };
        let tls = client_config(match trust {
            Trust::Insecure => sim_net::Trust::Anyone,
            Trust::Ca(pem) => sim_net::Trust::Authorities(pem.as_bytes()),
        });
        let tls = tls.map_err(failed)?;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true);
        if url
            .host_str()
            .is_some_and(|host| host == "127.0.0.1" || host == "localhost")
        {
            builder = builder.no_proxy();
        }
        let state = State {
            version: OLDEST_VERSION.to_owned(),
            cookie: None,
        };
        Ok(Self {
            http: HttpClient::new(builder, Some(tls)).map_err(|error| failed(error.into()))?,
            url,
            state: Mutex::new(state),
        })
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Selects the newest API version that the server publishes, or the oldest supported one if it publishes none.
    pub(crate) async fn negotiate(&self) {
        let mut url = self.url.clone();
        url.set_path(&format!(
            "{}/vimServiceVersions.xml",
            self.url.path().trim_end_matches('/')
        ));
        let answer = match self.http.send(self.http.get(url).timeout(ANSWER_TIMEOUT)).await {
            Ok(answer) if answer.status().is_success() => answer.text().await.unwrap_or_default(),
            // The following login reports connection errors.
            _ => return,
        };
        if let Some(version) = newest_version(&answer) {
            self.change(|state| state.version = version);
        }
    }

    pub(crate) fn forget_session(&self) {
        self.change(|state| state.cookie = None);
    }

    /// Calls `method` on `this`; `waits` is the time that the method can wait before it answers.
    pub(crate) async fn call(
        &self,
        this: &MoRef,
        method: &str,
        args: &[(&str, Value)],
        waits: Duration,
    ) -> Result<Value, Error> {
        let transport = |source| Error::Transport {
            url: self.url.to_string(),
            method: method.to_owned(),
            object: this.clone(),
            source,
        };
        let State { version, cookie } = self.state();
        let mut request = self
            .http
            .post(self.url.clone())
            .timeout(ANSWER_TIMEOUT + waits)
            .header(CONTENT_TYPE, soap::CONTENT_TYPE)
            .header("SOAPAction", format!("{}/{version}", soap::NAMESPACE))
            .body(soap::request(method, this, args));
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        let response = self.http.send(request).await.map_err(transport)?;
        let status = response.status();
        if let Some(cookie) = session_cookie(response.headers()) {
            self.change(|state| state.cookie = Some(cookie));
        }
        let text = response.text().await.map_err(|error| transport(error.into()))?;
        let body = soap::decode(&text);
        let Ok(body) = body else {
            return Err(if status.is_success() {
                Error::Answer {
                    method: method.to_owned(),
                    object: this.clone(),
                    source: Box::new(body.err().unwrap_or(soap::Error::NoBody)),
                }
            } else {
                Error::Status {
                    url: self.url.to_string(),
                    method: method.to_owned(),
                    object: this.clone(),
                    status: status.as_u16(),
                    body: text.chars().take(200).collect(),
                }
            });
        };
        if let Some(fault) = body.fault() {
            return Err(Error::Refused {
                method: method.to_owned(),
                object: this.clone(),
                fault: Box::new(fault),
            });
        }
        Ok(body.content.get("returnval").cloned().unwrap_or_else(Value::nothing))
    }
}

fn parse(address: &str) -> Result<Url, Error> {
    let refused = |reason: String| Error::Url {
        url: address.to_owned(),
        reason,
    };
    let mut url = Url::parse(address).map_err(|error| refused(error.to_string()))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(refused(format!("the scheme '{}' is not https", url.scheme())));
    }
    if matches!(url.path(), "" | "/") {
        url.set_path("/sdk");
    }
    Ok(url)
}

/// Extracts the session cookie to send in later requests.
fn session_cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .filter_map(|value| value.split(';').next())
        .map(str::trim)
        .find(|pair| pair.split('=').next() == Some(SESSION_COOKIE))
        .map(str::to_owned)
}

/// Returns the newest version of the API's namespace in a `vimServiceVersions.xml`.
fn newest_version(document: &str) -> Option<String> {
    let start = document.find(&format!("<name>{}</name>", soap::NAMESPACE))?;
    let rest = document.get(start..)?;
    let (_, rest) = rest.split_once("<version>")?;
    let (version, _) = rest.split_once("</version>")?;
    Some(version.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_read_from_the_vim25_namespace() {
        let document = "<namespaces version=\"1.0\"><namespace><name>urn:internalvim25</name><version>1</version></namespace>\
            <namespace><name>urn:vim25</name> <version>8.0.3.0</version><priorVersions><version>8.0.2.0</version>\
            </priorVersions></namespace></namespaces>";
        assert_eq!(newest_version(document).as_deref(), Some("8.0.3.0"));
        assert_eq!(newest_version("<html/>"), None);
    }

    #[test]
    fn urls_without_a_path_get_the_default_path() {
        assert_eq!(parse("https://vc.example.com").unwrap().path(), "/sdk");
        assert_eq!(parse("https://vc.example.com/sdk").unwrap().path(), "/sdk");
        for wrong in ["vc.example.com", "ftp://vc.example.com", ""] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_session_cookie_is_sent_unchanged() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, "other=1; Path=/".parse().unwrap());
        headers.append(
            SET_COOKIE,
            "vmware_soap_session=\"52ab\"; Path=/; HttpOnly; Secure"
                .parse()
                .unwrap(),
        );
        assert_eq!(
            session_cookie(&headers).as_deref(),
            Some("vmware_soap_session=\"52ab\"")
        );
    }
}
