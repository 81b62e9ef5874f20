//! Tests of the simulated vCenter with the SOAP client against `/sdk`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helping functions too"
)]

use std::time::Duration;

use loopback_https::Authority;
use sim_clock::{Clock, Speed};
use source_sim::vsphere::{self, Vcenter};
use vim25::{Client, Error, MoRef, Object, Options, Trust, UpdateKind, Value};

struct Lab {
    vcenter: Vcenter,
    ca: String,
}

impl Lab {
    async fn start() -> Self {
        Self::start_at(Speed::Max).await
    }

    async fn start_at(speed: Speed) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authority = Authority::new("test CA").unwrap();
        let vcenter = Vcenter::start(&authority, Clock::new(speed), vsphere::Options::default())
            .await
            .unwrap();
        Self {
            vcenter,
            ca: authority.pem(),
        }
    }

    fn options(&self) -> Options {
        Options {
            url: self.vcenter.url(),
            user: self.vcenter.user().to_owned(),
            password: self.vcenter.password().to_owned(),
            trust: Trust::Ca(self.ca.clone()),
        }
    }

    async fn client(&self) -> Client {
        Client::connect(self.options()).await.unwrap()
    }
}

async fn find(client: &Client, name: &str, paths: &[&str]) -> Object {
    let paths: Vec<&str> = [&["name", "parent"], paths].concat();
    let vms = client.list("VirtualMachine", &paths).await.unwrap();
    vms.into_iter()
        .find(|vm| vm.name() == name)
        .unwrap_or_else(|| panic!("no VM {name}"))
}

fn devices<'a>(vm: &'a Object, kind: &str) -> Vec<&'a Value> {
    vm.list("config.hardware.device")
        .iter()
        .filter(|device| device.is(kind))
        .collect()
}

async fn clone(client: &Client, source: &str, name: &str, spec: Value) -> Result<MoRef, Error> {
    let source = find(client, source, &[]).await;
    let args = vec![
        ("folder", source.moref_at("parent").unwrap().into()),
        ("name", name.into()),
        ("spec", spec),
    ];
    let clone = client.run_task(&source.moref, "CloneVM_Task", args).await?;
    Ok(clone.as_moref().unwrap().clone())
}

fn plain_clone() -> Value {
    Value::data("VirtualMachineCloneSpec")
        .with("location", Value::data("VirtualMachineRelocateSpec"))
        .with("template", false)
        .with("powerOn", false)
}

#[tokio::test]
async fn the_product_name_says_that_the_server_is_simulated() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let about = client.about();
    assert_eq!(about.name, "VMware vCenter Server");
    assert!(about.full_name.contains("simulated by mtv-lab"), "{}", about.full_name);
    assert!(about.is_vcenter());
    assert!(about.api_version.starts_with("8.0."));
}

#[tokio::test]
async fn a_wrong_password_is_rejected_with_the_message_of_vcenter() {
    let lab = Lab::start().await;
    let error = Client::connect(Options {
        password: "wrong".into(),
        ..lab.options()
    })
    .await
    .unwrap_err();
    assert!(error.is_invalid_login());
    let text = error.to_string();
    assert!(
        text.contains("Cannot complete login due to an incorrect user name or password."),
        "{text}"
    );
    assert!(!text.contains("wrong"), "{text}");
}

