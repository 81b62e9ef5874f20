//! The recordings of refusals.

use futures::{FutureExt, future::LocalBoxFuture};

use super::{
    judgements::{Called, Objects},
    maps, plans, providers,
};
use crate::world::World;

/// A recording of something that Forklift refuses.
pub struct Refusal {
    /// The recording: the name of its file, without `.ndjson`.
    pub recording: &'static str,
    /// The recording that shows the end, where this one was stopped too early.
    pub continued_in: Option<&'static str>,
    /// What it shows, in a sentence.
    pub shows: &'static str,
    /// What Forklift judges, as the recording calls it.
    pub objects: Objects,
    /// What the lab calls it otherwise.
    pub called: Called,
    /// Makes the objects, and waits until they have been judged.
    pub play: for<'a> fn(&'a World) -> LocalBoxFuture<'a, ()>,
}

/// A VM with one NIC, and the networks of the recordings.
const ONE_NIC: Called = &[
    (plans::VM, "rhel-off"),
    ("VM Network", "DC0_DVPG0"),
    ("VM Test Network", "DC0_DVPG1"),
    ("cnv-test", "VM Network"),
];

/// The same for a plan whose VDDK image is spoilt.
const ONE_NIC_AND_NO_VDDK: Called = &[
    (plans::VM_WITHOUT_VDDK, "rhel-off"),
    ("VM Network", "DC0_DVPG0"),
    ("VM Test Network", "DC0_DVPG1"),
    ("cnv-test", "VM Network"),
];

/// A VM with two NICs.
const TWO_NICS: Called = &[
    (plans::VM_WITH_TWO_NICS, "rhel-two"),
    ("VM Network", "DC0_DVPG0"),
    ("VM Test Network", "VM Network"),
];

