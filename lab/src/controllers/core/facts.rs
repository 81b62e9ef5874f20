//! Constants of the simulated cluster: names, sizes and versions.

/// Version that nodes report.
pub const KUBELET_VERSION: &str = "v1.33.5";
/// Names of the nodes; all are workers.
pub const NODES: [&str; 3] = ["lab-node-1", "lab-node-2", "lab-node-3"];
/// CPUs of each node.
pub const NODE_CPUS: &str = "32";
/// Memory of each node.
pub const NODE_MEMORY: &str = "131072Mi";
/// Maximum number of pods on each node.
pub const NODE_PODS: &str = "250";
/// Address of every node: loopback, as for all servers of the lab.
pub const NODE_ADDRESS: &str = "127.0.0.1";
/// Namespaces that exist from the start.
pub const NAMESPACES: [&str; 5] = ["default", "kube-system", "openshift-mtv", "openshift-cnv", "openshift"];

/// The CSI driver behind all storage classes.
pub const PROVISIONER: &str = "lab.csi.mtv-bdd.io";
/// Parameter of a storage class of [`PROVISIONER`]: `Block` or `Filesystem`.
pub const VOLUME_MODE_PARAMETER: &str = "volumeMode";
/// Parameter of a storage class of [`PROVISIONER`]: the most permissive access mode that it supports.
pub const ACCESS_MODE_PARAMETER: &str = "accessMode";

/// A storage class of the lab.
pub struct Class {
    /// Name of the StorageClass.
    pub name: &'static str,
    /// Whether this is the default StorageClass of the cluster.
    pub is_default: bool,
    /// `Immediate` or `WaitForFirstConsumer`.
    pub binding_mode: &'static str,
    /// `Block` or `Filesystem`.
    pub volume_mode: &'static str,
    /// Most permissive supported access mode.
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

/// Binding mode: volumes are provisioned when a claim is created.
pub const IMMEDIATE: &str = "Immediate";
/// Binding mode: volumes are provisioned when a pod that uses the claim is scheduled.
pub const WAIT_FOR_FIRST_CONSUMER: &str = "WaitForFirstConsumer";
/// Marks the default storage class.
pub const DEFAULT_CLASS_ANNOTATION: &str = "storageclass.kubernetes.io/is-default-class";
/// Marks the default storage class for disks of virtual machines.
pub const DEFAULT_VIRT_CLASS_ANNOTATION: &str = "storageclass.kubevirt.io/is-default-virt-class";
/// Annotation of a claim: the node that a `WaitForFirstConsumer` volume is provisioned for.
pub const SELECTED_NODE_ANNOTATION: &str = "volume.kubernetes.io/selected-node";
