//! The plan's VMs (`validateVM`).

use std::{collections::BTreeMap, sync::Arc};

use forklift_api::{
    forklift::{Condition, NetworkDestinationType, NetworkMap, Plan, PlanStatus, PlanType, PlanVm, Ref, StorageMap},
    kubevirt::VirtualMachine,
};
use kube::{Api, ResourceExt};

use crate::controllers::{
    forklift::{
        conditions::{CRITICAL, Staging, WARN, With, condition, has},
        error::Result,
        inventory::vsphere::{Inventory, Vm},
        pair::names,
        resolve::{self, Resolved},
        shared::Shared,
        template,
    },
    objects,
};

/// What can be wrong with VMs, in the order in which the conditions appear.
const PROBLEMS: &[Problem] = &[
    problem("VMRefNotValid", CRITICAL, "NotSet", "Either `ID` or `Name` required."),
    problem("VMNotFound", CRITICAL, "NotFound", "VM not found."),
    problem("DuplicateVM", CRITICAL, "NotUnique", "Duplicate (source) VM."),
    problem("DuplicateVM", CRITICAL, "Ambiguous", "VM reference is ambiguous."),
    problem("DuplicateVM", CRITICAL, "NotUnique", "Duplicate targetName."),
    problem(
        "TargetNameNotValid",
        WARN,
        "NotValid",
        "Target VM name does not comply with DNS1123 RFC, will be automatically changed.",
    ),
    problem("VMAlreadyExists", CRITICAL, "NotUnique", "Target VM already exists."),
    problem("VMNetworksNotMapped", CRITICAL, "NotValid", "VM has unmapped networks."),
    problem("VMStorageNotMapped", CRITICAL, "NotValid", "VM has unmapped storage."),
    problem(
        "HostNotReady",
        WARN,
        "InMaintenanceMode",
        "VM host is in maintenance mode.",
    ),
    problem(
        "VMMultiplePodNetworkMappings",
        CRITICAL,
        "NotValid",
        "VM has more than one interface mapped to the pod network.",
    ),
    problem(
        "VMMissingGuestIPs",
        WARN,
        "MissingGuestInformation",
        "Guest information on vNICs is missing, cannot preserve static IPs. Make sure VMware Tools is installed and \
         the VM is running.",
    ),
    problem(
        "VMMissingChangedBlockTracking",
        CRITICAL,
        "MissingChangedBlockTracking",
        "Changed Block Tracking (CBT) has not been enabled on some VM. This feature is a prerequisite for VM warm \
         migration.",
    ),
    problem(
        "VMHasSnapshots",
        CRITICAL,
        "NotValid",
        "VM has pre-existing snapshots which are incompatible with warm migration",
    ),
    problem(
        "GuestToolsIssue",
        CRITICAL,
        "NotValid",
        "VMware Tools issues detected. This may impact migration performance, guest OS detection, and network \
         configuration. Ensure VMware Tools are properly installed and running before migration. If this is an \
         encrypted VM, please turn the VM off manually before migration.",
    ),
    problem(
        "InvalidDiskSizes",
        CRITICAL,
        "NotValid",
        "VM has disks with invalid sizes.",
    ),
    problem("NotValid", CRITICAL, "", "TargetName is invalid."),
];

struct Problem {
    type_: &'static str,
    category: &'static str,
    reason: &'static str,
    message: &'static str,
}

const fn problem(type_: &'static str, category: &'static str, reason: &'static str, message: &'static str) -> Problem {
    Problem {
        type_,
        category,
        reason,
        message,
    }
}

