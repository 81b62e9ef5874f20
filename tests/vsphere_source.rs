//! The vSphere source platform against the lab's vCenter.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helping functions too"
)]

use loopback_https::Authority;
use mtv_bdd::source::{
    CloneRequest, Cpu, Error, Firmware, Power, Provisioning, SourcePlatform,
    vsphere::{Options, Trust, Vsphere},
};
use sim_clock::{Clock, Speed};
use source_sim::vsphere::{self, Vcenter};

async fn lab() -> (Vcenter, Options) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = Authority::new("test CA").unwrap();
    let vcenter = Vcenter::start(&authority, Clock::new(Speed::Max), vsphere::Options::default())
        .await
        .unwrap();
    let options = Options {
        key: "vsphere".into(),
        url: vcenter.url(),
        user: vcenter.user().into(),
        password: vcenter.password().into(),
        trust: Trust::Ca(authority.pem()),
    };
    (vcenter, options)
}

fn request(name: &str) -> CloneRequest {
    CloneRequest {
        name: name.into(),
        run: "a1b2".into(),
        ..CloneRequest::default()
    }
}

#[tokio::test]
async fn a_vm_is_described_as_the_checks_need_it() {
    let (_vcenter, options) = lab().await;
    let vsphere = Vsphere::connect(options).await.unwrap();
    let vm = vsphere.find("mtv-tests-rhel8").await.unwrap();
    assert_eq!(
        (vm.power, vm.firmware, vm.memory_mib),
        (Power::Off, Firmware::Bios, 2048)
    );
    assert_eq!(
        vm.cpu,
        Cpu {
            sockets: 4,
            cores_per_socket: 1
        }
    );
    assert_eq!(vm.guest_os, "rhel8_64Guest");
    let networks: Vec<_> = vm.nics.iter().map(|nic| nic.network.as_str()).collect();
    assert_eq!(networks, ["VM Network", "VM Test Network", "cnv-test"]);
    assert_eq!(vm.nics[0].mac, "00:50:56:a1:01:01");
    assert_eq!(
        (vm.disks.len(), vm.disks[0].bytes, vm.disks[0].storage.as_str()),
        (1, 16 << 30, "LocalDS_0")
    );

    let windows = vsphere.find("mtv-win2022-ip-3disks").await.unwrap();
    assert_eq!(windows.firmware, Firmware::Efi { secure_boot: false });
    assert_eq!((windows.disks.len(), windows.nics.len()), (3, 3));
    vsphere.disconnect().await;
}

#[tokio::test]
async fn a_clone_is_created_switched_found_and_deleted_without_remains() {
    let (vcenter, options) = lab().await;
    let before = vcenter.state();
    let vsphere = Vsphere::connect(options).await.unwrap();
    let wanted = CloneRequest {
        disk_type: Some(Provisioning::ThickZeroed),
        change_tracking: true,
        ..request("mtv-a1b2-clone")
    };
    let original = vsphere.find("mtv-feature-rhel7-xfs").await.unwrap();
    let clone = vsphere.clone_vm("mtv-feature-rhel7-xfs", &wanted).await.unwrap();
    assert_eq!((clone.name.as_str(), clone.power), ("mtv-a1b2-clone", Power::Off));
    assert_eq!(
        (clone.cpu, clone.memory_mib, clone.disks.len()),
        (original.cpu, original.memory_mib, original.disks.len())
    );
    assert_ne!(clone.nics[0].mac, original.nics[0].mac);
    assert_eq!(clone.nics[0].network, original.nics[0].network);
    assert_ne!(clone.uuid, original.uuid);
    let held = vcenter.state();
    let held = &held["vms"][clone.id.0.as_str()];
    assert_eq!(held["annotation"], "mtv-bdd.io/run=a1b2");
    let options = held["extraConfig"].to_string();
    assert!(
        options.contains("ctkEnabled=TRUE") && options.contains("scsi0:1.ctkEnabled=TRUE"),
        "{options}"
    );

    for power in [Power::On, Power::On, Power::Off] {
        vsphere.set_power(&clone.id, power).await.unwrap();
        assert_eq!(vsphere.describe(&clone.id).await.unwrap().unwrap().power, power);
    }
    let owned = vsphere.owned_by("a1b2").await.unwrap();
    assert_eq!(owned.iter().map(|vm| &vm.id).collect::<Vec<_>>(), [&clone.id]);
    assert!(vsphere.owned_by("a1").await.unwrap().is_empty());

    vsphere.set_power(&clone.id, Power::On).await.unwrap();
    vsphere.delete(&clone.id).await.unwrap();
    vsphere.delete(&clone.id).await.unwrap();
    assert_eq!(vsphere.describe(&clone.id).await.unwrap(), None);
    assert_eq!(vcenter.state(), before);
}

#[tokio::test]
async fn parallel_clones_have_their_own_addresses() {
    let (_vcenter, options) = lab().await;
    let vsphere = Vsphere::connect(options).await.unwrap();
    let (one, two, three) = (request("one"), request("two"), request("three"));
    let (one, two, three) = tokio::join!(
        vsphere.clone_vm("mtv-tests-rhel8", &one),
        vsphere.clone_vm("mtv-tests-rhel8", &two),
        vsphere.clone_vm("mtv-tests-rhel9-dual-nic", &three),
    );
    let mut macs: Vec<String> = [one, two, three]
        .into_iter()
        .flat_map(|vm| vm.unwrap().nics)
        .map(|nic| nic.mac)
        .collect();
    macs.sort_unstable();
    macs.dedup();
    assert_eq!(macs.len(), 8);
}

#[tokio::test]
async fn failures_report_cause_place_and_remedy() {
    let (vcenter, options) = lab().await;
    let url = vcenter.url();
    let vsphere = Vsphere::connect(options.clone()).await.unwrap();
    let error = vsphere.find("mtv-tests-rhel9").await.unwrap_err();
    assert!(matches!(error, Error::NoSuchVm { .. }));
    let text = error.to_string();
    assert!(
        text.contains(&format!("vsphere ({url}) has no VM named \"mtv-tests-rhel9\"")),
        "{text}"
    );
    assert!(text.contains("mtv-tests-rhel8"), "{text}");

    let error = vsphere
        .clone_vm("mtv-tests-rhel8", &request("mtv-win2019-79"))
        .await
        .unwrap_err();
    let text = format!("{:#}", anyhow::Error::from(error));
    assert!(
        text.contains("clone the VM \"mtv-tests-rhel8\" as \"mtv-win2019-79\"") && text.contains("already exists"),
        "{text}"
    );

    let wrong = Options {
        password: "wrong".into(),
        ..options.clone()
    };
    let error = Vsphere::connect(wrong).await.err().unwrap();
    assert!(matches!(error, Error::Login { .. }), "{error}");
    assert!(error.to_string().contains("incorrect user name or password"), "{error}");

    vcenter.stop();
    let error = Vsphere::connect(options).await.err().unwrap();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}