#[tokio::test]
async fn the_client_rejects_a_certificate_of_another_authority() {
    let lab = Lab::start().await;
    let other = Authority::new("test CA").unwrap().pem();
    let error = Client::connect(Options {
        trust: Trust::Ca(other),
        ..lab.options()
    })
    .await
    .unwrap_err();
    assert!(error.is_unreachable());
    assert!(error.to_string().contains("certificate"), "{error}");
    Client::connect(Options {
        trust: Trust::Insecure,
        ..lab.options()
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn an_unreachable_server_is_named_in_the_error() {
    let lab = Lab::start().await;
    let options = lab.options();
    lab.vcenter.stop();
    let error = Client::connect(options.clone()).await.unwrap_err();
    assert!(error.is_unreachable());
    assert!(error.to_string().contains(&options.url), "{error}");
}

#[tokio::test]
async fn calls_without_a_session_fail_and_the_client_renews_a_lost_session() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    lab.vcenter.end_sessions();
    assert!(!client.list("Datacenter", &["name"]).await.unwrap().is_empty());
    let broken = client.clone();
    lab.vcenter.end_sessions();
    // A view belongs to its session and does not exist in the renewed one.
    let gone = MoRef::new("ContainerView", "session[x]1");
    assert!(
        broken
            .call(&gone, "DestroyView", vec![])
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn the_initial_inventory_has_the_documented_hardware() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let vm = find(
        &client,
        "mtv-tests-rhel8",
        &[
            "config.hardware",
            "config.firmware",
            "config.changeTrackingEnabled",
            "network",
            "runtime.powerState",
        ],
    )
    .await;
    assert_eq!(vm.moref, MoRef::new("VirtualMachine", "vm-1001"));
    assert_eq!(vm.i64_at("config.hardware.numCPU"), Some(4));
    assert_eq!(vm.i64_at("config.hardware.memoryMB"), Some(2048));
    assert_eq!(vm.str_at("config.firmware"), Some("bios"));
    assert_eq!(vm.bool_at("config.changeTrackingEnabled"), Some(true));
    assert_eq!(vm.str_at("runtime.powerState"), Some("poweredOff"));
    assert_eq!(vm.list("network").len(), 3);
    let disks = devices(&vm, "VirtualDisk");
    assert_eq!(disks.len(), 1);
    assert_eq!(disks[0].i64_at("capacityInBytes"), Some(16 << 30));
    assert_eq!(
        disks[0].str_at("backing.fileName"),
        Some("[LocalDS_0] mtv-tests-rhel8/mtv-tests-rhel8.vmdk")
    );
    let nics = devices(&vm, "VirtualVmxnet3");
    let macs: Vec<_> = nics.iter().filter_map(|nic| nic.str_at("macAddress")).collect();
    assert_eq!(macs, ["00:50:56:a1:01:01", "00:50:56:a1:01:02", "00:50:56:a1:01:03"]);
    assert_eq!(nics[0].str_at("backing.deviceName"), Some("VM Network"));
    assert_eq!(nics[2].str_at("backing.port.portgroupKey"), Some("dvportgroup-22"));
}

#[tokio::test]
async fn listing_a_type_includes_its_subtypes() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    for (kind, names) in [
        ("Datacenter", vec!["DC0"]),
        ("ComputeResource", vec!["DC0_C0"]),
        ("HostSystem", vec!["DC0_C0_H0", "DC0_C0_H1", "DC0_C0_H2"]),
        ("Datastore", vec!["LocalDS_0", "LocalDS_1"]),
        ("Network", vec!["VM Network", "VM Test Network", "cnv-test"]),
        ("DistributedVirtualPortgroup", vec!["VM Test Network", "cnv-test"]),
        ("DistributedVirtualSwitch", vec!["DVS0"]),
        ("ResourcePool", vec!["Resources"]),
        ("Folder", vec!["datastore", "host", "network", "vm"]),
    ] {
        let mut found: Vec<_> = client
            .list(kind, &["name"])
            .await
            .unwrap()
            .iter()
            .map(|object| object.name().to_owned())
            .collect();
        found.sort_unstable();
        assert_eq!(found, names, "{kind}");
    }
}

/// Properties that the collector of Forklift reads (`pkg/controller/provider/container/vsphere/collector.go`) and that
/// must be set for its inventory of VMs, hosts and datastores.
#[tokio::test]
async fn all_properties_that_forklift_reads_are_set() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let expected: [(&str, &[&str]); 6] = [
        (
            "VirtualMachine",
            &[
                "config.uuid",
                "config.instanceUuid",
                "config.firmware",
                "config.bootOptions",
                "config.cpuHotAddEnabled",
                "config.cpuHotRemoveEnabled",
                "config.memoryHotAddEnabled",
                "config.hardware.numCPU",
                "config.hardware.numCoresPerSocket",
                "config.hardware.memoryMB",
                "config.hardware.device",
                "guest.net",
                "guest.disk",
                "config.extraConfig",
                "config.nestedHVEnabled",
                "summary.config.guestFullName",
                "guest.guestFullName",
                "summary.guest.guestId",
                "summary.quickStats.balloonedMemory",
                "summary.storage.committed",
                "datastore",
                "network",
                "runtime.host",
                "runtime.powerState",
                "runtime.connectionState",
                "runtime.consolidationNeeded",
                "config.template",
                "config.changeTrackingEnabled",
                "guest.ipStack",
                "guest.toolsStatus",
                "guest.toolsRunningStatus",
                "guest.toolsVersionStatus2",
                "availableField",
                "customValue",
                "summary.config.tpmPresent",
            ],
        ),
        (
            "HostSystem",
            &[
                "overallStatus",
                "config.product.name",
                "config.product.version",
                "summary.config.sslThumbprint",
                "config.dateTimeInfo.timeZone.name",
                "summary.managementServerIp",
                "summary.runtime.inMaintenanceMode",
                "summary.hardware.numCpuPkgs",
                "summary.hardware.numCpuCores",
                "summary.hardware.memorySize",
                "datastore",
                "network",
                "config.network.vswitch",
                "config.network.portgroup",
                "config.network.pnic",
                "config.network.vnic",
                "config.virtualNicManagerInfo.netConfig",
                "config.storageDevice.scsiLun",
                "configManager.advancedOption",
                "config.storageDevice.hostBusAdapter",
                "config.storageDevice.scsiTopology.adapter",
                "hardware.systemInfo.model",
                "hardware.systemInfo.vendor",
                "capability.vmotionSupported",
                "capability.storageVMotionSupported",
            ],
        ),
        (
            "Datastore",
            &[
                "parent",
                "summary.type",
                "summary.capacity",
                "summary.freeSpace",
                "summary.maintenanceMode",
                "info",
                "host",
                "capability.storageIORMSupported",
                "iormConfiguration",
            ],
        ),
        (
            "ClusterComputeResource",
            &[
                "configuration.dasConfig.enabled",
                "configuration.dasVmConfig",
                "configuration.drsConfig.enabled",
                "configuration.drsConfig.defaultVmBehavior",
                "configuration.drsVmConfig",
                "host",
                "network",
                "datastore",
            ],
        ),
        (
            "DistributedVirtualPortgroup",
            &[
                "config.distributedVirtualSwitch",
                "config.defaultPortConfig",
                "tag",
                "key",
            ],
        ),
        ("VmwareDistributedVirtualSwitch", &["config.host", "parent"]),
    ];
    for (kind, paths) in expected {
        let objects = client.list(kind, paths).await.unwrap();
        assert!(!objects.is_empty(), "{kind}");
        for object in objects {
            for path in paths {
                assert!(object.get(path).is_some(), "{} has no {path}", object.moref);
            }
        }
    }
}

#[tokio::test]
async fn errors_name_unknown_paths_objects_and_methods() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let error = client.list("VirtualMachine", &["confg.name"]).await.unwrap_err();
    assert!(error.is_fault("InvalidProperty"), "{error}");
    assert!(error.to_string().contains("confg.name"), "{error}");

    let missing = MoRef::new("VirtualMachine", "vm-1");
    let error = client.get(&missing, &["name"]).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.fault().unwrap().detail.moref_at("obj"), Some(&missing));
    assert!(
        client
            .call(&missing, "PowerOnVM_Task", vec![])
            .await
            .unwrap_err()
            .is_not_found()
    );

    let vm = find(&client, "mtv-tests-rhel8", &[]).await;
    let error = client.call(&vm.moref, "TeleportVM_Task", vec![]).await.unwrap_err();
    assert!(error.is_fault("MethodNotFound"), "{error}");
    assert!(
        error.to_string().contains("TeleportVM_Task") && error.to_string().contains("vm-1001"),
        "{error}"
    );
}