/// All recordings of refusals.
pub const ALL: &[Refusal] = &[
    Refusal {
        recording: "err-provider-bad-ca",
        continued_in: None,
        shows: "A provider whose CA did not sign the vCenter's certificate is refused.",
        objects: &[("Provider", "bad-ca")],
        called: &[],
        play: |world| providers::bad_ca(world).boxed_local(),
    },
    Refusal {
        recording: "err-provider-bad-type",
        continued_in: None,
        shows: "A provider of an unknown type and one without an address are refused.",
        objects: &[("Provider", "bad-type"), ("Provider", "no-url")],
        called: &[],
        play: |world| providers::bad_type(world).boxed_local(),
    },
    Refusal {
        recording: "err-provider-no-secret",
        continued_in: None,
        shows: "Of a provider whose Secret does not exist nothing is ever said.",
        objects: &[("Provider", "no-secret")],
        called: &[],
        play: |world| providers::no_secret(world).boxed_local(),
    },
    Refusal {
        recording: "err-provider-secret-missing-key",
        continued_in: None,
        shows: "A provider whose Secret lacks the password is refused.",
        objects: &[("Provider", "no-pass")],
        called: &[],
        play: |world| providers::no_password(world).boxed_local(),
    },
    Refusal {
        recording: "err-provider-unreachable",
        continued_in: None,
        shows: "A provider that nobody answers for is refused.",
        objects: &[("Provider", "bad-url")],
        called: &[],
        play: |world| providers::unreachable(world).boxed_local(),
    },
    Refusal {
        recording: "err-provider-wrong-password",
        continued_in: None,
        shows: "A provider with a wrong password is refused.",
        objects: &[("Provider", "bad-pass")],
        called: &[],
        play: |world| providers::wrong_password(world).boxed_local(),
    },
    Refusal {
        recording: "err-provider-wrong-password-realmsg",
        continued_in: None,
        shows: "A provider with a wrong password is refused until its Secret is corrected.",
        objects: &[("Provider", "bad-pass2")],
        called: &[],
        play: |world| providers::corrected_password(world).boxed_local(),
    },
    Refusal {
        recording: "err-storagemap-unknown-ds",
        continued_in: None,
        shows: "Maps of unknown sources are ready, with a warning.",
        objects: &[("StorageMap", "ds-unknown"), ("NetworkMap", "ds-unknown")],
        called: &[],
        play: |world| maps::unknown_sources(world).boxed_local(),
    },
    Refusal {
        recording: "err-storagemap-unknown-sc",
        continued_in: None,
        shows: "A storage map with an unknown storage class is refused, and the plan with it.",
        objects: &[
            ("StorageMap", "sc-unknown"),
            ("NetworkMap", "sc-unknown"),
            ("Plan", "sc-unknown"),
        ],
        called: ONE_NIC,
        play: |world| maps::unknown_class(world).boxed_local(),
    },
    Refusal {
        recording: "err-networkmap-two-pods",
        continued_in: None,
        shows: "A network map may lead two networks to the pod network, but none to an unknown one.",
        objects: &[
            ("NetworkMap", "two-pods"),
            ("NetworkMap", "nad-unknown"),
            ("StorageMap", "two-pods"),
            ("StorageMap", "nad-unknown"),
        ],
        called: TWO_NICS,
        play: |world| maps::two_pods(world).boxed_local(),
    },
    Refusal {
        recording: "err-nad-wrong-namespace",
        continued_in: None,
        shows: "A plan whose network is out of its pods' reach is refused.",
        objects: &[("StorageMap", "cold"), ("NetworkMap", "cold"), ("Plan", "cold")],
        called: &[
            ("nad-elsewhere", "cold"),
            (plans::VM_WITHOUT_TOOLS, "DC0_C0_RP0_VM0"),
            ("VM Network", "DC0_DVPG0"),
            ("VM Test Network", "DC0_DVPG1"),
            ("cnv-test", "VM Network"),
        ],
        play: |world| plans::nad_elsewhere(world).boxed_local(),
    },
    Refusal {
        recording: "err-guest-tools",
        continued_in: None,
        shows: "A plan with a running VM whose guest has no tools is refused.",
        objects: &[("StorageMap", "cold"), ("NetworkMap", "cold"), ("Plan", "cold")],
        called: &[
            ("guest-tools", "cold"),
            (plans::VM_WITHOUT_TOOLS, "DC0_C0_RP0_VM0"),
            ("VM Network", "DC0_DVPG0"),
            ("VM Test Network", "DC0_DVPG1"),
            ("cnv-test", "VM Network"),
        ],
        play: |world| plans::no_tools(world).boxed_local(),
    },
    Refusal {
        recording: "err-vddk-invalid",
        continued_in: None,
        shows: "A plan is refused when its VDDK image has no VDDK in it.",
        objects: &[
            ("StorageMap", "hook-fail"),
            ("NetworkMap", "hook-fail"),
            ("Plan", "hook-fail"),
        ],
        called: ONE_NIC_AND_NO_VDDK,
        play: |world| plans::no_vddk(world).boxed_local(),
    },
    Refusal {
        recording: "err-plan-net-unmapped",
        continued_in: Some("err-plan-storage-unmapped"),
        shows: "A plan with a VM whose network is not mapped is refused.",
        objects: &[
            ("StorageMap", "net-unmapped"),
            ("NetworkMap", "net-unmapped"),
            ("Plan", "net-unmapped"),
        ],
        called: ONE_NIC,
        play: |world| plans::network_unmapped(world).boxed_local(),
    },
    Refusal {
        recording: "err-plan-storage-unmapped",
        continued_in: Some("err-plan-refs"),
        shows: "A plan with a VM whose datastore is not mapped is refused.",
        objects: &[
            ("StorageMap", "ds-unmapped"),
            ("NetworkMap", "ds-unmapped"),
            ("Plan", "ds-unmapped"),
        ],
        called: ONE_NIC,
        play: |world| plans::storage_unmapped(world).boxed_local(),
    },
    Refusal {
        recording: "err-plan-two-pods",
        continued_in: None,
        shows: "Two NICs on the pod network go unnoticed where the map names networks by name.",
        objects: &[
            ("StorageMap", "plan-two-pods"),
            ("NetworkMap", "plan-two-pods"),
            ("Plan", "plan-two-pods"),
        ],
        called: TWO_NICS,
        play: |world| plans::two_pods(world, "plan-two-pods", plans::By::Name).boxed_local(),
    },
    Refusal {
        recording: "err-plan-two-pods-by-id",
        continued_in: None,
        shows: "A plan with a VM that has two NICs on the pod network is refused where the map names networks by id.",
        objects: &[
            ("StorageMap", "two-pods-id"),
            ("NetworkMap", "two-pods-id"),
            ("Plan", "two-pods-id"),
        ],
        called: TWO_NICS,
        play: |world| plans::two_pods(world, "two-pods-id", plans::By::Id).boxed_local(),
    },
    Refusal {
        recording: "err-plan-vm-missing",
        continued_in: None,
        shows: "A plan with unknown VMs is refused, and a migration of it waits.",
        objects: &[("Plan", "vm-missing"), ("Migration", "vm-missing")],
        called: ONE_NIC,
        play: |world| plans::vms_missing(world).boxed_local(),
    },
    Refusal {
        recording: "err-plan-refs",
        continued_in: None,
        shows: "Plans without maps, without VMs, with a VM twice, and with a target name that cannot be.",
        objects: &[
            ("Plan", "no-maps"),
            ("Plan", "no-vms"),
            ("Plan", "dup-vms"),
            ("Plan", "bad-target-name"),
        ],
        called: ONE_NIC,
        play: |world| plans::references(world).boxed_local(),
    },
];
