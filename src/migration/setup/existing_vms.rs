//! VMs that the target has before the plan: what it must not overwrite, and whose addresses it must not take.

use forklift_api::kubevirt::{
    Devices, Domain, Interface, Memory, Network, VirtualMachine, VirtualMachineInstanceSpec, VirtualMachineSpec,
    VirtualMachineTemplate,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::ResourceExt;
use serde_json::json;

use super::intent::ExistingVm;
use super::named::named;
use super::prepare::PreparedVm;
use crate::migration::Error;
use crate::{cluster::tracked, run::names, session::Scenario};

/// Creates the VMs that are in the way of `vms`. They have no disk and are never started.
pub(in crate::migration) async fn create(
    scenario: &Scenario,
    namespace: &str,
    existing_vms: &[ExistingVm],
    vms: &[PreparedVm],
) -> Result<(), Error> {
    for existing in existing_vms {
        let (name, mac) = match existing {
            ExistingVm::Named(name) => (name.clone(), None),
            ExistingVm::WithMacOf(original) => {
                let base = format!("{}-existing", scenario.session.identity.run);
                (names::unique(&base), Some(mac_of(original, vms)?))
            }
        };
        let title = format!("creating the VM {namespace}/{name} on the target");
        let cluster = &scenario.destination().cluster;
        let created = tracked::create(cluster, scenario.scope(), halted(namespace, &name, mac));
        let created = scenario.log.activity(title, created).await?;
        tracing::debug!(name = created.name_any(), "the target has a VM in the way");
    }
    Ok(())
}

fn mac_of(original: &str, vms: &[PreparedVm]) -> Result<String, Error> {
    let named = named(vms, original)?;
    let nic = named.iter().find_map(|vm| vm.source.nics.first());
    let nic = nic.ok_or_else(|| Error::NoAddress {
        vm: original.to_owned(),
    })?;
    Ok(nic.mac.clone())
}

fn halted(namespace: &str, name: &str, mac: Option<String>) -> VirtualMachine {
    const NIC: &str = "default";
    let interface = Interface {
        name: NIC.into(),
        mac_address: mac,
        masquerade: Some(json!({})),
        ..Interface::default()
    };
    let network = Network {
        name: NIC.into(),
        pod: Some(json!({})),
        ..Network::default()
    };
    let instance = VirtualMachineInstanceSpec {
        domain: Domain {
            devices: Devices {
                interfaces: Some(vec![interface]),
                ..Devices::default()
            },
            memory: Some(Memory {
                guest: Some(Quantity("64Mi".into())),
                ..Memory::default()
            }),
            ..Domain::default()
        },
        networks: Some(vec![network]),
        ..VirtualMachineInstanceSpec::default()
    };
    let spec = VirtualMachineSpec {
        run_strategy: Some("Halted".into()),
        template: VirtualMachineTemplate {
            spec: Some(instance),
            ..VirtualMachineTemplate::default()
        },
        ..VirtualMachineSpec::default()
    };
    let mut machine = VirtualMachine::new(name, spec);
    machine.metadata.namespace = Some(namespace.to_owned());
    machine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vm_in_the_way_is_halted_and_has_the_address_that_is_wanted() {
        let machine = serde_json::to_value(halted("ns", "web", Some("00:50:56:aa:bb:01".into()))).expect("JSON");
        assert_eq!(machine["spec"]["runStrategy"], "Halted");
        let devices = &machine["spec"]["template"]["spec"]["domain"]["devices"];
        assert_eq!(
            *devices,
            json!({"interfaces": [{"macAddress": "00:50:56:aa:bb:01", "masquerade": {}, "name": "default"}]})
        );
    }

    #[test]
    fn the_address_is_that_of_a_vm_of_the_plan() {
        insta::assert_snapshot!(
            mac_of("web", &[]).expect_err("refused"),
            @r#"the plan has no VM "web"; it has none"#
        );
    }
}