#[tokio::test]
async fn a_clone_has_its_own_identity() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let before = lab.vcenter.state();
    let location = Value::data("VirtualMachineRelocateSpec")
        .with("datastore", MoRef::new("Datastore", "datastore-11"))
        .with("host", MoRef::new("HostSystem", "host-12"))
        .with("transform", "flat");
    let config = Value::data("VirtualMachineConfigSpec").with("annotation", "mtv-bdd.io/run=abc");
    let spec = Value::data("VirtualMachineCloneSpec")
        .with("location", location)
        .with("template", false)
        .with("config", config)
        .with("powerOn", false);
    let clone_ref = clone(&client, "mtv-tests-rhel8", "a-clone", spec).await.unwrap();
    let paths = ["config", "runtime.host", "datastore"];
    let copy = client.get(&clone_ref, &[&["name"], &paths[..]].concat()).await.unwrap();
    let source = find(&client, "mtv-tests-rhel8", &["config"]).await;
    assert_eq!(copy.name(), "a-clone");
    assert_eq!(copy.str_at("config.annotation"), Some("mtv-bdd.io/run=abc"));
    assert_eq!(copy.moref_at("runtime.host").unwrap().id, "host-12");
    assert_ne!(copy.str_at("config.uuid"), source.str_at("config.uuid"));
    assert_ne!(copy.str_at("config.instanceUuid"), source.str_at("config.instanceUuid"));
    assert_eq!(copy.bool_at("config.changeTrackingEnabled"), Some(true));
    let disks = devices(&copy, "VirtualDisk");
    assert_eq!(
        disks[0].str_at("backing.fileName"),
        Some("[LocalDS_1] a-clone/a-clone.vmdk")
    );
    assert_eq!(disks[0].bool_at("backing.thinProvisioned"), Some(false));
    let macs = |vm: &Object| -> Vec<String> {
        devices(vm, "VirtualVmxnet3")
            .iter()
            .filter_map(|nic| nic.str_at("macAddress"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(macs(&copy).len(), 3);
    assert!(macs(&copy).iter().all(|mac| mac.starts_with("00:50:56:b0:")));

    client.run_task(&clone_ref, "Destroy_Task", vec![]).await.unwrap();
    assert!(client.get(&clone_ref, &["name"]).await.unwrap_err().is_not_found());
    assert_eq!(lab.vcenter.state(), before);
}

#[tokio::test]
async fn names_are_unique() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let error = clone(&client, "mtv-tests-rhel8", "mtv-win2019-79", plain_clone())
        .await
        .unwrap_err();
    assert!(error.is_fault("DuplicateName"), "{error}");
    assert!(error.to_string().contains("'mtv-win2019-79' already exists"), "{error}");
}

#[tokio::test]
async fn cloning_to_a_full_datastore_fails() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let disk = Value::data("VirtualDisk")
        .with("key", -1)
        .with(
            "backing",
            Value::data("VirtualDiskFlatVer2BackingInfo").with("fileName", "[LocalDS_0]"),
        )
        .with("controllerKey", 1000)
        .with("capacityInKB", 4_i64 << 30);
    let change = Value::data("VirtualDeviceConfigSpec")
        .with("operation", "add")
        .with("device", disk);
    let spec = plain_clone().with(
        "config",
        Value::data("VirtualMachineConfigSpec").with("deviceChange", change),
    );
    let error = clone(&client, "mtv-tests-rhel8", "huge", spec).await.unwrap_err();
    assert!(error.is_fault("NoDiskSpace"), "{error}");
}

