//! The providers file: where source platforms are and who logs in. JSON, with or without `#` comments.
//!
//! Keys are free; what a provider is, its `type` says. Unknown fields and types are refused with their place, and no
//! message ever shows the text around it, because that is where passwords stand.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};
use thiserror::Error as ThisError;

/// What is wrong with a providers file.
#[derive(Debug, ThisError)]
pub enum Error {
    /// It could not be read.
    #[error(
        "could not read the providers file {}; copy providers.json.example there, or name another one with \
         --set target.providers_file=PATH",
        path.display()
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// Its content is not what it should be.
    #[error("{}: {message}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What and where.
        message: String,
    },
    /// It has no entry of that key.
    #[error("{} has no provider \"{key}\"; it has {}", path.display(), list(known))]
    NoSuchProvider {
        /// The file.
        path: PathBuf,
        /// The key that was looked for.
        key: String,
        /// Keys that there are.
        known: Vec<String>,
    },
}

fn list(keys: &[String]) -> String {
    match keys {
        [] => "none".to_owned(),
        keys => format!("\"{}\"", keys.join("\", \"")),
    }
}

/// Types of source providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderType {
    /// VMware vCenter or ESXi.
    Vsphere,
    /// Red Hat Virtualization.
    Ovirt,
    /// OpenStack.
    Openstack,
    /// OpenShift Virtualization.
    Openshift,
    /// OVA files on an NFS share.
    Ova,
    /// Microsoft Hyper-V.
    Hyperv,
}

impl ProviderType {
    /// As Forklift, the providers file and tags spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vsphere => "vsphere",
            Self::Ovirt => "ovirt",
            Self::Openstack => "openstack",
            Self::Openshift => "openshift",
            Self::Ova => "ova",
            Self::Hyperv => "hyperv",
        }
    }
}

impl fmt::Display for ProviderType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What kind of server a vSphere entry points to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VsphereEndpoint {
    /// vCenter.
    #[default]
    Vcenter,
    /// A single ESXi host.
    Esxi,
}

impl VsphereEndpoint {
    /// As `spec.settings.sdkEndpoint` of a Provider spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vcenter => "vcenter",
            Self::Esxi => "esxi",
        }
    }
}