/// Checks all VMs of the plan.
pub async fn check(
    shared: &Shared,
    plan: &Plan,
    status: &PlanStatus,
    inventory: &Arc<Inventory>,
    network_map: Option<&NetworkMap>,
    staging: &mut Staging,
) -> Result<()> {
    let (namespace, name) = names(&plan.spec.map.storage);
    let storage_map = shared.cache.get::<StorageMap>(namespace, name);
    let machines = objects::list(&Api::<VirtualMachine>::all(shared.client()), "").await?;
    let check = Check {
        plan,
        status,
        inventory,
        network_map,
        storage_map: storage_map.as_deref(),
        machines: &machines,
    };
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut sources: Vec<Vm> = Vec::new();
    for wanted in &plan.spec.vms {
        for (message, item) in check.vm(wanted, &mut sources) {
            if let Some(index) = PROBLEMS.iter().position(|problem| problem.message == message) {
                found.entry(index).or_default().push(item);
            }
        }
    }
    for (index, items) in found {
        if let Some(problem) = PROBLEMS.get(index) {
            staging.set(problem.condition(items));
        }
    }
    for source in &sources {
        if let Some(conflict) = check.mac_conflict(source) {
            staging.set(conflict);
        }
    }
    Ok(())
}

impl Problem {
    fn condition(&self, items: Vec<String>) -> Condition {
        let found = condition(self.type_, self.category, self.message).items(items);
        match self.reason {
            "" => found,
            reason => found.reason(reason),
        }
    }
}

struct Check<'a> {
    plan: &'a Plan,
    status: &'a PlanStatus,
    inventory: &'a Arc<Inventory>,
    network_map: Option<&'a NetworkMap>,
    storage_map: Option<&'a StorageMap>,
    machines: &'a [VirtualMachine],
}

