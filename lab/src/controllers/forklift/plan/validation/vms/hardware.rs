//! A VM's networks, disks, host and guest (`pkg/controller/plan/adapter/vsphere/validator.go`).

use forklift_api::forklift::{NetworkDestinationType, PlanType, Ref};

use super::{Check, problem::Problem};
use crate::controllers::forklift::inventory::vsphere::Vm;

impl Check<'_> {
    /// What is wrong with the VM as it is.
    pub(super) fn hardware(&self, source: &Vm) -> Vec<Problem> {
        let tables = self.inventory.tables();
        let in_maintenance = tables.hosts.get(&source.host).is_some_and(|host| host.in_maintenance);
        drop(tables);
        let is_warm = self.plan.spec.kind() == PlanType::Warm;
        let problems = [
            (Problem::NetworkUnmapped, !self.has_its_networks(source)),
            (Problem::StorageUnmapped, !self.has_its_storages(source)),
            (Problem::Maintenance, in_maintenance),
            (Problem::TwoPodNetworks, self.pod_interfaces(source) > 1),
            (Problem::AddressesUnknown, self.lacks_addresses(source)),
            (Problem::NoChangeTracking, is_warm && !source.change_tracking_enabled),
            (Problem::Snapshots, is_warm && !source.snapshot.id.is_empty()),
            (Problem::NoTools, source.is_powered_on() && !tools_run(source)),
            (Problem::DiskSize, source.disks.iter().any(|disk| disk.capacity <= 0)),
        ];
        let holding = problems.into_iter().filter(|(_, holds)| *holds);
        holding.map(|(problem, _)| problem).collect()
    }

    fn has_its_networks(&self, source: &Vm) -> bool {
        let status = self.network_map.and_then(|map| map.status.as_ref());
        let known = status.and_then(|status| status.references.as_ref());
        source.networks.iter().all(|network| is_among(known, &network.id))
    }

    fn has_its_storages(&self, source: &Vm) -> bool {
        let status = self.storage_map.and_then(|map| map.status.as_ref());
        let known = status.and_then(|status| status.references.as_ref());
        source.disks.iter().all(|disk| is_among(known, &disk.datastore.id))
    }

    /// How many interfaces go to the pod network. Like Forklift, this only sees rows of the map that name an id.
    fn pod_interfaces(&self, source: &Vm) -> usize {
        let rows = self.network_map.map(|map| map.spec.map.as_slice()).unwrap_or_default();
        let is_pod = |id: &str| {
            rows.iter()
                .any(|row| row.source.id.as_deref() == Some(id) && row.destination.type_ == NetworkDestinationType::Pod)
        };
        source.nics.iter().filter(|nic| is_pod(&nic.network.id)).count()
    }

    fn lacks_addresses(&self, source: &Vm) -> bool {
        let keeps_addresses = self.plan.spec.preserve_static_ips != Some(false);
        let is_without = |mac: &String| !source.guest_networks.iter().any(|network| &network.mac == mac);
        keeps_addresses && source.nics.iter().map(|nic| &nic.mac).any(is_without)
    }
}

fn is_among(references: Option<&Vec<Ref>>, id: &str) -> bool {
    references.is_some_and(|references| references.iter().any(|known| known.id.as_deref() == Some(id)))
}

fn tools_run(source: &Vm) -> bool {
    let is_known = !matches!(
        source.tools_status.as_str(),
        "" | "toolsNotInstalled" | "toolsNotRunning"
    );
    is_known && source.tools_running_status == "guestToolsRunning"
}