macro_rules! entries {
    ($(
        $(#[$doc:meta])*
        $variant:ident {
            $($(#[$field_doc:meta])* $(@$secret:ident)? $field:ident: $type:ty,)*
        }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $variant {
                /// Its type, which has been read before.
                #[serde(rename = "type")]
                _kind: IgnoredAny,
                $($(#[$field_doc])* pub $field: $type,)*
            }

            impl $variant {
                fn secrets(&self) -> Vec<&SecretString> {
                    let mut secrets: Vec<&SecretString> = Vec::new();
                    $($(entries!(@$secret secrets, self.$field);)?)*
                    secrets
                }
            }
        )*

        /// One provider of the file.
        #[derive(Debug, Clone)]
        pub enum ProviderEntry {
            $($(#[$doc])* $variant(Box<$variant>),)*
        }

        impl ProviderEntry {
            /// What it is.
            pub fn platform(&self) -> ProviderType {
                match self {
                    $(Self::$variant(_) => ProviderType::$variant,)*
                }
            }

            /// Version of the platform, as written.
            pub fn version(&self) -> &str {
                match self {
                    $(Self::$variant(entry) => &entry.version,)*
                }
            }

            /// Address of its API, or of the share.
            pub fn api_url(&self) -> &str {
                match self {
                    $(Self::$variant(entry) => &entry.api_url,)*
                }
            }

            /// Everything in it that must not be printed.
            pub fn secrets(&self) -> Vec<&SecretString> {
                match self {
                    $(Self::$variant(entry) => entry.secrets(),)*
                }
            }
        }

        impl<'de> DeserializeSeed<'de> for ProviderType {
            type Value = ProviderEntry;

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                match self {
                    $(Self::$variant => $variant::deserialize(deserializer).map(Box::new).map(ProviderEntry::$variant),)*
                }
            }
        }
    };
    (@secret $list:ident, $self:ident.$field:ident) => { $list.push(&$self.$field) };
    (@optional $list:ident, $self:ident.$field:ident) => { $list.extend(&$self.$field) };
    (@nested $list:ident, $self:ident.$field:ident) => {
        $list.extend($self.$field.iter().flat_map(CopyOffload::secrets))
    };
}

entries! {
    /// VMware vCenter or ESXi.
    Vsphere {
        /// Version, such as `8.0.3.00400`.
        version: String,
        /// Host name.
        fqdn: Option<String>,
        /// `https://<fqdn>/sdk`
        api_url: String,
        /// User, with its domain.
        username: String,
        /// Password.
        @secret password: SecretString,
        /// vCenter (default) or ESXi.
        #[serde(default)]
        endpoint_type: VsphereEndpoint,
        /// Key of the vCenter entry through which the VMs of an ESXi endpoint are cloned.
        clone_provider: Option<String>,
        /// Image with VMware's disk library.
        vddk_init_image: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        @optional guest_vm_linux_password: Option<SecretString>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        @optional guest_vm_win_password: Option<SecretString>,
        /// Passphrase of encrypted guest disks.
        @optional luks_passphrase: Option<SecretString>,
        /// Storage array for copy-offload.
        @nested copyoffload: Option<CopyOffload>,
    }
    /// Red Hat Virtualization.
    Ovirt {
        /// Version.
        version: String,
        /// Host name of the engine.
        fqdn: Option<String>,
        /// `https://<fqdn>/ovirt-engine/api`
        api_url: String,
        /// User, with its domain.
        username: String,
        /// Password.
        @secret password: SecretString,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        @optional guest_vm_linux_password: Option<SecretString>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        @optional guest_vm_win_password: Option<SecretString>,
    }
    /// OpenStack.
    Openstack {
        /// Version.
        version: String,
        /// Host name.
        fqdn: Option<String>,
        /// `https://<fqdn>:<port>/v3`
        api_url: String,
        /// User.
        username: String,
        /// Password.
        @secret password: SecretString,
        /// Project.
        project_name: String,
        /// Domain of the user.
        user_domain_name: Option<String>,
        /// Region.
        region_name: Option<String>,
        /// Domain of the user.
        user_domain_id: Option<String>,
        /// Domain of the project.
        project_domain_id: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        @optional guest_vm_linux_password: Option<SecretString>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        @optional guest_vm_win_password: Option<SecretString>,
    }
    /// OpenShift Virtualization; empty fields mean the cluster that the suite runs against.
    Openshift {
        /// Version.
        #[serde(default)]
        version: String,
        /// Host name.
        host: Option<String>,
        /// Address of the API.
        #[serde(default)]
        api_url: String,
        /// User.
        username: Option<String>,
        /// Password.
        @optional password: Option<SecretString>,
        /// Storage class of the source VMs.
        storage_class: Option<String>,
        /// Whether the certificate is verified.
        verify_ssl: Option<bool>,
        /// File with the CA.
        ca_bundle: Option<String>,
    }
    /// OVA files on an NFS share.
    Ova {
        /// Version.
        version: String,
        /// `server:/path`
        api_url: String,
        /// Means nothing.
        username: Option<String>,
        /// Means nothing.
        @optional password: Option<SecretString>,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        @optional guest_vm_linux_password: Option<SecretString>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        @optional guest_vm_win_password: Option<SecretString>,
    }
    /// Microsoft Hyper-V.
    Hyperv {
        /// Version.
        version: String,
        /// Host name.
        fqdn: Option<String>,
        /// Address of the host.
        api_url: String,
        /// User.
        username: String,
        /// Password.
        @secret password: SecretString,
        /// The share that disks are read from.
        smb_url: String,
        /// User of the share; default: the provider's.
        smb_user: Option<String>,
        /// Password of the share; default: the provider's.
        @optional smb_password: Option<SecretString>,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        @optional guest_vm_linux_password: Option<SecretString>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        @optional guest_vm_win_password: Option<SecretString>,
    }
}

/// The storage array of a vSphere provider, for copy-offload.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyOffload {
    /// `ontap`, `vantara`, `primera3par`, `pureFlashArray`, `powerflex`, `powermax`, `powerstore`, `infinibox` or
    /// `flashsystem`
    pub storage_vendor_product: String,
    /// Managed object id of the primary datastore.
    pub datastore_id: String,
    /// Second datastore on the same array.
    pub secondary_datastore_id: Option<String>,
    /// A datastore that the array does not copy.
    pub non_xcopy_datastore_id: Option<String>,
    /// The VM that is cloned instead of the one a feature names.
    #[serde(alias = "template_name")]
    pub default_vm_name: Option<String>,
    /// Management address of the array.
    pub storage_hostname: Option<String>,
    /// Management user.
    pub storage_username: Option<String>,
    /// Management password.
    pub storage_password: Option<SecretString>,
    /// Whether the array's certificate is not verified.
    pub storage_skip_ssl_verification: Option<bool>,
    /// ONTAP.
    pub ontap_svm: Option<String>,
    /// Vantara.
    pub vantara_storage_id: Option<String>,
    /// Vantara.
    pub vantara_storage_port: Option<String>,
    /// Vantara.
    pub vantara_hostgroup_id_list: Option<String>,
    /// Pure.
    pub pure_cluster_prefix: Option<String>,
    /// PowerFlex.
    pub powerflex_system_id: Option<String>,
    /// PowerMax.
    pub powermax_symmetrix_id: Option<String>,
    /// More keys for the Secret of the array.
    #[serde(default)]
    pub storage_secret_extra: BTreeMap<String, SecretString>,
    /// `vib` or `ssh`
    pub esxi_clone_method: Option<String>,
    /// ESXi host that clones over SSH.
    pub esxi_host: Option<String>,
    /// Its user.
    pub esxi_user: Option<String>,
    /// Its password.
    pub esxi_password: Option<SecretString>,
    /// Device of the LUN for raw device mappings, `naa.…`.
    pub rdm_lun_uuid: Option<String>,
    /// Ids of the ESXi hosts that migrate.
    #[serde(default)]
    pub dedicated_migration_hosts: Vec<String>,
    /// Pool for clones.
    pub resource_pool: Option<String>,
}

impl CopyOffload {
    fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let passwords = self.storage_password.iter().chain(&self.esxi_password);
        passwords.chain(self.storage_secret_extra.values())
    }
}

/// All providers of a file.
#[derive(Debug, Clone, Default)]
pub struct ProvidersFile {
    path: PathBuf,
    entries: BTreeMap<String, ProviderEntry>,
}

impl ProvidersFile {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text)
    }

    /// Parses the content of the file at `path`.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let failed = |message: String| Error::Content {
            path: path.to_owned(),
            message,
        };
        let content = |error: serde_saphyr::Error| failed(error.without_snippet().to_string());
        if text.trim().is_empty() {
            return Err(failed(
                "the file is empty; providers.json.example shows what belongs here".to_owned(),
            ));
        }
        // Types first: they decide what an entry must look like.
        let types = serde_saphyr::with_deserializer_from_str(text, |file| Types.deserialize(file)).map_err(content)?;
        let entries = serde_saphyr::with_deserializer_from_str(text, |file| Entries(&types).deserialize(file))
            .map_err(content)?;
        Ok(Self {
            path: path.to_owned(),
            entries,
        })
    }

    /// The entry of that key.
    pub fn get(&self, key: &str) -> Result<&ProviderEntry, Error> {
        self.entries.get(key).ok_or_else(|| Error::NoSuchProvider {
            path: self.path.clone(),
            key: key.to_owned(),
            known: self.entries.keys().cloned().collect(),
        })
    }

    /// All entries, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ProviderEntry)> {
        self.entries.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    /// Everything in the file that must not be printed.
    pub fn secrets(&self) -> Vec<&SecretString> {
        self.entries.values().flat_map(ProviderEntry::secrets).collect()
    }
}

/// Editors find the schema of the file by this key.
const SCHEMA: &str = "$schema";

/// The type of every entry.
struct Types;

#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: ProviderType,
}

impl<'de> DeserializeSeed<'de> for Types {
    type Value = BTreeMap<String, ProviderType>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Types {
    type Value = BTreeMap<String, ProviderType>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of providers, by key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut types = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == SCHEMA {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let Typed { kind } = map.next_value()?;
            types.insert(key, kind);
        }
        Ok(types)
    }
}

/// The entries, once their types are known.
struct Entries<'a>(&'a BTreeMap<String, ProviderType>);

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = BTreeMap<String, ProviderEntry>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = BTreeMap<String, ProviderEntry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Types.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == SCHEMA {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let kind = *self
                .0
                .get(&key)
                .ok_or_else(|| de::Error::custom("the file changed while it was read"))?;
            entries.insert(key, map.next_value_seed(kind)?);
        }
        Ok(entries)
    }
}
