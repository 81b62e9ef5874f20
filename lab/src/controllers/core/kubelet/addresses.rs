//! Addresses of pods: 127.20.0.0/16, which is loopback and yet an address of its own for each pod.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU16, Ordering},
};

/// Hands out pod addresses. It starts at a random one: several labs may share a machine.
pub struct Addresses(AtomicU16);

impl Default for Addresses {
    fn default() -> Self {
        Self(AtomicU16::new(fastrand::u16(..)))
    }
}

impl Addresses {
    /// The next address. After 65,000 pods they begin again.
    pub fn next(&self) -> Ipv4Addr {
        loop {
            let [third, fourth] = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            // Addresses ending in 0 or 255 look like networks and broadcasts.
            if !matches!(fourth, 0 | 255) {
                return Ipv4Addr::new(127, 20, third, fourth);
            }
        }
    }
}