#[tokio::test]
async fn the_guest_boots_and_stops_with_the_power_state() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let vm = find(&client, "mtv-tests-rhel8", &[]).await.moref;
    let error = client.run_task(&vm, "PowerOffVM_Task", vec![]).await.unwrap_err();
    assert!(error.is_fault("InvalidPowerState"), "{error}");
    client.run_task(&vm, "PowerOnVM_Task", vec![]).await.unwrap();

    let mut updates = client
        .watch(
            "VirtualMachine",
            &[
                "guest.toolsRunningStatus",
                "guest.net",
                "guest.ipStack",
                "summary.guest.ipAddress",
            ],
        )
        .await
        .unwrap();
    let mut seen = Object::new(vm.clone());
    while seen.str_at("guest.toolsRunningStatus") != Some("guestToolsRunning") {
        for update in updates.next().await.unwrap().iter().filter(|update| update.moref == vm) {
            update.apply(&mut seen);
        }
    }
    updates.close().await;
    assert_eq!(seen.str_at("summary.guest.ipAddress"), Some("10.46.1.1"));
    let nets = seen.list("guest.net");
    assert_eq!(nets.len(), 3);
    assert_eq!(nets[1].list("ipConfig.ipAddress").len(), 2);
    assert_eq!(nets[1].str_at("ipConfig.ipAddress.0.origin"), Some("manual"));
    assert_eq!(
        seen.str_at("guest.ipStack.0.ipRouteConfig.ipRoute.0.gateway.ipAddress"),
        Some("10.46.0.1")
    );

    let error = client.run_task(&vm, "PowerOnVM_Task", vec![]).await.unwrap_err();
    assert!(error.is_fault("InvalidPowerState"), "{error}");
    let error = client.run_task(&vm, "Destroy_Task", vec![]).await.unwrap_err();
    assert!(error.is_fault("InvalidPowerState"), "{error}");
    client.call(&vm, "ShutdownGuest", vec![]).await.unwrap();
    let mut updates = client.watch("VirtualMachine", &["runtime.powerState"]).await.unwrap();
    let mut seen = Object::new(vm.clone());
    while seen.str_at("runtime.powerState") != Some("poweredOff") {
        for update in updates.next().await.unwrap().iter().filter(|update| update.moref == vm) {
            update.apply(&mut seen);
        }
    }
}

