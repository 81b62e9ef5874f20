//! The table of what the entries of a providers file hold, by type: every key with its type and its meaning.
//!
//! Keys that mean nothing for a type are accepted where the pytest suite's files have them as placeholders.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::{
    field::{FieldType, Object, Reader},
    secret::Secret,
    tree::Node,
    words::{CloneMethod, ProviderType, Vendor, VsphereEndpoint},
};

macro_rules! object {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $name {
            /// The keys that it can have.
            pub(super) const KEYS: &[&str] = &[$(stringify!($field)),*];
        }

        impl FieldType for $name {
            fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
                let object = Object::new(node, subject, Self::KEYS, reader)?;
                // Every field is looked at before the object is given up, so that no mistake hides another.
                $(let $field = object.field(stringify!($field), reader);)*
                Some(Self { $($field: $field?,)* })
            }

            fn secrets<'a>(&'a self, name: &str, found: &mut Vec<(String, &'a Secret)>) {
                $(self.$field.secrets(&dotted(name, stringify!($field)), found);)*
            }

            fn secrets_mut<'a>(&'a mut self, name: &str, found: &mut Vec<(String, &'a mut Secret)>) {
                $(self.$field.secrets_mut(&dotted(name, stringify!($field)), found);)*
            }
        }
    };
}

fn dotted(name: &str, field: &str) -> String {
    match name {
        "" => field.to_owned(),
        name => format!("{name}.{field}"),
    }
}

