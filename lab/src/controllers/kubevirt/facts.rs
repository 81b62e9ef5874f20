//! Names, versions and times of the simulated KubeVirt.

use std::time::Duration;

/// Namespace of OpenShift Virtualization.
pub const NAMESPACE: &str = "openshift-cnv";
/// Name of the KubeVirt object.
pub const INSTALLATION: &str = "kubevirt";
/// Version that KubeVirt reports.
pub const VERSION: &str = "v1.6.2";
/// Image of the virt-launcher pod.
pub const LAUNCHER_IMAGE: &str = "registry.lab.mtv-bdd.io/virt-launcher:v1.6.2";

/// Finalizer of VMs and of their instances.
pub const FINALIZER: &str = "kubevirt.io/virtualMachineControllerFinalize";
/// Name space of the UUIDs that VMs get from their names (`pkg/virt-controller` of KubeVirt).
pub const FIRMWARE_UUIDS: uuid::Uuid = uuid::uuid!("6a1a24a1-4061-4607-8bf4-a3963d0c5895");

/// Simulated time between the start of the launcher pod and the running guest.
pub const DOMAIN_START: Duration = Duration::from_secs(2);
/// Simulated time between the running guest and the first report of its agent.
pub const BOOT: Duration = Duration::from_secs(20);
