//! Serialization and deserialization of the types, by example.

use forklift_api::{
    cdi::StorageProfile,
    forklift::{
        Condition, Conditions, ForkliftControllerSpec, ObjectRef, Plan, PlanMaps, PlanSpec, PlanType, PlanVm, Provider,
        ProviderPair, Ref, Switch, TargetPowerState, find,
    },
    kubevirt::{Cpu, VirtualMachine},
    openshift::ClusterVersion,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde_json::{Value, json};

fn plan() -> PlanSpec {
    PlanSpec {
        target_namespace: "target".to_owned(),
        provider: ProviderPair {
            source: ObjectRef::new("mtv", "vc"),
            destination: ObjectRef::new("mtv", "host"),
        },
        map: PlanMaps {
            network: ObjectRef::new("mtv", "net"),
            storage: ObjectRef::new("mtv", "sto"),
        },
        vms: vec![PlanVm {
            name: Some("rhel8".to_owned()),
            ..PlanVm::default()
        }],
        ..PlanSpec::default()
    }
}

#[test]
fn a_plan_sends_what_was_set_and_nothing_else() {
    assert_eq!(
        serde_json::to_value(plan()).unwrap(),
        json!({
            "targetNamespace": "target",
            "provider": {
                "source": {"namespace": "mtv", "name": "vc"},
                "destination": {"namespace": "mtv", "name": "host"},
            },
            "map": {
                "network": {"namespace": "mtv", "name": "net"},
                "storage": {"namespace": "mtv", "name": "sto"},
            },
            "vms": [{"name": "rhel8", "luks": {}}],
        })
    );
}

/// Where the default is true, false must be sent explicitly.
#[test]
fn an_explicit_false_is_sent() {
    let spec = PlanSpec {
        preserve_static_ips: Some(false),
        migrate_shared_disks: Some(false),
        delete_vm_on_fail_migration: Some(false),
        run_preflight_inspection: Some(false),
        use_compatibility_mode: Some(false),
        ..plan()
    };
    let sent = serde_json::to_value(spec).unwrap();
    for field in [
        "preserveStaticIPs",
        "migrateSharedDisks",
        "deleteVmOnFailMigration",
        "runPreflightInspection",
        "useCompatibilityMode",
    ] {
        assert_eq!(sent.get(field), Some(&Value::Bool(false)), "{field}");
    }
}

#[test]
fn a_plan_is_warm_by_its_type_or_by_the_older_flag() {
    let kind = |warm, type_| PlanSpec { warm, type_, ..plan() }.kind();
    assert_eq!(kind(None, None), PlanType::Cold);
    assert_eq!(kind(Some(false), None), PlanType::Cold);
    assert_eq!(kind(Some(true), None), PlanType::Warm);
    assert_eq!(kind(Some(true), Some(PlanType::Live)), PlanType::Live);
    assert_eq!(serde_json::to_value(PlanType::Conversion).unwrap(), "conversion");
    assert_eq!(serde_json::to_value(TargetPowerState::Off).unwrap(), "off");
}

#[test]
fn a_vm_status_has_the_plans_fields_beside_its_own() {
    let plan: Plan = serde_json::from_value(json!({
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": "Plan",
        "metadata": {"name": "p1", "namespace": "mtv"},
        "spec": plan(),
        "status": {
            "someday": "a field of a later version",
            "migration": {
                "history": [],
                "vms": [{
                    "id": "vm-1", "name": "rhel8", "luks": {}, "phase": "CopyDisks",
                    "pipeline": [{"name": "DiskTransfer", "phase": "Running", "progress": {"completed": 3, "total": 7}}],
                }],
            },
        },
    }))
    .unwrap();
    let status = plan.status.unwrap();
    assert_eq!(status.latest(), None);
    let [vm] = status.vms() else { panic!("one VM expected") };
    assert_eq!((vm.vm.id.as_deref(), vm.phase.as_str()), (Some("vm-1"), "CopyDisks"));
    assert_eq!(vm.step("DiskTransfer").map(|step| step.progress.completed), Some(3));
    assert_eq!(vm.step("Cutover"), None);
    assert_eq!(
        serde_json::to_value(vm).unwrap(),
        json!({
            "id": "vm-1", "name": "rhel8", "luks": {}, "phase": "CopyDisks",
            "pipeline": [{"name": "DiskTransfer", "phase": "Running", "progress": {"completed": 3, "total": 7}}],
        })
    );
}

#[test]
fn conditions_are_found_by_type_and_absent_ones_do_not_hold() {
    let mut provider = Provider::new(
        "vc",
        serde_json::from_value(json!({"type": "vsphere", "secret": {}})).unwrap(),
    );
    assert!(!provider.status.is_true("Ready"), "no status yet");
    provider.status = serde_json::from_value(json!({"conditions": [
        {"type": "ConnectionTestSucceeded", "status": "True", "category": "Required", "lastTransitionTime": "2026-01-02T03:04:05Z"},
        {"type": "ConnectionAuthFailed", "status": "True", "category": "Critical", "lastTransitionTime": "2026-01-02T03:04:05Z"},
        {"type": "Validated", "status": "False", "category": "Error", "lastTransitionTime": "2026-01-02T03:04:05Z"},
    ]}))
    .unwrap();
    assert!(provider.status.is_true("ConnectionTestSucceeded"));
    assert!(!provider.status.is_true("Validated"));
    assert!(!provider.status.is_true("Ready"));
    let conditions = provider.status.conditions();
    assert!(find(conditions, "Ready").is_none());
    let blockers: Vec<&str> = conditions
        .iter()
        .filter(|condition| condition.is_blocker())
        .map(|condition| condition.type_.as_str())
        .collect();
    assert_eq!(blockers, ["ConnectionAuthFailed"]);
}

#[test]
fn times_are_written_in_whole_seconds() {
    let condition = Condition {
        last_transition_time: k8s_openapi::apimachinery::pkg::apis::meta::v1::Time(
            "2026-01-02T03:04:05.678Z".parse().unwrap(),
        ),
        ..Condition::default()
    };
    assert_eq!(
        serde_json::to_value(condition).unwrap()["lastTransitionTime"],
        "2026-01-02T03:04:05Z"
    );
}

#[test]
fn references_are_by_id_or_by_name() {
    assert_eq!(serde_json::to_value(Ref::by_id("vm-1")).unwrap(), json!({"id": "vm-1"}));
    assert_eq!(
        serde_json::to_value(Ref::by_name("a/b")).unwrap(),
        json!({"name": "a/b"})
    );
}

/// The settings are grouped in Rust and flat in the object; switches and numbers keep their JSON types.
#[test]
fn controller_settings_are_flat() {
    let mut spec = ForkliftControllerSpec::default();
    assert_eq!(serde_json::to_value(&spec).unwrap(), json!({}));
    spec.features.feature_copy_offload = Some(Switch::from(false));
    spec.controller.controller_max_vm_inflight = Some(5);
    let flat = json!({"feature_copy_offload": "false", "controller_max_vm_inflight": 5});
    assert_eq!(serde_json::to_value(&spec).unwrap(), flat);
    assert_eq!(serde_json::from_value::<ForkliftControllerSpec>(flat).unwrap(), spec);
}

#[test]
fn a_vm_has_sockets_times_cores_times_threads() {
    assert_eq!(Cpu::default().count(), 1);
    let cpu = Cpu {
        sockets: Some(2),
        cores: Some(4),
        ..Cpu::default()
    };
    assert_eq!(cpu.count(), 8);
}

#[test]
fn a_vm_is_read_whatever_else_it_has() {
    let vm: VirtualMachine = serde_json::from_value(json!({
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachine",
        "metadata": {"name": "rhel8"},
        "spec": {"runStrategy": "Always", "template": {
            "metadata": {"labels": {"app": "rhel8"}, "creationTimestamp": null},
            "spec": {
                "domain": {"memory": {"guest": 1_073_741_824}, "devices": {"disks": [{"name": "vol-0", "disk": {"bus": "virtio"}}]}},
                "networks": [{"name": "net-0", "pod": {}}, {"name": "net-1", "multus": {"networkName": "ns/nad"}}],
                "volumes": [{"name": "vol-0", "persistentVolumeClaim": {"claimName": "disk-0"}}, {"name": "vol-1", "emptyDisk": {}}],
            },
        }},
        "status": {"printableStatus": "Running", "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": null}]},
    }))
    .unwrap();
    let instance = vm.spec.template.spec.unwrap();
    let memory = instance.domain.memory.and_then(|memory| memory.guest);
    assert_eq!(
        memory,
        Some(Quantity("1073741824".to_owned())),
        "integers are quantities too"
    );
    let networks = instance.networks.unwrap();
    assert_eq!(networks.iter().filter(|network| network.pod.is_some()).count(), 1);
    assert!(
        vm.status
            .unwrap()
            .conditions
            .unwrap()
            .iter()
            .all(|condition| condition.is_true())
    );
}

