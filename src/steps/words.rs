//! Values that are one of a few words.

use forklift_api::forklift::{AccessMode, TargetPowerState, VolumeMode};

use super::field::{Takes, Value};
use super::mistake::Error;
use crate::migration::hooks::HookTime;
use crate::source::{DiskMode, Power, Provisioning};

/// A type whose values each have their word.
pub trait Words: Copy + 'static {
    /// All of them.
    const WORDS: &'static [(&'static str, Self)];
}

impl<T: Words> Value for T {
    fn takes() -> Takes {
        Takes::Words(T::WORDS.iter().map(|(word, _)| *word).collect())
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        let found = T::WORDS.iter().find(|(word, _)| *word == text);
        found
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| Self::refuse(key, text))
    }
}

impl Words for bool {
    const WORDS: &'static [(&'static str, Self)] = &[("yes", true), ("no", false)];
}

impl Words for Power {
    const WORDS: &'static [(&'static str, Self)] = &[(Self::On.word(), Self::On), (Self::Off.word(), Self::Off)];
}

impl Words for Provisioning {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("thin", Self::Thin),
        ("thick-lazy", Self::Thick),
        ("thick-eager", Self::ThickZeroed),
    ];
}

impl Words for TargetPowerState {
    const WORDS: &'static [(&'static str, Self)] = &[("on", Self::On), ("off", Self::Off), ("auto", Self::Auto)];
}

impl Words for AccessMode {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("ReadWriteOnce", Self::ReadWriteOnce),
        ("ReadWriteMany", Self::ReadWriteMany),
        ("ReadOnlyMany", Self::ReadOnlyMany),
    ];
}

impl Words for VolumeMode {
    const WORDS: &'static [(&'static str, Self)] = &[("Filesystem", Self::Filesystem), ("Block", Self::Block)];
}

/// An option that can only be switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Yes;

impl Words for Yes {
    const WORDS: &'static [(&'static str, Self)] = &[("yes", Self)];
}

impl Words for HookTime {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("pre-migration", Self::PreMigration),
        ("post-migration", Self::PostMigration),
    ];
}

impl Words for DiskMode {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("persistent", Self::Persistent),
        ("independent persistent", Self::OutsideSnapshots),
        ("independent nonpersistent", Self::Discarded),
    ];
}

/// Compatibility mode of a raw device mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawDevice {
    /// Behind a layer that allows snapshots.
    Virtual,
    /// With direct access.
    Physical,
}

impl Words for RawDevice {
    const WORDS: &'static [(&'static str, Self)] = &[("virtual", Self::Virtual), ("physical", Self::Physical)];
}

/// The state of a network interface when the VM starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NicState {
    /// The cable is plugged in.
    Connected,
    /// It is not.
    Disconnected,
}

impl Words for NicState {
    const WORDS: &'static [(&'static str, Self)] =
        &[("connected", Self::Connected), ("disconnected", Self::Disconnected)];
}

/// Source of the addresses of NICs on the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpMode {
    /// The static addresses of the source are kept.
    Preserve,
    /// DHCP gives them.
    Dhcp,
    /// MTV configures nothing.
    None,
}

impl Words for IpMode {
    const WORDS: &'static [(&'static str, Self)] =
        &[("preserve", Self::Preserve), ("dhcp", Self::Dhcp), ("none", Self::None)];
}

/// What a VM is to the disks that it shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedDisks {
    /// They are migrated with it.
    Owner,
    /// It is attached to those of the owner.
    Consumer,
}

impl Words for SharedDisks {
    const WORDS: &'static [(&'static str, Self)] = &[("owner", Self::Owner), ("consumer", Self::Consumer)];
}

/// Copy method of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopiedBy {
    /// The storage array.
    Array,
    /// A host.
    Host,
}

impl Words for CopiedBy {
    const WORDS: &'static [(&'static str, Self)] = &[("array", Self::Array), ("host", Self::Host)];
}
