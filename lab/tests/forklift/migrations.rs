//! Migrations that end well, fail, come out wrong, are held, cancelled or refused.

use std::time::Duration;

use forklift_api::{
    cdi::DataVolume,
    forklift::{Conditions, Conversion, Migration, Plan},
    kubevirt::VirtualMachine,
};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, Secret};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use mtv_lab::injection::{DefectName, Fault, FaultName, FaultSpec, Hold, HoldName, HoldSpec};
use serde_json::json;

use crate::world::{NAMESPACE, TARGET, World, conditions, in_virtual_time};

const RHEL: &str = "mtv-tests-rhel8";

fn ended(plan: &Plan) -> bool {
    ["Succeeded", "Failed", "Canceled"]
        .iter()
        .any(|end| plan.status.is_true(end))
}

fn types(plan: &Plan) -> Vec<String> {
    conditions(&plan.status).into_iter().map(|(type_, _)| type_).collect()
}

#[test]
fn a_windows_vm_with_three_disks_and_two_nics_arrives() {
    in_virtual_time(windows_arrives());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_windows_vm_with_three_disks_and_two_nics_arrives_over_https_in_scaled_time() {
    windows_arrives().await;
}

async fn windows_arrives() {
    let world = World::start().await;
    world.ready_plan("windows", &["mtv-win2019-3disks"]).await;
    world.migrate("windows", "windows").await;
    let plan = world.until(NAMESPACE, "windows", ended).await;
    assert_eq!(types(&plan), ["Ready", "Succeeded"]);
    let vm = &plan.status.unwrap().vms()[0].clone();
    let steps: Vec<&str> = vm.pipeline.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(steps.last(), Some(&"WaitForGuestReboots"));
    assert!(
        vm.pipeline
            .iter()
            .all(|step| step.phase.as_deref() == Some("Completed"))
    );
    let machine = world
        .api::<VirtualMachine>(TARGET)
        .get("mtv-win2019-3disks")
        .await
        .unwrap();
    let json = serde_json::to_value(&machine).unwrap();
    let domain = &json["spec"]["template"]["spec"]["domain"];
    assert_eq!(domain["devices"]["disks"].as_array().unwrap().len(), 3);
    assert_eq!(domain["memory"]["guest"], "4Gi");
    assert_eq!(
        json["spec"]["runStrategy"], "Always",
        "a Windows guest restarts, though its source was off"
    );
    let claims = world
        .api::<PersistentVolumeClaim>(TARGET)
        .list(&Default::default())
        .await
        .unwrap();
    assert_eq!(claims.items.len(), 3);
}

#[test]
fn a_failed_conversion_fails_vm_and_plan_and_can_be_tried_again() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_plan("failing", &[RHEL]).await;
        let faults: Api<Fault> = Api::all(world.client.clone());
        let spec = FaultSpec {
            name: FaultName::ConversionFailsWhileCopying,
            vm: None,
        };
        faults
            .create(&PostParams::default(), &Fault::new("fault", spec))
            .await
            .unwrap();
        world.migrate("failing", "first").await;
        let plan = world.until(NAMESPACE, "failing", ended).await;
        assert_eq!(types(&plan), ["Ready", "Failed"]);
        let status = plan.status.unwrap();
        let vm = &status.vms()[0];
        let error = vm.error.as_ref().unwrap();
        assert_eq!(error.reasons, ["Guest conversion failed. See pod logs for details."]);
        assert_eq!(vm.phase, "Completed");
        let step = vm.pipeline.iter().find(|step| step.error.is_some()).unwrap();
        assert!(
            ["ImageConversion", "DiskTransferV2v"].contains(&step.name.as_str()),
            "{}",
            step.name
        );
        assert_eq!(step.phase.as_deref(), Some("Running"), "a failed step keeps its phase");
        assert!(step.completed.is_some());
        world
            .until(NAMESPACE, "first", |migration: &Migration| {
                migration.status.is_true("Failed")
            })
            .await;

        faults.delete("fault", &DeleteParams::default()).await.unwrap();
        world.migrate("failing", "second").await;
        let succeeded = |plan: &Plan| plan.status.is_true("Succeeded");
        let plan = world.until(NAMESPACE, "failing", succeeded).await;
        let history = plan.status.unwrap().migration.unwrap().history.unwrap();
        let names: Vec<&str> = history
            .iter()
            .map(|snapshot| snapshot.migration.name.as_str())
            .collect();
        assert_eq!(names, ["first", "second"]);
    });
}

