//! Addresses of pods, from 127.20.0.0/16: each pod has its own loopback address.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU16, Ordering},
};

/// Allocates pod addresses, starting at a random one because several labs may run on one machine.
pub struct Addresses(AtomicU16);

impl Default for Addresses {
    fn default() -> Self {
        Self(AtomicU16::new(fastrand::u16(..)))
    }
}

impl Addresses {
    /// The next address; wraps around after about 65,000 pods.
    pub fn next(&self) -> Ipv4Addr {
        loop {
            let [third, fourth] = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            // Skip addresses that end in 0 or 255: tools take them for network and broadcast addresses.
            if !matches!(fourth, 0 | 255) {
                return Ipv4Addr::new(127, 20, third, fourth);
            }
        }
    }
}