#[tokio::test]
async fn booting_a_guest_takes_simulated_time() {
    let lab = Lab::start_at(Speed::Factor(10.0)).await;
    let client = lab.client().await;
    let vm = find(&client, "mtv-tests-rhel8", &[]).await.moref;
    client.run_task(&vm, "PowerOnVM_Task", vec![]).await.unwrap();
    let fresh = client
        .get(&vm, &["guest.toolsStatus", "guest.net", "runtime.powerState"])
        .await
        .unwrap();
    assert_eq!(fresh.str_at("runtime.powerState"), Some("poweredOn"));
    assert_eq!(fresh.str_at("guest.toolsStatus"), Some("toolsNotRunning"));
    assert!(
        client
            .call(&vm, "ShutdownGuest", vec![])
            .await
            .unwrap_err()
            .is_fault("ToolsUnavailable")
    );
}

#[tokio::test]
async fn reconfiguration_changes_only_the_given_fields() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let vm = clone(&client, "mtv-feature-rhel7-xfs", "changed", plain_clone())
        .await
        .unwrap();
    let reconfigure = async |spec: Value| client.run_task(&vm, "ReconfigVM_Task", vec![("spec", spec)]).await;
    let change = |operation: &str, device: Value| {
        Value::data("VirtualDeviceConfigSpec")
            .with("operation", operation)
            .with("device", device)
    };
    let nic = Value::data("VirtualE1000e")
        .with("key", -1)
        .with(
            "backing",
            Value::data("VirtualEthernetCardNetworkBackingInfo").with("deviceName", "VM Network"),
        )
        .with(
            "connectable",
            Value::data("VirtualDeviceConnectInfo").with("startConnected", false),
        );
    let controller = Value::data("ParaVirtualSCSIController")
        .with("key", -101)
        .with("busNumber", 1)
        .with("sharedBus", "noSharing");
    let disk = Value::data("VirtualDisk")
        .with("key", -102)
        .with(
            "backing",
            Value::data("VirtualDiskFlatVer2BackingInfo")
                .with("fileName", "[LocalDS_1]")
                .with("diskMode", "persistent")
                .with("thinProvisioned", true),
        )
        .with("controllerKey", -101)
        .with("unitNumber", 0)
        .with("capacityInKB", 5_i64 << 20);
    let spec = Value::data("VirtualMachineConfigSpec")
        .with("annotation", "changed <too> & well")
        .with("numCPUs", 4)
        .with("numCoresPerSocket", 2)
        .with("memoryMB", 4096_i64)
        .with(
            "deviceChange",
            vec![change("add", controller), change("add", disk), change("add", nic)],
        )
        .with(
            "extraConfig",
            vec![
                Value::data("OptionValue")
                    .with("key", "disk.EnableUUID")
                    .with("value", "TRUE"),
            ],
        );
    reconfigure(spec).await.unwrap();
    let changed = client.get(&vm, &["config"]).await.unwrap();
    assert_eq!(changed.str_at("config.annotation"), Some("changed <too> & well"));
    assert_eq!(changed.i64_at("config.hardware.numCPU"), Some(4));
    assert_eq!(changed.i64_at("config.hardware.numCoresPerSocket"), Some(2));
    assert_eq!(changed.i64_at("config.hardware.memoryMB"), Some(4096));
    assert_eq!(changed.bool_at("config.flags.diskUuidEnabled"), Some(true));
    let disks = devices(&changed, "VirtualDisk");
    assert_eq!(disks.len(), 3);
    assert_eq!(disks[2].i64_at("controllerKey"), Some(1001));
    assert_eq!(disks[2].i64_at("key"), Some(2016));
    assert_eq!(disks[2].i64_at("capacityInBytes"), Some(5 << 30));
    assert_eq!(disks[2].moref_at("backing.datastore").unwrap().id, "datastore-11");
    let nics = devices(&changed, "VirtualE1000e");
    assert_eq!(nics[0].bool_at("connectable.startConnected"), Some(false));
    let added = nics[0].clone();

    // One invalid change fails the whole request.
    let spec = Value::data("VirtualMachineConfigSpec")
        .with("annotation", "must not stay")
        .with(
            "deviceChange",
            vec![
                change("remove", added.clone()),
                change("remove", Value::data("VirtualDisk").with("key", 9999)),
            ],
        );
    assert!(reconfigure(spec).await.unwrap_err().is_fault("InvalidArgument"));
    let spec = Value::data("VirtualMachineConfigSpec").with("vmProfile", "gold");
    let error = reconfigure(spec).await.unwrap_err();
    assert!(
        error.is_fault("NotSupported") && error.to_string().contains("vmProfile"),
        "{error}"
    );
    let same = client.get(&vm, &["config"]).await.unwrap();
    assert_eq!(same.str_at("config.annotation"), Some("changed <too> & well"));
    assert_eq!(devices(&same, "VirtualE1000e").len(), 1);

    let spec = Value::data("VirtualMachineConfigSpec")
        .with("changeTrackingEnabled", false)
        .with("deviceChange", vec![change("remove", added)]);
    reconfigure(spec).await.unwrap();
    let last = client.get(&vm, &["config"]).await.unwrap();
    assert!(devices(&last, "VirtualE1000e").is_empty());
    assert_eq!(last.bool_at("config.changeTrackingEnabled"), Some(false));

    client.run_task(&vm, "PowerOnVM_Task", vec![]).await.unwrap();
    let spec = Value::data("VirtualMachineConfigSpec").with("memoryMB", 8192_i64);
    assert!(reconfigure(spec).await.unwrap_err().is_fault("InvalidPowerState"));
}

