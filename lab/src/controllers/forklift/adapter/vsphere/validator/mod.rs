//! Judges VMs of a vCenter (`pkg/controller/plan/adapter/vsphere/validator.go`).

mod image;
mod shared_disks;

use async_trait::async_trait;

use super::{
    builder::template_data,
    inventory::{Vcenter, Vm},
};
use crate::controllers::forklift::{
    adapter::base::{PlanContext, SharedDisks, SourceVm, Validator, is_referenced},
    conditions::Staging,
    error::Result,
    name_templates,
};

/// Knows the plan and the vCenter.
pub struct VsphereValidator<'a> {
    context: PlanContext<'a>,
    inventory: &'a Vcenter,
}

impl<'a> VsphereValidator<'a> {
    /// The validator of a plan.
    pub fn new(context: PlanContext<'a>, inventory: &'a Vcenter) -> Self {
        Self { context, inventory }
    }

    /// Looks at a VM; one that has left meanwhile holds nothing.
    fn holds(&self, vm: &SourceVm, check: impl Fn(&Vm) -> bool) -> bool {
        self.inventory.tables().vms.get(&vm.id).is_some_and(check)
    }
}

#[async_trait]
impl Validator for VsphereValidator<'_> {
    fn networks_mapped(&self, vm: &SourceVm) -> bool {
        let status = self.context.network_map.and_then(|map| map.status.as_ref());
        let known = status.and_then(|status| status.references.as_ref());
        self.holds(vm, |source| {
            let mut networks = source.networks.iter();
            networks.all(|network| is_referenced(known, &network.id))
        })
    }

    fn storage_mapped(&self, vm: &SourceVm) -> bool {
        let status = self.context.storage_map.and_then(|map| map.status.as_ref());
        let known = status.and_then(|status| status.references.as_ref());
        self.holds(vm, |source| {
            let mut disks = source.disks.iter();
            disks.all(|disk| is_referenced(known, &disk.datastore.id))
        })
    }

    fn maintenance_mode(&self, vm: &SourceVm) -> bool {
        let tables = self.inventory.tables();
        let host = tables.vms.get(&vm.id).and_then(|source| tables.hosts.get(&source.host));
        host.is_some_and(|host| host.in_maintenance)
    }

    fn static_ips(&self, vm: &SourceVm) -> bool {
        self.holds(vm, |source| {
            let is_known = |mac: &String| source.guest_networks.iter().any(|network| &network.mac == mac);
            source.nics.iter().map(|nic| &nic.mac).all(is_known)
        })
    }

    fn change_tracking_enabled(&self, vm: &SourceVm) -> bool {
        self.holds(vm, |source| source.change_tracking_enabled)
    }

    fn has_snapshot(&self, vm: &SourceVm) -> bool {
        self.holds(vm, |source| !source.snapshot.id.is_empty())
    }

    fn guest_tools_installed(&self, vm: &SourceVm) -> bool {
        self.holds(vm, |source| !source.is_powered_on() || tools_run(source))
    }

    fn guest_tools(&self) -> &'static str {
        "VMware Tools"
    }

    fn invalid_disk_sizes(&self, vm: &SourceVm) -> bool {
        self.holds(vm, |source| source.disks.iter().any(|disk| disk.capacity <= 0))
    }

    fn shared_disks(&self, vm: &SourceVm, planned: &[SourceVm]) -> Option<SharedDisks> {
        shared_disks::judge(self.context.plan, &self.inventory.tables(), planned, vm)
    }

    fn pvc_name_template(&self, vm: &SourceVm, target: &str, template: &str) -> Option<String> {
        let tables = self.inventory.tables();
        let disks = tables.vms.get(&vm.id)?.disks.iter().enumerate();
        let mut data = disks.map(|(index, disk)| {
            // The root disk is not looked for here, as in Forklift.
            let of_disk = template_data(disk, &disk.file, 1);
            name_templates::disk_data(self.context.plan, vm, target, index, of_disk)
        });
        data.find_map(|data| name_templates::label(template, &data).err())
    }

    async fn settings(&self, staging: &mut Staging) -> Result<bool> {
        image::check(&self.context, staging).await
    }
}

fn tools_run(source: &Vm) -> bool {
    let is_known = !matches!(
        source.tools_status.as_str(),
        "" | "toolsNotInstalled" | "toolsNotRunning"
    );
    is_known && source.tools_running_status == "guestToolsRunning"
}
