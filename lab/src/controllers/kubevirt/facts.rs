//! Names, versions and times of the simulated KubeVirt.

use std::time::Duration;

/// Namespace of OpenShift Virtualization.
pub const NAMESPACE: &str = "openshift-cnv";
/// Name of the KubeVirt resource.
pub const INSTALLATION: &str = "kubevirt";
/// Version of KubeVirt.
pub const VERSION: &str = "v1.6.2";
/// Image of the pod that a VM runs in.
pub const LAUNCHER_IMAGE: &str = "registry.lab.mtv-bdd.io/virt-launcher:v1.6.2";

/// Finalizer of VMs and of their instances.
pub const FINALIZER: &str = "kubevirt.io/virtualMachineControllerFinalize";
/// Name space of the UUIDs that VMs get from their names (`pkg/virt-controller` of KubeVirt).
pub const FIRMWARE_UUIDS: uuid::Uuid = uuid::uuid!("6a1a24a1-4061-4607-8bf4-a3963d0c5895");

/// From the launcher pod's start to a running guest.
pub const DOMAIN_START: Duration = Duration::from_secs(2);
/// From a running guest to its agent's first word.
pub const BOOT: Duration = Duration::from_secs(20);