#[tokio::test]
async fn snapshots_add_disk_files_and_their_removal_consolidates() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let before = lab.vcenter.state();
    let vm = find(&client, "mtv-rhel8-warm-2disks2nics", &[]).await.moref;
    let create = async |name: &str| {
        let args = vec![
            ("name", Value::from(name)),
            ("description", Value::from("")),
            ("memory", Value::from(false)),
            ("quiesce", Value::from(false)),
        ];
        let made = client.run_task(&vm, "CreateSnapshot_Task", args).await.unwrap();
        made.as_moref().unwrap().clone()
    };
    let first = create("first").await;
    create("second").await;
    let seen = client.get(&vm, &["snapshot", "config.hardware.device"]).await.unwrap();
    assert_eq!(
        seen.str_at("snapshot.rootSnapshotList.0.name")
            .or(seen.str_at("snapshot.rootSnapshotList.name")),
        Some("first")
    );
    assert_eq!(
        devices(&seen, "VirtualDisk")[0].str_at("backing.parent.parent.fileName"),
        Some("[LocalDS_0] mtv-rhel8-warm-2disks2nics/mtv-rhel8-warm-2disks2nics.vmdk")
    );
    let args = vec![("removeChildren", Value::from(false))];
    client
        .run_task(&first, "RemoveSnapshot_Task", args.clone())
        .await
        .unwrap();
    assert!(
        client
            .call(&first, "RemoveSnapshot_Task", args)
            .await
            .unwrap_err()
            .is_not_found()
    );
    client.run_task(&vm, "RemoveAllSnapshots_Task", vec![]).await.unwrap();
    let seen = client.get(&vm, &["snapshot"]).await.unwrap();
    assert_eq!(seen.get("snapshot"), None);
    assert_eq!(lab.vcenter.state(), before);
}

#[tokio::test]
async fn updates_report_objects_that_entered_changed_and_left() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let mut updates = client
        .watch("VirtualMachine", &["name", "config.annotation"])
        .await
        .unwrap();
    let first = updates.next().await.unwrap();
    assert!(updates.is_complete());
    assert_eq!(first.len(), 11);
    assert!(first.iter().all(|update| update.kind == UpdateKind::Enter));
    assert!(first.iter().any(|update| update.object().name() == "mtv-tests-rhel8"));

    // No watched property changes: no update.
    let vm = find(&client, "mtv-tests-rhel8", &[]).await.moref;
    client.run_task(&vm, "PowerOnVM_Task", vec![]).await.unwrap();
    let copy = clone(&client, "mtv-tests-rhel8", "watched", plain_clone())
        .await
        .unwrap();
    let entered = updates.next().await.unwrap();
    assert_eq!(entered.len(), 1);
    assert_eq!((entered[0].kind, &entered[0].moref), (UpdateKind::Enter, &copy));

    let spec = Value::data("VirtualMachineConfigSpec").with("annotation", "hello");
    client
        .run_task(&copy, "ReconfigVM_Task", vec![("spec", spec)])
        .await
        .unwrap();
    let changed = updates.next().await.unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].kind, UpdateKind::Modify);
    assert_eq!(changed[0].changes.len(), 1);
    assert_eq!(changed[0].changes[0].path, "config.annotation");

    client.run_task(&copy, "Destroy_Task", vec![]).await.unwrap();
    let left = updates.next().await.unwrap();
    assert_eq!((left[0].kind, &left[0].moref), (UpdateKind::Leave, &copy));
    updates.close().await;
}

