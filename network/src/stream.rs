//! Byte connections: TCP, or a pipe inside the process.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::mpsc::UnboundedReceiver,
};

use crate::memory::{self, HttpService, Network};

/// A connection.
#[derive(Debug)]
pub enum Stream {
    /// Over TCP.
    Tcp(TcpStream),
    /// Inside the process.
    Memory(DuplexStream),
}

/// Connects to a server.
///
/// # Errors
/// Those of TCP.
pub async fn connect(host: &str, port: u16) -> io::Result<Stream> {
    match memory::network() {
        Some(network) => network.connect(memory::resolve(host, port)?).map(Stream::Memory),
        None => TcpStream::connect((host, port)).await.map(Stream::Tcp),
    }
}

/// Accepts connections to an address until it is dropped.
pub struct Listener(Kind);

enum Kind {
    Tcp(TcpListener),
    Memory {
        network: Network,
        address: SocketAddr,
        incoming: UnboundedReceiver<DuplexStream>,
    },
}

impl Listener {
    /// Binds an address; port 0 selects a free one.
    ///
    /// # Errors
    /// The address is in use, or is not one of this machine.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self(match memory::network() {
            Some(network) => {
                let (address, incoming) = network.bind(address)?;
                Kind::Memory {
                    network,
                    address,
                    incoming,
                }
            }
            None => Kind::Tcp(TcpListener::bind(address).await?),
        }))
    }

    /// The address.
    ///
    /// # Errors
    /// Errors of the operating system.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.0 {
            Kind::Tcp(listener) => listener.local_addr(),
            Kind::Memory { address, .. } => Ok(*address),
        }
    }

    /// Lets clients inside the process send their HTTP requests to this service, without a connection. Over TCP it does
    /// nothing.
    pub fn offer(&self, service: HttpService) {
        if let Kind::Memory { network, address, .. } = &self.0 {
            network.offer(*address, service);
        }
    }

    /// The next connection.
    ///
    /// # Errors
    /// Errors of one connection; the listener can be used further.
    pub async fn accept(&mut self) -> io::Result<Stream> {
        match &mut self.0 {
            Kind::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Without TCP_NODELAY, each small answer waits for the delayed ACK of the client.
                let _ = stream.set_nodelay(true);
                Ok(Stream::Tcp(stream))
            }
            Kind::Memory { incoming, .. } => match incoming.recv().await {
                Some(stream) => Ok(Stream::Memory(stream)),
                // The address stays bound as long as the listener.
                None => std::future::pending().await,
            },
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Kind::Memory { network, address, .. } = &self.0 {
            network.close(*address);
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Memory(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Memory(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Self::Memory(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Memory(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
