//! Typed custom resources of Forklift, KubeVirt, CDI, Multus and OpenShift.
