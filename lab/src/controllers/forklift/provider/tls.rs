//! TLS part of the connection test: reads the server's certificate and fingerprint, and verifies it against the CA.

use std::{fmt::Write, sync::Arc};

use rustls::{
    ClientConfig,
    pki_types::{CertificateDer, ServerName},
};
use sha1::{Digest, Sha1};
use sim_net::{Trust, client_config, connect};
use tokio_rustls::TlsConnector;

/// Result of the TLS handshakes.
pub struct Handshake {
    /// SHA-1 fingerprint of the certificate, `AA:BB:...`; `None`: the handshake failed.
    pub fingerprint: Option<String>,
    /// Error message in Forklift's wording; `None`: the connection can be used.
    pub refusal: Option<String>,
}

/// Does a handshake with the server of a URL, and a second one with verification if a CA is given.
pub async fn handshake(url: &str, ca: Option<&str>) -> Handshake {
    let failed = |text: String| Handshake {
        fingerprint: None,
        refusal: Some(text),
    };
    let Some((host, port)) = authority(url) else {
        return failed("URL host or path is empty".into());
    };
    let anyone = match client_config(Trust::Anyone) {
        Ok(config) => config,
        Err(error) => return failed(error.to_string()),
    };
    let certificate = match peer(&host, port, anyone).await {
        Ok(certificate) => certificate,
        Err(error) => return failed(error),
    };
    let refusal = match ca {
        None => None,
        Some(pem) => verified(&host, port, pem).await.err(),
    };
    Handshake {
        fingerprint: Some(fingerprint(&certificate)),
        refusal,
    }
}

async fn verified(host: &str, port: u16, pem: &str) -> Result<(), String> {
    let unparsed = |_| "failed to parse the CA certificate".to_owned();
    let config = client_config(Trust::Authorities(pem.as_bytes())).map_err(unparsed)?;
    peer(host, port, config).await.map(|_| ())
}

async fn peer(host: &str, port: u16, config: ClientConfig) -> Result<CertificateDer<'static>, String> {
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let stream = connect(host, port)
        .await
        .map_err(|error| format!("dial tcp {host}:{port}: connect: {}", in_go(&error)))?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error| {
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
            match cause {
                Some(rustls::Error::InvalidCertificate(_)) => {
                    "failed to create a secure TLS connection: tls: failed to \
                 verify certificate: x509: certificate signed by unknown authority"
                        .to_owned()
                }
                _ => format!("failed to create a secure TLS connection: {error}"),
            }
        })?;
    let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let first = certificates.first().ok_or("the server has no certificate")?;
    Ok(first.clone().into_owned())
}

fn in_go(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => "connection refused".into(),
        std::io::ErrorKind::HostUnreachable => "no route to host".into(),
        _ => error.to_string(),
    }
}

fn authority(url: &str) -> Option<(String, u16)> {
    let url: reqwest::Url = url.parse().ok()?;
    if url.path().trim_matches('/').is_empty() {
        return None;
    }
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let mut text = String::new();
    for byte in Sha1::digest(certificate.as_ref()) {
        let separator = if text.is_empty() { "" } else { ":" };
        // A write to a String cannot fail.
        let _ = write!(text, "{separator}{byte:02X}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_needs_host_and_path() {
        assert_eq!(authority("https://vc:8443/sdk"), Some(("vc".into(), 8443)));
        assert_eq!(authority("https://vc/sdk"), Some(("vc".into(), 443)));
        assert_eq!(authority("https://vc"), None);
        assert_eq!(authority(""), None);
    }

    #[tokio::test]
    async fn fingerprints_are_shown_even_when_the_ca_is_wrong() {
        let authority = loopback_https::Authority::new("mtv-lab CA").unwrap();
        let other = loopback_https::Authority::new("mtv-lab CA").unwrap();
        let server = loopback_https::Server::start(&authority, "source", 0, axum::Router::new())
            .await
            .unwrap();
        let url = format!("{}/sdk", server.url());

        let trusted = handshake(&url, Some(&authority.pem())).await;
        assert_eq!(trusted.refusal, None);
        assert_eq!(trusted.fingerprint.as_ref().map(String::len), Some(59));

        let distrusted = handshake(&url, Some(&other.pem())).await;
        assert_eq!(distrusted.fingerprint, trusted.fingerprint);
        let refusal = distrusted.refusal.unwrap();
        assert!(refusal.contains("certificate signed by unknown authority"), "{refusal}");
    }

    #[tokio::test]
    async fn a_refused_connection_is_reported_as_gos_dial_error() {
        let shaken = handshake("https://127.0.0.1:1/sdk", None).await;
        assert_eq!(
            shaken.refusal.as_deref(),
            Some("dial tcp 127.0.0.1:1: connect: connection refused")
        );
    }
}
