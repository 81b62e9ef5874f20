//! Values of the providers file of which there are only a few.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{
    super::mistake::alternatives,
    field::{FieldType, Reader, word},
    tree::Node,
};

macro_rules! words {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)* }
    )*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$word_doc])* $variant,)*
        }

        impl $name {
            const WORDS: &[(&str, Self)] = &[$(($word, Self::$variant),)*];

            /// As the providers file spells it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            pub(super) fn from_node(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
                word(node, subject, reader, Self::WORDS)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "enum": [$($word),*] })
            }
        }
    )* };
}

words! {
    /// Types of source providers, as Forklift and tags spell them too.
    ProviderType {
        /// VMware vCenter or ESXi.
        Vsphere = "vsphere",
        /// Red Hat Virtualization.
        Ovirt = "ovirt",
        /// OpenStack.
        Openstack = "openstack",
        /// OpenShift Virtualization.
        Openshift = "openshift",
        /// OVA files on an NFS share.
        Ova = "ova",
        /// Microsoft Hyper-V.
        Hyperv = "hyperv",
    }
    /// What kind of server a vSphere entry points to; `spec.settings.sdkEndpoint` of a Provider.
    VsphereEndpoint {
        /// vCenter.
        Vcenter = "vcenter",
        /// A single ESXi host.
        Esxi = "esxi",
    }
    /// Storage arrays that copy-offload knows (Forklift, `cmd/vsphere-xcopy-volume-populator`).
    Vendor {
        /// NetApp ONTAP.
        Ontap = "ontap",
        /// Hitachi Vantara.
        Vantara = "vantara",
        /// HPE Primera and 3PAR.
        Primera3par = "primera3par",
        /// Pure Storage FlashArray.
        PureFlashArray = "pureFlashArray",
        /// Dell PowerFlex.
        Powerflex = "powerflex",
        /// Dell PowerMax.
        Powermax = "powermax",
        /// Dell PowerStore.
        Powerstore = "powerstore",
        /// Infinidat InfiniBox.
        Infinibox = "infinibox",
        /// IBM FlashSystem.
        Flashsystem = "flashsystem",
    }
    /// How ESXi hosts are told to clone a disk on the array.
    CloneMethod {
        /// Through a package that is installed on the hosts.
        Vib = "vib",
        /// Over SSH.
        Ssh = "ssh",
    }
}

impl FieldType for VsphereEndpoint {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        Self::from_node(node, subject, reader)
    }

    fn absent() -> Option<Self> {
        Some(Self::Vcenter)
    }
}

impl FieldType for CloneMethod {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        Self::from_node(node, subject, reader)
    }

    fn absent() -> Option<Self> {
        Some(Self::Vib)
    }
}

impl FieldType for Vendor {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        Self::from_node(node, subject, reader)
    }
}

impl ProviderType {
    /// `"vsphere", "ovirt" or ...`
    pub(super) fn names() -> String {
        alternatives(Self::WORDS.iter().map(|(name, _)| *name))
    }
}

impl Vendor {
    /// What the word means; nothing where it is not known.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, vendor)| *vendor)
    }

    /// Keys of `copyoffload` that this array needs (Forklift, `cmd/vsphere-xcopy-volume-populator`).
    pub fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Ontap => &["ontap_svm"],
            Self::Vantara => &[
                "vantara_storage_id",
                "vantara_storage_port",
                "vantara_hostgroup_id_list",
            ],
            Self::PureFlashArray => &["pure_cluster_prefix"],
            Self::Powerflex => &["powerflex_system_id"],
            Self::Powermax => &["powermax_symmetrix_id"],
            Self::Primera3par | Self::Powerstore | Self::Infinibox | Self::Flashsystem => &[],
        }
    }
}