macro_rules! entries {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($fields:tt)* }
    )*) => {
        $(object! { $(#[$doc])* $name { $($fields)* } })*

        /// One provider of the file.
        #[derive(Debug, Clone)]
        pub enum ProviderEntry {
            $($(#[$doc])* $name(Box<$name>),)*
        }

        impl ProviderEntry {
            /// What it is.
            pub fn platform(&self) -> ProviderType {
                match self {
                    $(Self::$name(_) => ProviderType::$name,)*
                }
            }

            /// Version of the platform, as written.
            pub fn version(&self) -> &str {
                match self {
                    $(Self::$name(entry) => written(&entry.version),)*
                }
            }

            /// Address of its API, or of the share.
            pub fn api_url(&self) -> &str {
                match self {
                    $(Self::$name(entry) => written(&entry.api_url),)*
                }
            }

            /// Who logs in.
            pub fn username(&self) -> &str {
                match self {
                    $(Self::$name(entry) => written(&entry.username),)*
                }
            }

            /// Its secrets, each with the name of its key.
            pub fn secrets(&self) -> Vec<(String, &Secret)> {
                let mut found = Vec::new();
                match self {
                    $(Self::$name(entry) => entry.secrets("", &mut found),)*
                }
                found
            }

            /// The same, to fill in those that the cluster keeps.
            pub fn secrets_mut(&mut self) -> Vec<(String, &mut Secret)> {
                let mut found = Vec::new();
                match self {
                    $(Self::$name(entry) => entry.secrets_mut("", &mut found),)*
                }
                found
            }

            pub(super) fn read(kind: ProviderType, node: &Node, key: &str, reader: &mut Reader<'_>) -> Option<Self> {
                match kind {
                    $(ProviderType::$name => FieldType::read(node, key, reader).map(Box::new).map(Self::$name),)*
                }
            }
        }
    };
}

/// Text, or nothing where it was left out.
fn written<T: Written>(text: &T) -> &str {
    text.written()
}

trait Written {
    fn written(&self) -> &str;
}

impl Written for String {
    fn written(&self) -> &str {
        self
    }
}

impl Written for Option<String> {
    fn written(&self) -> &str {
        self.as_deref().unwrap_or_default()
    }
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
        password: Secret,
        /// vCenter (default) or ESXi.
        #[schemars(default = "vcenter")]
        endpoint_type: VsphereEndpoint,
        /// Key of the vCenter entry through which the VMs of an ESXi endpoint are cloned.
        clone_provider: Option<String>,
        /// Image with VMware's disk library.
        vddk_init_image: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_password: Option<Secret>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        guest_vm_win_password: Option<Secret>,
        /// Passphrase of encrypted guest disks.
        luks_passphrase: Option<Secret>,
        /// Storage array for copy-offload.
        copyoffload: Option<CopyOffload>,
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
        password: Secret,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_password: Option<Secret>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        guest_vm_win_password: Option<Secret>,
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
        password: Secret,
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
        guest_vm_linux_password: Option<Secret>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        guest_vm_win_password: Option<Secret>,
    }
    /// OpenShift Virtualization; without an address, the cluster that the suite runs against.
    Openshift {
        /// Version.
        version: Option<String>,
        /// Host name.
        host: Option<String>,
        /// Placeholder.
        fqdn: Option<String>,
        /// Address of the API.
        api_url: Option<String>,
        /// User.
        username: Option<String>,
        /// Password.
        password: Option<Secret>,
        /// Storage class of the source VMs.
        storage_class: Option<String>,
        /// Whether the certificate is verified.
        verify_ssl: Option<bool>,
        /// File with the CA.
        ca_bundle: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_password: Option<Secret>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        guest_vm_win_password: Option<Secret>,
    }
    /// OVA files on an NFS share.
    Ova {
        /// Anything that names the files.
        version: String,
        /// Placeholder.
        fqdn: Option<String>,
        /// `server:/path`
        api_url: String,
        /// Placeholder.
        username: Option<String>,
        /// Placeholder.
        password: Option<Secret>,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_password: Option<Secret>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        guest_vm_win_password: Option<Secret>,
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
        password: Secret,
        /// The share that disks are read from.
        smb_url: String,
        /// User of the share; default: the provider's.
        smb_user: Option<String>,
        /// Password of the share; default: the provider's.
        smb_password: Option<Secret>,
        /// Log-in to Linux guests.
        guest_vm_linux_user: Option<String>,
        /// Log-in to Linux guests.
        guest_vm_linux_password: Option<Secret>,
        /// Log-in to Windows guests.
        guest_vm_win_user: Option<String>,
        /// Log-in to Windows guests.
        guest_vm_win_password: Option<Secret>,
    }
}

object! {
    /// The storage array of a vSphere provider, for copy-offload.
    CopyOffload {
        /// Make of the array.
        storage_vendor_product: Vendor,
        /// Managed object id of the primary datastore.
        datastore_id: String,
        /// Second datastore on the same array.
        secondary_datastore_id: Option<String>,
        /// A datastore that the array does not copy.
        non_xcopy_datastore_id: Option<String>,
        /// The VM that is cloned instead of the one a feature names.
        default_vm_name: Option<String>,
        /// Old name of `default_vm_name`, which wins where both are there.
        template_name: Option<String>,
        /// Management address of the array.
        storage_hostname: Option<String>,
        /// Management user.
        storage_username: Option<String>,
        /// Management password.
        storage_password: Option<Secret>,
        /// Whether the array's certificate is not verified.
        storage_skip_ssl_verification: Option<bool>,
        /// ONTAP: the storage VM.
        ontap_svm: Option<String>,
        /// Vantara: serial number of the array.
        vantara_storage_id: Option<String>,
        /// Vantara: port of the array's API.
        vantara_storage_port: Option<String>,
        /// Vantara: ports and host groups, `CL1-A,1:CL2-B,2`.
        vantara_hostgroup_id_list: Option<String>,
        /// Pure: `px_` and the first eight characters of the Portworx cluster's UID.
        pure_cluster_prefix: Option<String>,
        /// PowerFlex: the system's id.
        powerflex_system_id: Option<String>,
        /// PowerMax: the array's id.
        powermax_symmetrix_id: Option<String>,
        /// More keys for the Secret of the array; they win over those of the vendor.
        #[schemars(default)]
        storage_secret_extra: BTreeMap<String, Secret>,
        /// How ESXi hosts are told to clone.
        #[schemars(default = "vib")]
        esxi_clone_method: CloneMethod,
        /// ESXi host that clones over SSH.
        esxi_host: Option<String>,
        /// Its user.
        esxi_user: Option<String>,
        /// Its password.
        esxi_password: Option<Secret>,
        /// Device of the LUN for raw device mappings, `naa.…`.
        rdm_lun_uuid: Option<String>,
        /// Ids of the ESXi hosts that migrate.
        #[schemars(default)]
        dedicated_migration_hosts: Vec<String>,
        /// Pool for clones.
        resource_pool: Option<String>,
    }
}

impl CopyOffload {
    /// The VM that is cloned instead of the one a feature names.
    pub fn default_vm(&self) -> Option<&str> {
        self.default_vm_name.as_deref().or(self.template_name.as_deref())
    }
}

fn vcenter() -> VsphereEndpoint {
    VsphereEndpoint::Vcenter
}

fn vib() -> CloneMethod {
    CloneMethod::Vib
}