#[tokio::test]
async fn many_updates_are_truncated_and_a_lost_answer_can_be_repeated() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let collector = client.content().property_collector.clone();
    let view = client
        .call(
            client.content().manager("viewManager").unwrap(),
            "CreateContainerView",
            vec![
                ("container", Value::from(&client.content().root_folder)),
                ("type", Value::from(vec!["VirtualMachine"])),
                ("recursive", Value::from(true)),
            ],
        )
        .await
        .unwrap();
    let traversal = Value::data("TraversalSpec")
        .with("name", "v")
        .with("type", "ContainerView")
        .with("path", "view")
        .with("skip", false);
    let spec = Value::data("PropertyFilterSpec")
        .with(
            "propSet",
            Value::data("PropertySpec")
                .with("type", "VirtualMachine")
                .with("pathSet", "name"),
        )
        .with(
            "objectSet",
            Value::data("ObjectSpec")
                .with("obj", view)
                .with("skip", true)
                .with("selectSet", traversal),
        );
    let args = vec![("spec", spec), ("partialUpdates", Value::from(false))];
    client.call(&collector, "CreateFilter", args).await.unwrap();
    let wait = async |version: &str| {
        let options = Value::data("WaitOptions")
            .with("maxWaitSeconds", 0)
            .with("maxObjectUpdates", 4);
        let args = vec![("version", Value::from(version)), ("options", options)];
        client.call(&collector, "WaitForUpdatesEx", args).await
    };
    let names = |set: &Value| -> Vec<String> {
        let updates = set.list("filterSet").iter().flat_map(|filter| filter.list("objectSet"));
        updates
            .filter_map(|update| update.moref_at("obj"))
            .map(|moref| moref.id.clone())
            .collect()
    };
    let first = wait("").await.unwrap();
    assert_eq!((names(&first).len(), first.bool_at("truncated")), (4, Some(true)));
    let version = first.str_at("version").unwrap();
    let second = wait(version).await.unwrap();
    assert_eq!((names(&second).len(), second.bool_at("truncated")), (4, Some(true)));
    let again = wait(version).await.unwrap();
    assert_eq!(names(&again), names(&second));
    let third = wait(again.str_at("version").unwrap()).await.unwrap();
    let the_others = client.list("VirtualMachine", &["name"]).await.unwrap().len() - 8;
    assert_eq!(
        (names(&third).len(), third.bool_at("truncated")),
        (the_others, Some(false))
    );
    let nothing = wait(third.str_at("version").unwrap()).await.unwrap();
    assert_eq!(nothing, Value::nothing());
    assert!(wait("77").await.unwrap_err().is_fault("InvalidCollectorVersion"));
}

#[tokio::test]
async fn a_waiting_call_can_be_cancelled() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let collector = client.content().property_collector.clone();
    let waiting = tokio::spawn({
        let (client, collector) = (client.clone(), collector.clone());
        async move {
            client
                .call(&collector, "WaitForUpdatesEx", vec![("version", Value::from(""))])
                .await
        }
    });
    sim_clock::sleep(Duration::from_millis(50)).await;
    client.call(&collector, "CancelWaitForUpdates", vec![]).await.unwrap();
    assert!(waiting.await.unwrap().unwrap_err().is_fault("RequestCanceled"));
}

