//! Virtual machines.

use forklift_api::kubevirt::{VirtualMachine, VirtualMachineInstance};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::{
    ResourceExt,
    api::{ListParams, Patch, PatchParams},
};
use serde_json::{Value, json};

use crate::fixture::{Cluster, in_virtual_time};

fn machine(strategy: &str) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": "rhel9-vm"},
        "spec": {
            "runStrategy": strategy,
            "template": {
                "metadata": {"labels": {"app": "rhel9-vm"}},
                "spec": {
                    "domain": {
                        "cpu": {"sockets": 2, "cores": 1},
                        "memory": {"guest": "2Gi"},
                        "unknownToOurTypes": {"kept": true},
                        "devices": {
                            "disks": [{"name": "vol-0", "bootOrder": 1, "disk": {"bus": "virtio"}}],
                            "interfaces": [
                                {"name": "net-0", "macAddress": "00:50:56:aa:bb:11", "masquerade": {}},
                                {"name": "net-1", "macAddress": "00:50:56:aa:bb:12", "bridge": {}},
                            ],
                        },
                    },
                    "networks": [
                        {"name": "net-0", "pod": {}},
                        {"name": "net-1", "multus": {"networkName": "default/cnv"}},
                    ],
                    "volumes": [{"name": "vol-0", "persistentVolumeClaim": {"claimName": "disk"}}],
                },
            },
        },
    })
}

async fn disk_of(cluster: &Cluster, owner: &VirtualMachine) {
    let claim = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "disk", "ownerReferences": [{
            "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "name": owner.name_any(), "uid": owner.uid(),
        }]},
        "spec": {"accessModes": ["ReadWriteMany"], "volumeMode": "Block", "resources": {"requests": {"storage": "1Gi"}}},
    });
    cluster.create::<PersistentVolumeClaim>(claim).await;
}

fn status(machine: &VirtualMachine) -> &str {
    machine
        .status
        .as_ref()
        .and_then(|status| status.printable_status.as_deref())
        .unwrap_or_default()
}

fn has_agent(instance: &VirtualMachineInstance) -> bool {
    let conditions = instance.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| {
        all.iter()
            .any(|one| one.type_ == "AgentConnected" && one.status == "True")
    })
}

#[test]
fn a_machine_runs_stops_and_goes_with_all_that_it_has() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        let created = cluster.create::<VirtualMachine>(machine("Always")).await;
        disk_of(&cluster, &created).await;

        let instance = cluster.until("rhel9-vm", "booted", has_agent).await;
        let found = instance.status.clone().unwrap();
        assert_eq!(found.phase.as_deref(), Some("Running"));
        assert_eq!(
            found.guest_os_info.unwrap().pretty_name.as_deref(),
            Some("Red Hat Enterprise Linux 9.4")
        );
        let interfaces = found.interfaces.unwrap();
        let macs: Vec<_> = interfaces.iter().map(|one| one.mac.as_deref().unwrap()).collect();
        assert_eq!(macs, ["00:50:56:aa:bb:11", "00:50:56:aa:bb:12"]);
        assert!(interfaces.iter().all(|one| one.ip_address.is_some()));
        let phases = found.phase_transition_timestamps.unwrap();
        let phases: Vec<_> = phases.iter().map(|one| one.phase.as_deref().unwrap()).collect();
        let expected = ["Pending", "Scheduling", "Scheduled", "Running"];
        assert!(expected.ends_with(&phases) && phases.len() >= 3, "{phases:?}");
        let uuid = instance.spec.domain.firmware.clone().unwrap().uuid.unwrap();
        assert_eq!(uuid.len(), 36);

        let ready = |machine: &VirtualMachine| machine.status.as_ref().is_some_and(|status| status.ready == Some(true));
        let running = cluster.until("rhel9-vm", "ready", ready).await;
        assert_eq!(status(&running), "Running");
        let launchers = ListParams::default().labels("kubevirt.io=virt-launcher");
        let launcher = cluster
            .api::<Pod>()
            .list(&launchers)
            .await
            .unwrap()
            .items
            .remove(0)
            .name_any();

        let halt = Patch::Merge(json!({"spec": {"runStrategy": "Halted"}}));
        cluster
            .api::<VirtualMachine>()
            .patch("rhel9-vm", &PatchParams::default(), &halt)
            .await
            .unwrap();
        cluster
            .until("rhel9-vm", "stopped", |machine| status(machine) == "Stopped")
            .await;
        cluster.until_gone::<VirtualMachineInstance>("rhel9-vm").await;
        cluster.until_gone::<Pod>(&launcher).await;

        let start = Patch::Merge(json!({"spec": {"runStrategy": "Always"}}));
        cluster
            .api::<VirtualMachine>()
            .patch("rhel9-vm", &PatchParams::default(), &start)
            .await
            .unwrap();
        let again = cluster.until("rhel9-vm", "booted again", has_agent).await;
        assert_ne!(again.uid(), instance.uid());
        let launcher = cluster
            .api::<Pod>()
            .list(&launchers)
            .await
            .unwrap()
            .items
            .remove(0)
            .name_any();

        cluster.delete::<VirtualMachine>("rhel9-vm").await;
        cluster.until_gone::<VirtualMachineInstance>("rhel9-vm").await;
        cluster.until_gone::<Pod>(&launcher).await;
        cluster.until_gone::<PersistentVolumeClaim>("disk").await;
    });
}

#[test]
fn a_halted_machine_has_no_instance_but_an_identity() {
    in_virtual_time(async {
        let cluster = Cluster::start().await;
        cluster.create::<VirtualMachine>(machine("Halted")).await;
        let is_prepared = |machine: &VirtualMachine| {
            let template = machine.spec.template.spec.as_ref().unwrap();
            template
                .domain
                .firmware
                .as_ref()
                .is_some_and(|firmware| firmware.uuid.is_some())
                && status(machine) == "Stopped"
        };
        let machine = cluster.until("rhel9-vm", "prepared", is_prepared).await;
        assert_eq!(machine.finalizers(), ["kubevirt.io/virtualMachineControllerFinalize"]);
        assert!(
            cluster
                .api::<VirtualMachineInstance>()
                .get_opt("rhel9-vm")
                .await
                .unwrap()
                .is_none()
        );
        cluster.delete::<VirtualMachine>("rhel9-vm").await;
    });
}
