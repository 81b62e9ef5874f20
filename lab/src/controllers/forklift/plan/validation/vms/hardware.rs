//! Validates networks, disks, host and guest of a VM with the validator of its source.

use forklift_api::forklift::{NetworkDestinationType, PlanType};

use super::{Check, problem::Problem};
use crate::controllers::forklift::adapter::SourceVm;

impl Check<'_> {
    /// Problems of the source VM.
    pub(super) fn hardware(&self, source: &SourceVm) -> Vec<Problem> {
        let (spec, validator) = (&self.context.plan.spec, self.validator);
        let is_warm = spec.kind() == PlanType::Warm;
        let keeps_addresses = spec.preserve_static_ips != Some(false);
        let problems = [
            (Problem::NetworkUnmapped, !validator.networks_mapped(source)),
            (Problem::StorageUnmapped, !validator.storage_mapped(source)),
            (Problem::Maintenance, validator.maintenance_mode(source)),
            (Problem::TwoPodNetworks, self.pod_interfaces(source) > 1),
            (
                Problem::AddressesUnknown,
                keeps_addresses && !validator.static_ips(source),
            ),
            (
                Problem::NoChangeTracking,
                is_warm && !validator.change_tracking_enabled(source),
            ),
            (Problem::Snapshots, is_warm && validator.has_snapshot(source)),
            (Problem::NoTools, !validator.guest_tools_installed(source)),
            (Problem::DiskSize, validator.invalid_disk_sizes(source)),
        ];
        let holding = problems.into_iter().filter(|(_, holds)| *holds);
        holding.map(|(problem, _)| problem).collect()
    }

    /// Number of interfaces on the pod network. Like Forklift, it ignores pairs of the map without an id.
    fn pod_interfaces(&self, source: &SourceVm) -> usize {
        let map = self.context.network_map;
        let rows = map.map(|map| map.spec.map.as_slice()).unwrap_or_default();
        let is_pod = |id: &str| {
            rows.iter()
                .any(|row| row.source.id.as_deref() == Some(id) && row.destination.type_ == NetworkDestinationType::Pod)
        };
        source.nics.iter().filter(|nic| is_pod(&nic.network)).count()
    }
}
