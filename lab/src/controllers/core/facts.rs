//! What the simulated cluster consists of: names, sizes and versions.

/// Version that nodes report.
pub const KUBELET_VERSION: &str = "v1.33.5";
/// Names of the nodes; all are workers.
pub const NODES: [&str; 3] = ["lab-node-1", "lab-node-2", "lab-node-3"];
/// CPUs of each node.
pub const NODE_CPUS: &str = "32";
/// Memory of each node.
pub const NODE_MEMORY: &str = "131072Mi";
/// Pods that fit on each node.
pub const NODE_PODS: &str = "250";
/// Where nodes live: loopback, like everything in the lab.
pub const NODE_ADDRESS: &str = "127.0.0.1";
/// Namespaces that exist from the start.
pub const NAMESPACES: [&str; 5] = ["default", "kube-system", "openshift-mtv", "openshift-cnv", "openshift"];

/// The CSI driver behind all storage classes.
pub const PROVISIONER: &str = "lab.csi.mtv-bdd.io";
/// Parameter of a storage class of [`PROVISIONER`]: `Block` or `Filesystem`.
pub const VOLUME_MODE_PARAMETER: &str = "volumeMode";
/// Parameter of a storage class of [`PROVISIONER`]: the widest access mode that it has.
pub const ACCESS_MODE_PARAMETER: &str = "accessMode";

/// A storage class of the lab.
pub struct Class {
    /// Its name.
    pub name: &'static str,
    /// Whether claims that name no class get this one.
    pub is_default: bool,
    /// `Immediate` or `WaitForFirstConsumer`.
    pub binding_mode: &'static str,
    /// `Block` or `Filesystem`.
    pub volume_mode: &'static str,
    /// The widest access mode.
    pub access_mode: &'static str,
}

/// The storage classes of the lab.
pub const CLASSES: [Class; 3] = [
    Class {
        name: "lab-block",
        is_default: true,
        binding_mode: IMMEDIATE,
        volume_mode: "Block",
        access_mode: "ReadWriteMany",
    },
    Class {
        name: "lab-file",
        is_default: false,
        binding_mode: IMMEDIATE,
        volume_mode: "Filesystem",
        access_mode: "ReadWriteOnce",
    },
    Class {
        name: "lab-wffc",
        is_default: false,
        binding_mode: WAIT_FOR_FIRST_CONSUMER,
        volume_mode: "Block",
        access_mode: "ReadWriteMany",
    },
];

/// Volumes are made as soon as they are claimed.
pub const IMMEDIATE: &str = "Immediate";
/// Volumes are made when a pod that uses them is scheduled.
pub const WAIT_FOR_FIRST_CONSUMER: &str = "WaitForFirstConsumer";
/// Marks the default storage class.
pub const DEFAULT_CLASS_ANNOTATION: &str = "storageclass.kubernetes.io/is-default-class";
/// Marks the storage class that virtual machines' disks get by default.
pub const DEFAULT_VIRT_CLASS_ANNOTATION: &str = "storageclass.kubevirt.io/is-default-virt-class";
/// The node for which a `WaitForFirstConsumer` volume is made.
pub const SELECTED_NODE_ANNOTATION: &str = "volume.kubernetes.io/selected-node";
