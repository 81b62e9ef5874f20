//! Messages of inventory errors.

use super::Error;
use crate::events::explain;

#[test]
fn every_failure_names_the_request_and_what_came_back() {
    let path = || "/providers/vsphere/3f2a/vms".to_owned();
    let errors = [
        Error::Unreachable {
            address: "https://forklift-inventory.apps.example.com".to_owned(),
            source: Box::new(kube::Error::Service(std::io::Error::other("connection refused").into())),
        },
        Error::Loading {
            path: path(),
            status: 206,
        },
        Error::Refused {
            path: path(),
            status: 403,
            message: ": no access".to_owned(),
        },
        Error::Failed {
            path: path(),
            status: 500,
            message: String::new(),
        },
        Error::Malformed {
            path: path(),
            source: serde::de::Error::custom("missing field `networks`"),
        },
        Error::Disagrees {
            vm: "rhel8".to_owned(),
            deadline: "5m".to_owned(),
            state: "it shows 1 disk instead of 2".to_owned(),
        },
        Error::Cancelled { vm: "rhel8".to_owned() },
    ];
    let told: Vec<String> = errors.iter().map(|error| explain(error)).collect();
    insta::assert_snapshot!(told.join("\n\n"), @r#"
    the inventory at https://forklift-inventory.apps.example.com does not answer: connection refused
      what to do: see whether the Route forklift-inventory and its pods are up, or set target.inventory_url

    the inventory has not loaded the provider yet (GET /providers/vsphere/3f2a/vms answers 206)

    the inventory refuses our log-in: GET /providers/vsphere/3f2a/vms answers 403: no access; it needs a bearer token (`oc login`), client certificates do not do, and the user must be allowed to get this Provider

    the inventory fails: GET /providers/vsphere/3f2a/vms answers 500; see the log of the container inventory of the Deployment forklift-controller

    could not read the inventory's answer to GET /providers/vsphere/3f2a/vms: missing field `networks`
      what to do: see whether this MTV is newer than the suite knows

    gave up after 5m waiting for the inventory to show the VM "rhel8" as it is on its platform: it shows 1 disk instead of 2; see whether somebody changes the VM, or raise timeouts.inventory

    interrupted while waiting for the inventory to show the VM "rhel8"
    "#);
}