#[test]
fn the_version_of_a_cluster_is_the_newest_that_was_completed() {
    let version: ClusterVersion = serde_json::from_value(json!({
        "metadata": {"name": "version"},
        "spec": {"clusterID": "c"},
        "status": {
            "availableUpdates": null, "desired": {"image": "i", "version": "4.21.0"}, "observedGeneration": 1, "versionHash": "h",
            "history": [
                {"state": "Partial", "version": "4.21.0", "image": "i", "verified": true, "startedTime": "2026-01-02T03:04:05Z", "completionTime": null},
                {"state": "Completed", "version": "4.20.3", "image": "i", "verified": true, "startedTime": "2026-01-01T03:04:05Z", "completionTime": "2026-01-01T04:04:05Z"},
            ],
        },
    }))
    .unwrap();
    let status = version.status.unwrap();
    assert_eq!(status.version(), Some("4.20.3"));
    let written = serde_json::to_value(status).unwrap();
    assert_eq!(
        written.get("availableUpdates"),
        Some(&Value::Null),
        "required, though it may be null"
    );
}

#[test]
fn storage_profiles_may_be_empty() {
    let profile: StorageProfile = serde_json::from_value(json!({"metadata": {"name": "sc"}, "spec": {}})).unwrap();
    assert_eq!(profile.status, None);
}