type Findings = Vec<(&'static str, String)>;

impl Check<'_> {
    fn vm(&self, wanted: &PlanVm, sources: &mut Vec<Vm>) -> Findings {
        let shown = |id: Option<&str>, name: Option<&str>| {
            resolve::text(&Ref {
                id: id.map(str::to_owned),
                name: name.map(str::to_owned),
                ..Ref::default()
            })
        };
        let (id, name) = (wanted.id.as_deref(), wanted.name.as_deref());
        let source = match resolve::vm(self.inventory, id, name) {
            Resolved::One(source) => source,
            Resolved::NotSet => return vec![("Either `ID` or `Name` required.", shown(id, name))],
            Resolved::NotFound => return vec![("VM not found.", shown(id, name))],
            Resolved::Ambiguous => return vec![("VM reference is ambiguous.", shown(id, name))],
        };
        let item = shown(Some(&source.base.id), Some(&source.base.name));
        let mut findings = Vec::new();
        if sources.iter().any(|known| known.base.id == source.base.id) {
            findings.push("Duplicate (source) VM.");
        }
        if !self.has_succeeded(&source) {
            findings.extend(self.names(wanted, &source));
            findings.extend(self.hardware(&source));
        }
        sources.push(source);
        findings.into_iter().map(|message| (message, item.clone())).collect()
    }

    fn has_succeeded(&self, source: &Vm) -> bool {
        let mut known = self.status.vms().iter();
        known.any(|vm| vm.vm.id.as_deref() == Some(source.base.id.as_str()) && has(&vm.conditions, "Succeeded"))
    }

    fn names(&self, wanted: &PlanVm, source: &Vm) -> Vec<&'static str> {
        let mut findings = Vec::new();
        let target = match &wanted.target_name {
            Some(target) => {
                if !template::is_subdomain(target) {
                    findings.push("TargetName is invalid.");
                }
                let same = self
                    .plan
                    .spec
                    .vms
                    .iter()
                    .filter(|vm| vm.target_name.as_ref() == Some(target));
                if same.count() > 1 {
                    findings.push("Duplicate targetName.");
                }
                target.clone()
            }
            None => {
                if !template::is_subdomain(&source.base.name) {
                    findings.push("Target VM name does not comply with DNS1123 RFC, will be automatically changed.");
                }
                source.base.name.clone()
            }
        };
        let is_known = self
            .status
            .vms()
            .iter()
            .any(|vm| vm.vm.id.as_deref() == Some(source.base.id.as_str()));
        let namespace = &self.plan.spec.target_namespace;
        let is_taken = self
            .machines
            .iter()
            .any(|machine| machine.name_any() == target && machine.namespace().as_ref() == Some(namespace));
        if is_taken && !is_known {
            findings.push("Target VM already exists.");
        }
        findings
    }

    fn hardware(&self, source: &Vm) -> Vec<&'static str> {
        let mut findings = Vec::new();
        let mapped = |references: Option<&Vec<Ref>>, id: &str| {
            references.is_some_and(|references| references.iter().any(|known| known.id.as_deref() == Some(id)))
        };
        let status = self.network_map.and_then(|map| map.status.as_ref());
        let networks = status.and_then(|status| status.references.as_ref());
        if !source.networks.iter().all(|network| mapped(networks, &network.id)) {
            findings.push("VM has unmapped networks.");
        }
        let status = self.storage_map.and_then(|map| map.status.as_ref());
        let storages = status.and_then(|status| status.references.as_ref());
        if !source.disks.iter().all(|disk| mapped(storages, &disk.datastore.id)) {
            findings.push("VM has unmapped storage.");
        }
        let tables = self.inventory.tables();
        if tables.hosts.get(&source.host).is_some_and(|host| host.in_maintenance) {
            findings.push("VM host is in maintenance mode.");
        }
        if self.pod_interfaces(source) > 1 {
            findings.push("VM has more than one interface mapped to the pod network.");
        }
        let keeps_addresses = self.plan.spec.preserve_static_ips != Some(false);
        let is_without_address = |mac: &String| !source.guest_networks.iter().any(|network| &network.mac == mac);
        if keeps_addresses && source.nics.iter().map(|nic| &nic.mac).any(is_without_address) {
            findings.push(
                "Guest information on vNICs is missing, cannot preserve static IPs. Make sure VMware Tools is \
                 installed and the VM is running.",
            );
        }
        if self.plan.spec.kind() == PlanType::Warm {
            if !source.change_tracking_enabled {
                findings.push(
                    "Changed Block Tracking (CBT) has not been enabled on some VM. This feature is a prerequisite for VM \
                     warm migration.",
                );
            }
            if !source.snapshot.id.is_empty() {
                findings.push("VM has pre-existing snapshots which are incompatible with warm migration");
            }
        }
        let tools_run = source.tools_running_status == "guestToolsRunning";
        let tools_known = !matches!(
            source.tools_status.as_str(),
            "" | "toolsNotInstalled" | "toolsNotRunning"
        );
        if source.is_powered_on() && !(tools_run && tools_known) {
            findings.push(
                "VMware Tools issues detected. This may impact migration performance, guest OS detection, and network \
                 configuration. Ensure VMware Tools are properly installed and running before migration. If this is \
                 an encrypted VM, please turn the VM off manually before migration.",
            );
        }
        if source.disks.iter().any(|disk| disk.capacity <= 0) {
            findings.push("VM has disks with invalid sizes.");
        }
        findings
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

    /// The VM of the destination that has one of these MAC addresses, whoever made it.
    fn mac_conflict(&self, source: &Vm) -> Option<Condition> {
        let item = resolve::text(&Ref {
            id: Some(source.base.id.clone()),
            name: Some(source.base.name.clone()),
            ..Ref::default()
        });
        self.machines.iter().find_map(|machine| {
            let taken = mac_addresses(machine);
            let macs = source.nics.iter().map(|nic| nic.mac.as_str());
            let conflicting: Vec<&str> = macs.filter(|mac| taken.iter().any(|taken| taken == mac)).collect();
            if conflicting.is_empty() {
                return None;
            }
            let message = format!(
                "VM {item} has MAC address conflicts: MACs {} conflict with destination VM {}/{}",
                conflicting.join(", "),
                machine.namespace().unwrap_or_default(),
                machine.name_any()
            );
            Some(
                condition("MacConflicts", CRITICAL, message)
                    .reason("NotValid")
                    .items(vec![item.clone()]),
            )
        })
    }
}

fn mac_addresses(machine: &VirtualMachine) -> Vec<String> {
    // What came as JSON can be written as JSON.
    let json = serde_json::to_value(&machine.spec).unwrap_or_default();
    let interfaces = json
        .pointer("/template/spec/domain/devices/interfaces")
        .and_then(|list| list.as_array());
    let macs = interfaces
        .into_iter()
        .flatten()
        .filter_map(|interface| interface["macAddress"].as_str());
    macs.map(str::to_lowercase).collect()
}
