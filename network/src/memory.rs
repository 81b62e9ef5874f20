//! The network of a thread whose connections stay inside the process: servers by address.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use thiserror::Error;
use tokio::{io::DuplexStream, sync::mpsc};
use tower::util::BoxCloneSyncService;

use crate::BoxError;

/// Body of a request or an answer.
pub type HttpBody = UnsyncBoxBody<bytes::Bytes, BodyError>;

/// A body that could not be read.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct BodyError(#[from] BoxError);

/// Answers HTTP requests.
pub type HttpService = BoxCloneSyncService<Request<HttpBody>, Response<HttpBody>, BoxError>;

/// Bytes that a connection holds in each direction.
const BUFFER: usize = 64 * 1024;

/// First port of servers that ask for any.
const FIRST_PORT: u16 = 20_000;

thread_local! {
    static NETWORK: RefCell<Option<Network>> = const { RefCell::new(None) };
}

#[derive(Clone, Default)]
pub(crate) struct Network(Arc<Mutex<BTreeMap<SocketAddr, Server>>>);

struct Server {
    connections: mpsc::UnboundedSender<DuplexStream>,
    http: Option<HttpService>,
}

/// While it lives, connections of this thread stay inside the process.
#[must_use = "connections leave the process again when it is dropped"]
pub struct InMemory(());

/// Keeps the connections of this thread inside the process.
pub fn in_memory() -> InMemory {
    NETWORK.set(Some(Network::default()));
    InMemory(())
}

/// Whether the connections of this thread stay inside the process.
pub fn is_in_memory() -> bool {
    NETWORK.with_borrow(Option::is_some)
}

impl Drop for InMemory {
    fn drop(&mut self) {
        NETWORK.set(None);
    }
}

pub(crate) fn network() -> Option<Network> {
    NETWORK.with_borrow(Clone::clone)
}

impl Network {
    fn servers<T>(&self, access: impl FnOnce(&mut BTreeMap<SocketAddr, Server>) -> T) -> T {
        access(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn bind(
        &self,
        mut address: SocketAddr,
    ) -> io::Result<(SocketAddr, mpsc::UnboundedReceiver<DuplexStream>)> {
        self.servers(|servers| {
            if address.port() == 0 {
                let free = (FIRST_PORT..).find(|port| !servers.contains_key(&(address.ip(), *port).into()));
                address.set_port(free.ok_or(io::ErrorKind::AddrNotAvailable)?);
            }
            if servers.contains_key(&address) {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            let (connections, incoming) = mpsc::unbounded_channel();
            let http = None;
            servers.insert(address, Server { connections, http });
            Ok((address, incoming))
        })
    }

    pub(crate) fn offer(&self, address: SocketAddr, service: HttpService) {
        self.servers(|servers| {
            if let Some(server) = servers.get_mut(&address) {
                server.http = Some(service);
            }
        });
    }

    pub(crate) fn close(&self, address: SocketAddr) {
        self.servers(|servers| servers.remove(&address));
    }

    pub(crate) fn connect(&self, address: SocketAddr) -> io::Result<DuplexStream> {
        let (ours, theirs) = tokio::io::duplex(BUFFER);
        let accepted = self.servers(|servers| Some(servers.get(&address)?.connections.send(theirs).is_ok()));
        match accepted {
            Some(true) => Ok(ours),
            Some(false) | None => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }

    /// The service that the server at this address offers; `None`: it wants bytes.
    pub(crate) fn http(&self, address: SocketAddr) -> io::Result<Option<HttpService>> {
        self.servers(|servers| match servers.get(&address) {
            Some(server) => Ok(server.http.clone()),
            None => Err(io::ErrorKind::ConnectionRefused.into()),
        })
    }
}

/// The address of a host of the simulation: only numbers and `localhost` have one.
pub(crate) fn resolve(host: &str, port: u16) -> io::Result<SocketAddr> {
    if host == "localhost" {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) if address.is_loopback() => Ok((address, port).into()),
        Ok(_) => Err(io::ErrorKind::HostUnreachable.into()),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("failed to lookup address information: no such host: {host}"),
        )),
    }
}
