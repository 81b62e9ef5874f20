//! Messages of errors at the start of a run and of shared resources. Failures of the cluster, of
//! providers, sources, creation and waits pass through as they are.

use std::sync::Arc;

use kube::core::Status;

use super::Error;
use crate::{events::explain, inventory, settings::ProviderType};

#[test]
fn every_failure_says_what_to_do() {
    let named = || vec!["gp3".to_owned(), "ceph-rbd".to_owned()];
    let errors = [
        Error::ProviderSecrets(vec![
            "providers.json:4:17: password: there is no Secret qa/vcenter; create it".to_owned(),
        ]),
        Error::NotYet {
            key: "rhv".to_owned(),
            platform: ProviderType::Ovirt,
            usable: vec!["vsphere".to_owned()],
        },
        Error::NoMtv {
            server: "https://api.example.com:6443".to_owned(),
            api: "forklift.konveyor.io/v1beta1",
        },
        Error::MtvNotReady {
            namespace: "openshift-mtv".to_owned(),
            reason: "gave up after 5m waiting for MTV's Deployment openshift-mtv/forklift-controller to be available"
                .to_owned(),
        },
        Error::NoStorageClass {
            name: "gp2".to_owned(),
            known: named(),
        },
        Error::NotThere {
            whose: "the target".to_owned(),
            what: "storage class",
            name: "gp33".to_owned(),
            known: named(),
        },
        Error::NotThere {
            whose: "vsphere-8".to_owned(),
            what: "network",
            name: "VM Network".to_owned(),
            known: Vec::new(),
        },
        Error::NoDefaultStorageClass { known: Vec::new() },
        Error::Forbidden {
            forbidden: vec![
                "create plans.forklift.konveyor.io".to_owned(),
                "create namespaces".to_owned(),
            ],
        },
        Error::Request {
            action: "list the storage classes".to_owned(),
            source: Box::new(kube::Error::Api(
                Status::failure("storageclasses is forbidden", "Forbidden")
                    .with_code(403)
                    .boxed(),
            )),
        },
        Error::Certificates {
            address: "vcenter.example.com:443".to_owned(),
            source: std::io::Error::other("connection refused").into(),
        },
        Error::InventoryAddress("Route openshift-mtv/forklift-inventory has no host".to_owned()),
        Error::Inventory {
            provider: "auto-ab12-source-vsphere-8-0-3-x7kq".to_owned(),
            source: inventory::Error::Loading {
                path: "/providers/vsphere/3f2a/vms".to_owned(),
                status: 206,
            },
        },
        Error::Crashed("task 42 panicked with message \"index out of bounds\"".to_owned()),
        Error::Shared(Arc::new(Error::NoDefaultStorageClass { known: named() })),
    ];
    let told: Vec<String> = errors.iter().map(|error| explain(error)).collect();
    insta::assert_snapshot!(told.join("\n\n"), @r#"
    secrets of the providers file are not on the cluster
      providers.json:4:17: password: there is no Secret qa/vcenter; create it

    the provider "rhv" is of type ovirt, from which this version cannot migrate yet; choose a vsphere provider

    MTV is not installed on https://api.example.com:6443: there is no API forklift.konveyor.io/v1beta1; install the operator, then run again

    MTV is not ready in the namespace openshift-mtv: gave up after 5m waiting for MTV's Deployment openshift-mtv/forklift-controller to be available

    there is no storage class "gp2"; there are gp3, ceph-rbd; set target.storage_class

    the target has no storage class "gp33", which a scenario names; did you mean "gp3"? it has gp3, ceph-rbd

    vsphere-8 has no network "VM Network", which a scenario names; it has none

    no storage class is the default one; there are none; set target.storage_class

    the user of the kubeconfig may not create plans.forklift.konveyor.io, nor create namespaces; log in as a user who may

    could not list the storage classes: the API server answers 403 Forbidden: storageclasses is forbidden

    could not fetch the certificates of vcenter.example.com:443, to trust them in the provider: connection refused
      what to do: check api_url in the providers file

    could not find the inventory: Route openshift-mtv/forklift-inventory has no host; set target.inventory_url

    the inventory of the provider auto-ab12-source-vsphere-8-0-3-x7kq did not load: the inventory has not loaded the provider yet (GET /providers/vsphere/3f2a/vms answers 206)

    a task of the session crashed: task 42 panicked with message "index out of bounds"; this is a mistake of the suite, please report it with mtv-bdd.log of the run

    no storage class is the default one; there are gp3, ceph-rbd; set target.storage_class
    "#);
}
