//! TLS part of the connection test: reads the server's certificate and fingerprint, and verifies it against the CA.

use std::{fmt::Write, sync::Arc};

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use sha1::{Digest, Sha1};
use tokio::net::TcpStream;
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
    let certificate = match peer(&host, port, Trust::Anything).await {
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
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| "failed to parse the CA certificate".to_owned())?;
        roots
            .add(certificate)
            .map_err(|_| "failed to parse the CA certificate".to_owned())?;
    }
    peer(host, port, Trust::Roots(roots)).await.map(|_| ())
}

enum Trust {
    Anything,
    Roots(RootCertStore),
}

async fn peer(host: &str, port: u16, trust: Trust) -> Result<CertificateDer<'static>, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let config = match trust {
        Trust::Roots(roots) => builder.with_root_certificates(roots).with_no_client_auth(),
        Trust::Anything => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anything(provider)))
            .with_no_client_auth(),
    };
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let stream = TcpStream::connect((host, port))
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

/// Verifier that accepts every certificate, to read the fingerprint of untrusted ones.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
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