#[test]
fn a_step_that_is_held_goes_on_when_it_may() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_plan("held", &[RHEL]).await;
        let holds: Api<Hold> = Api::all(world.client.clone());
        for (name, vm) in [
            (HoldName::DiskTransfer, RHEL),
            (HoldName::VirtualMachineCreation, RHEL),
            (HoldName::ImageConversion, "another"),
        ] {
            let hold = Hold::new(
                &format!("{name:?}").to_lowercase(),
                HoldSpec {
                    name,
                    vm: Some(vm.to_owned()),
                },
            );
            holds.create(&PostParams::default(), &hold).await.unwrap();
        }
        world.migrate("held", "held").await;
        let in_step = |step: &'static str, completed: fn(i64) -> bool| {
            move |plan: &Plan| {
                let vms = plan.status.as_ref().map(|status| status.vms()).unwrap_or_default();
                let running = vms.iter().filter_map(|vm| vm.step(step));
                running.clone().count() == 1
                    && running
                        .clone()
                        .all(|step| step.phase.as_deref() == Some("Running") && completed(step.progress.completed))
            }
        };
        world
            .until(NAMESPACE, "held", in_step("DiskTransferV2v", |copied| copied > 0))
            .await;
        // The controller looks again every three seconds.
        world.sleep(Duration::from_secs(60)).await;
        let still = world.api::<Plan>(NAMESPACE).get("held").await.unwrap();
        assert!(in_step("DiskTransferV2v", |copied| copied > 0)(&still), "{still:#?}");
        holds.delete("disktransfer", &DeleteParams::default()).await.unwrap();
        world
            .until(NAMESPACE, "held", in_step("VirtualMachineCreation", |_| true))
            .await;
        world.sleep(Duration::from_secs(60)).await;
        assert!(world.names::<VirtualMachine>(TARGET).await.is_empty());
        holds
            .delete("virtualmachinecreation", &DeleteParams::default())
            .await
            .unwrap();
        world
            .until(NAMESPACE, "held", |plan: &Plan| plan.status.is_true("Succeeded"))
            .await;
        assert_eq!(world.names::<VirtualMachine>(TARGET).await, [RHEL]);
    });
}

#[test]
fn a_cancelled_migration_leaves_nothing_and_starts_the_source_again() {
    in_virtual_time(async {
        let world = World::start().await;
        world.power_on(RHEL).await;
        world.ready_plan("canceled", &[RHEL]).await;
        world.migrate("canceled", "canceled").await;
        let converting = |plan: &Plan| {
            let vms = plan.status.as_ref().map(|status| status.vms()).unwrap_or_default();
            vms.iter()
                .any(|vm| vm.phase == "ConvertGuest" || vm.phase == "CopyDisksVirtV2V")
        };
        world.until(NAMESPACE, "canceled", converting).await;
        assert_eq!(world.power_state(RHEL).await, "poweredOff");
        let patch = Patch::Merge(json!({"spec": {"cancel": [{"name": RHEL}]}}));
        let migrations = world.api::<Migration>(NAMESPACE);
        migrations
            .patch("canceled", &PatchParams::default(), &patch)
            .await
            .unwrap();
        let plan = world.until(NAMESPACE, "canceled", ended).await;
        assert_eq!(types(&plan), ["Ready", "Canceled"]);
        let migration = world
            .until(NAMESPACE, "canceled", |migration: &Migration| {
                migration.status.is_true("Canceled")
            })
            .await;
        assert!(
            migration.status.unwrap().completed.is_none(),
            "a cancelled Migration is never completed"
        );
        assert_eq!(world.power_state(RHEL).await, "poweredOn");
        world.none_left::<DataVolume>(TARGET).await;
        world.none_left::<PersistentVolumeClaim>(TARGET).await;
        world.none_left::<Conversion>(NAMESPACE).await;
        world.none_left::<VirtualMachine>(TARGET).await;
    });
}

