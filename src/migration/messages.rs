//! Messages of errors of set-up, start and observation of a migration. Failures of source, inventory,
//! session, creation and waits pass through as they are.

use kube::core::Status;

use super::{Error, setup::maps};
use crate::{cleanup::Stuck, events::explain, journal};

fn forbidden(message: &str) -> Box<kube::Error> {
    let status = Status::failure(message, "Forbidden").with_code(403);
    Box::new(kube::Error::Api(status.boxed()))
}

#[test]
fn every_failure_says_what_to_do() {
    let errors = [
        Error::NoVms,
        Error::NotMapped {
            what: "networks are mapped",
        },
        Error::NotReserved { option: "target node" },
        Error::NoWorker { seen: 3 },
        Error::Maps(maps::Error::NoNetworks {
            vms: "\"rhel8\"".to_owned(),
        }),
        Error::Maps(maps::Error::NoStorages {
            vms: "\"rhel8\"".to_owned(),
        }),
        Error::Maps(maps::Error::Unknown {
            what: "network",
            name: "VM Netwrok".to_owned(),
            hint: "the nearest are \"VM Network\"".to_owned(),
        }),
        Error::Journal {
            what: "the clone \"rhel8-a\"".to_owned(),
            source: journal::Error::Write {
                path: "target/mtv-bdd/auto-ab12/journal.ndjson".into(),
                source: std::io::Error::other("no space left on device"),
            },
        },
        Error::WouldStayOff { vm: "rhel8".to_owned() },
        Error::NoAddress {
            vm: "rhel8-a".to_owned(),
        },
        Error::Gone {
            vm: "rhel8".to_owned(),
            provider: "vsphere-8.0.3".to_owned(),
        },
        Error::NotInPlan {
            vm: "mtv-tests-rhel9".to_owned(),
            hint: "the nearest are \"mtv-tests-rhel8\"".to_owned(),
        },
        Error::Cancel {
            vms: "\"rhel8-a\"".to_owned(),
            migration: "auto-ab12-cold".to_owned(),
            source: forbidden("migrations is forbidden"),
        },
        Error::HasSucceeded {
            plan: "auto-ab12-cold".to_owned(),
        },
        Error::Change {
            action: "archive",
            plan: "auto-ab12-cold".to_owned(),
            source: forbidden("plans is forbidden"),
        },
        Error::TargetVm {
            vm: "rhel8-a".to_owned(),
            source: Stuck(
                "it was deleted and does not go: finalizers kubevirt.io/virtualMachineControllerFinalize".to_owned(),
            ),
        },
        Error::Observe {
            what: "target VMs",
            plan: "auto-ab12-cold".to_owned(),
            source: forbidden("virtualmachines is forbidden"),
        },
    ];
    let told: Vec<String> = errors.iter().map(|error| explain(error)).collect();
    insta::assert_snapshot!(told.join("\n\n"), @r#"
    the plan has no VMs; name them before the plan, with `a clone of the VM "..."` for instance

    it is not said how networks are mapped; add `storage and networks are mapped from the inventory` before the plan

    the plan option "target node" says `reserved`, but no node is; add `a worker node reserved for this scenario` before the plan

    no worker node can be reserved: of 3 nodes that can run VMs none is ready, open to pods and without taints; make one so

    no network to map: none of the VMs "rhel8" has a network interface in the inventory; give one of them an interface, or choose another VM

    no storage to map: none of the VMs "rhel8" has a disk in the inventory; choose a VM that has one

    the source has no network named "VM Netwrok"; the nearest are "VM Network"

    could not announce the clone "rhel8-a" in the journal, so it was not created: could not write the journal target/mtv-bdd/auto-ab12/journal.ndjson: no space left on device

    the VM "rhel8" is on and would be left switched off, because its migration stops it; switch it off beforehand, or migrate a clone

    the VM "rhel8-a" has no network interface, so no MAC address of it can be taken; choose another VM

    the VM "rhel8" is gone from vsphere-8.0.3; see who deletes VMs there, nothing of this run did

    the plan has no VM "mtv-tests-rhel9"; the nearest are "mtv-tests-rhel8"

    could not ask for the cancellation of "rhel8-a" in the migration auto-ab12-cold: the API server answers 403 Forbidden: migrations is forbidden

    the plan auto-ab12-cold has succeeded, and MTV never runs such a plan again; make another plan

    could not archive the plan auto-ab12-cold: the API server answers 403 Forbidden: plans is forbidden

    could not delete the VM "rhel8-a" on the target: it was deleted and does not go: finalizers kubevirt.io/virtualMachineControllerFinalize

    could not read the target VMs of the plan auto-ab12-cold: the API server answers 403 Forbidden: virtualmachines is forbidden
    "#);
}
