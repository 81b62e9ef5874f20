//! Fetches the certificates that a server presents, so that Forklift can be told to trust them.

use std::{error::Error as StdError, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Error;

type Failure = Box<dyn StdError + Send + Sync>;

/// The chain that the server behind this URL presents, as PEM.
pub(super) async fn certificates(url: &str, limit: Duration) -> Result<String, Error> {
    let failed = |address: &str, source: Failure| Error::Certificates {
        address: address.to_owned(),
        source,
    };
    let url = reqwest::Url::parse(url).map_err(|error| failed(url, error.into()))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let address = format!("{host}:{port}");
    match tokio::time::timeout(limit, handshake(&host, port)).await {
        Ok(Ok(chain)) => Ok(pem::encode_many(&chain)),
        Ok(Err(error)) => Err(failed(&address, error)),
        Err(late) => Err(failed(&address, late.into())),
    }
}

async fn handshake(host: &str, port: u16) -> Result<Vec<pem::Pem>, Failure> {
    let provider = Arc::new(ring::default_provider());
    let verifier = AcceptAnyone {
        algorithms: provider.signature_verification_algorithms,
    };
    let config = ClientConfig::builder_with_provider(Arc::<CryptoProvider>::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    let stream = TcpStream::connect((host, port)).await?;
    let name = ServerName::try_from(host.to_owned())?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let (_, connection) = stream.get_ref();
    let chain = connection.peer_certificates().unwrap_or_default();
    Ok(chain
        .iter()
        .map(|certificate| pem::Pem::new("CERTIFICATE", certificate.to_vec()))
        .collect())
}

/// Accepts any certificate: this connection only reads the certificates of the server, and no secret is sent.
#[derive(Debug)]
struct AcceptAnyone {
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for AcceptAnyone {
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
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