#[test]
fn an_unmapped_network_blocks_the_plan() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_provider().await;
        world.ready_maps("unmapped").await;
        let maps = world.api::<forklift_api::forklift::NetworkMap>(NAMESPACE);
        let rows = json!([{"source": {"name": "cnv-test"}, "destination": {"type": "pod"}}]);
        let patch = Patch::Merge(json!({"spec": {"map": rows}}));
        maps.patch("unmapped", &PatchParams::default(), &patch).await.unwrap();
        world
            .until(NAMESPACE, "unmapped", |map: &forklift_api::forklift::NetworkMap| {
                map.status.as_ref().and_then(|status| status.observed_generation) == map.metadata.generation
            })
            .await;
        world.plan("unmapped", &[RHEL]).await;
        let blocked = |plan: &Plan| plan.status.condition("VMNetworksNotMapped").is_some();
        let plan = world.until(NAMESPACE, "unmapped", blocked).await;
        let refused = plan.status.condition("VMNetworksNotMapped").unwrap().clone();
        assert_eq!(refused.message.as_deref(), Some("VM has unmapped networks."));
        let item = &refused.items.unwrap()[0];
        assert!(
            item.starts_with(" id:vm-") && item.ends_with(&format!(" name:'{RHEL}' ")),
            "{item}"
        );
        world.migrate("unmapped", "waits").await;
        let waits = |migration: &Migration| migration.status.is_true("PlanNotReady");
        let migration = world.until(NAMESPACE, "waits", waits).await;
        assert!(!migration.status.is_true("Failed"));
    });
}

#[test]
fn defects_come_out_wrong_without_a_word() {
    in_virtual_time(async {
        let world = World::start().await;
        for name in [DefectName::WrongMemory] {
            world.defect(name).await;
        }
        world.ready_plan("wrong", &[RHEL]).await;
        world.migrate("wrong", "wrong").await;
        let plan = world.until(NAMESPACE, "wrong", ended).await;
        assert_eq!(types(&plan), ["Ready", "Succeeded"]);
        let machine = world.api::<VirtualMachine>(TARGET).get(RHEL).await.unwrap();
        let json = serde_json::to_value(&machine).unwrap();
        assert_eq!(json["spec"]["template"]["spec"]["domain"]["memory"]["guest"], "1Gi");
    });
}

#[test]
fn an_archived_plan_keeps_what_succeeded() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_plan("archived", &[RHEL]).await;
        world.migrate("archived", "archived").await;
        world.until(NAMESPACE, "archived", ended).await;
        let plans = world.api::<Plan>(NAMESPACE);
        let patch = Patch::Merge(json!({"spec": {"archived": true}}));
        plans.patch("archived", &PatchParams::default(), &patch).await.unwrap();
        let archived = |plan: &Plan| plan.status.is_true("Archived");
        let plan = world.until(NAMESPACE, "archived", archived).await;
        assert_eq!(types(&plan), ["Succeeded", "MacConflicts", "Archived"]);
        assert_eq!(world.names::<Conversion>(NAMESPACE).await, Vec::<String>::new());
        assert_eq!(world.names::<Secret>(TARGET).await, Vec::<String>::new());
        assert_eq!(world.names::<VirtualMachine>(TARGET).await, [RHEL]);
        let pods = world.api::<Pod>(TARGET).list(&Default::default()).await.unwrap();
        let conversions = pods
            .items
            .iter()
            .filter(|pod| pod.labels().contains_key("conversion") && pod.metadata.deletion_timestamp.is_none());
        assert_eq!(conversions.count(), 0);
        plans.delete("archived", &DeleteParams::default()).await.unwrap();
        world.none_left::<Migration>(NAMESPACE).await;
    });
}
