//! Messages of errors of source platforms.

use super::Error;
use crate::events::explain;

#[test]
fn every_failure_names_the_platform_and_what_to_do() {
    let platform = || "vsphere-8.0.3 (https://vcenter.example.com/sdk)".to_owned();
    let errors = [
        Error::NoSuchVm {
            platform: platform(),
            vm: "mtv-tests-rhel99".to_owned(),
            nearest: vec!["mtv-tests-rhel9".to_owned(), "mtv-tests-rhel8".to_owned()],
        },
        Error::NoSuchVm {
            platform: platform(),
            vm: "nothing-like-it".to_owned(),
            nearest: Vec::new(),
        },
        Error::Ambiguous {
            platform: platform(),
            vm: "mtv-tests-rhel8".to_owned(),
            count: 2,
        },
        Error::Login {
            platform: platform(),
            user: "administrator@vsphere.local".to_owned(),
            message: "Cannot complete login due to an incorrect user name or password.".to_owned(),
        },
        Error::Unreachable {
            platform: platform(),
            source: std::io::Error::other("connection refused").into(),
        },
        Error::Operation {
            platform: platform(),
            action: "clone the VM \"a\" as \"b\"".to_owned(),
            source: "the datastore is full".into(),
        },
        Error::Unsupported {
            platform: platform(),
            action: "suspend a VM".to_owned(),
        },
    ];
    let told: Vec<String> = errors.iter().map(|error| explain(error)).collect();
    insta::assert_snapshot!(told.join("\n\n"), @r#"
    vsphere-8.0.3 (https://vcenter.example.com/sdk) has no VM named "mtv-tests-rhel99"; the nearest names are "mtv-tests-rhel9", "mtv-tests-rhel8"

    vsphere-8.0.3 (https://vcenter.example.com/sdk) has no VM named "nothing-like-it"; correct the name, or make that VM

    vsphere-8.0.3 (https://vcenter.example.com/sdk) has 2 VMs named "mtv-tests-rhel8"; rename all but one

    vsphere-8.0.3 (https://vcenter.example.com/sdk) refused the log-in of "administrator@vsphere.local": Cannot complete login due to an incorrect user name or password; correct username and password of this provider in the providers file

    vsphere-8.0.3 (https://vcenter.example.com/sdk) does not answer: connection refused
      what to do: check its api_url in the providers file, and the network in between

    could not clone the VM "a" as "b" on vsphere-8.0.3 (https://vcenter.example.com/sdk): the datastore is full

    vsphere-8.0.3 (https://vcenter.example.com/sdk) cannot suspend a VM
    "#);
}
