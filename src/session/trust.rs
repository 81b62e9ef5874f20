//! Fetches the certificates that a server presents, so that Forklift can be told to trust them.

use std::{error::Error as StdError, sync::Arc, time::Duration};

use rustls::pki_types::ServerName;
use sim_net::{Trust, client_config, connect};
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
    match sim_clock::timeout(limit, handshake(&host, port)).await {
        Ok(Ok(chain)) => Ok(pem::encode_many(&chain)),
        Ok(Err(error)) => Err(failed(&address, error)),
        Err(late) => Err(failed(&address, late.into())),
    }
}

async fn handshake(host: &str, port: u16) -> Result<Vec<pem::Pem>, Failure> {
    // This connection only reads the certificates of the server, and no secret is sent.
    let config = client_config(Trust::Anyone)?;
    let stream = connect(host, port).await?;
    let name = ServerName::try_from(host.to_owned())?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let (_, connection) = stream.get_ref();
    let chain = connection.peer_certificates().unwrap_or_default();
    Ok(chain
        .iter()
        .map(|certificate| pem::Pem::new("CERTIFICATE", certificate.to_vec()))
        .collect())
}