#[tokio::test]
async fn task_progress_can_be_watched() {
    let lab = Lab::start_at(Speed::Factor(200.0)).await;
    let client = lab.client().await;
    let source = find(&client, "mtv-tests-rhel8", &[]).await;
    let args = vec![
        ("folder", source.moref_at("parent").unwrap().into()),
        ("name", "slow".into()),
        ("spec", plain_clone()),
    ];
    let task = client
        .call(&source.moref, "CloneVM_Task", args)
        .await
        .unwrap()
        .as_moref()
        .unwrap()
        .clone();
    let mut states = Vec::new();
    while !states.contains(&"success".to_owned()) {
        let seen = client.get(&task, &["info"]).await.unwrap();
        let state = seen.str_at("info.state").unwrap().to_owned();
        assert_ne!(state, "error", "{seen:?}");
        assert_eq!(seen.str_at("info.descriptionId"), Some("VirtualMachine.clone"));
        assert_eq!(seen.str_at("info.entityName"), Some("mtv-tests-rhel8"));
        states.push(state);
    }
    assert!(states.contains(&"running".to_owned()), "{states:?}");
    let manager = client.content().manager("taskManager").unwrap();
    let recent = client.get(manager, &["recentTask"]).await.unwrap();
    assert_eq!(recent.list("recentTask")[0].as_moref(), Some(&task));
}

#[tokio::test]
async fn long_lists_are_paginated() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let folder = MoRef::new("Folder", "group-v3");
    let traversal = Value::data("TraversalSpec")
        .with("type", "Folder")
        .with("path", "childEntity")
        .with("skip", false);
    let spec = Value::data("PropertyFilterSpec")
        .with(
            "propSet",
            Value::data("PropertySpec")
                .with("type", "VirtualMachine")
                .with("pathSet", "name"),
        )
        .with(
            "objectSet",
            Value::data("ObjectSpec")
                .with("obj", folder)
                .with("skip", true)
                .with("selectSet", traversal),
        );
    let collector = client.content().property_collector.clone();
    let options = Value::data("RetrieveOptions").with("maxObjects", 7);
    let args = vec![("specSet", spec), ("options", options)];
    let page = client.call(&collector, "RetrievePropertiesEx", args).await.unwrap();
    assert_eq!(page.list("objects").len(), 7);
    let args = vec![("token", Value::from(page.str_at("token").unwrap()))];
    let rest = client
        .call(&collector, "ContinueRetrievePropertiesEx", args.clone())
        .await
        .unwrap();
    let all = client.list("VirtualMachine", &["name"]).await.unwrap().len();
    assert_eq!(rest.list("objects").len(), all - 7);
    assert_eq!(rest.get("token"), None);
    assert!(
        client
            .call(&collector, "ContinueRetrievePropertiesEx", args)
            .await
            .unwrap_err()
            .is_fault("InvalidArgument")
    );
}

#[tokio::test]
async fn entities_are_found_by_uuid_and_path() {
    let lab = Lab::start().await;
    let client = lab.client().await;
    let vm = find(&client, "mtv-tests-rhel8", &["config.uuid"]).await;
    let index = client.content().manager("searchIndex").unwrap();
    let args = vec![
        ("uuid", Value::from(vm.str_at("config.uuid").unwrap())),
        ("vmSearch", Value::from(true)),
        ("instanceUuid", Value::from(false)),
    ];
    assert_eq!(
        client.call(index, "FindByUuid", args).await.unwrap().as_moref(),
        Some(&vm.moref)
    );
    for (path, found) in [("DC0/vm/mtv-tests-rhel8", Some(&vm.moref)), ("DC0/vm/nobody", None)] {
        let args = vec![("inventoryPath", Value::from(path))];
        assert_eq!(
            client
                .call(index, "FindByInventoryPath", args)
                .await
                .unwrap()
                .as_moref(),
            found
        );
    }
}

#[tokio::test]
async fn the_rest_api_accepts_the_same_user_and_has_no_tags() {
    let lab = Lab::start().await;
    let http = reqwest::Client::builder()
        .no_proxy()
        .tls_danger_accept_invalid_certs(true)
        .build()
        .unwrap();
    let base = lab.vcenter.url().replace("/sdk", "");
    let session = format!("{base}/rest/com/vmware/cis/session");
    let refused = http
        .post(&session)
        .basic_auth(lab.vcenter.user(), Some("wrong"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 401);
    let tags = format!("{base}/rest/com/vmware/cis/tagging/tag");
    assert_eq!(http.get(&tags).send().await.unwrap().status(), 401);
    let login = http
        .post(&session)
        .basic_auth(lab.vcenter.user(), Some(lab.vcenter.password()))
        .send()
        .await
        .unwrap();
    let login: serde_json::Value = login.json().await.unwrap();
    let key = login["value"].as_str().unwrap();
    let answer = http
        .get(&tags)
        .header("vmware-api-session-id", key)
        .send()
        .await
        .unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(answer, serde_json::json!({ "value": [] }));
}
