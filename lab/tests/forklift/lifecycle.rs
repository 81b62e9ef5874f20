//! What happens to running migrations from outside, and to plans afterwards.

use forklift_api::{
    cdi::DataVolume,
    forklift::{Conditions, Migration, NetworkMap, Plan},
    kubevirt::VirtualMachine,
};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use kube::api::{DeleteParams, Patch, PatchParams};
use mtv_lab::injection::DefectName;
use serde_json::json;

use crate::world::{NAMESPACE, TARGET, World, conditions, in_virtual_time};

const RHEL: &str = "mtv-tests-rhel8";
const WINDOWS: &str = "mtv-win2019-3disks";

fn types(status: &impl Conditions) -> Vec<String> {
    conditions(status).into_iter().map(|(type_, _)| type_).collect()
}

fn is_copying(plan: &Plan) -> bool {
    let vms = plan.status.as_ref().map(|status| status.vms()).unwrap_or_default();
    vms.iter()
        .any(|vm| vm.phase == "ConvertGuest" || vm.phase == "CopyDisksVirtV2V")
}

#[test]
fn one_vm_of_two_is_cancelled_and_the_other_arrives() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_plan("two", &[RHEL, WINDOWS]).await;
        world.migrate("two", "two").await;
        world.until(NAMESPACE, "two", is_copying).await;
        let patch = Patch::Merge(json!({"spec": {"cancel": [{"name": RHEL}]}}));
        let migrations = world.api::<Migration>(NAMESPACE);
        migrations.patch("two", &PatchParams::default(), &patch).await.unwrap();
        let succeeded = |plan: &Plan| plan.status.is_true("Succeeded");
        let plan = world.until(NAMESPACE, "two", succeeded).await;
        let status = plan.status.unwrap();
        let ends: Vec<Vec<String>> = status.vms().iter().map(types).collect();
        assert_eq!(ends, [["Canceled"], ["Succeeded"]]);
        assert_eq!(world.names::<VirtualMachine>(TARGET).await, [WINDOWS]);
        let left = world.names::<PersistentVolumeClaim>(TARGET).await;
        assert_eq!(left.len(), 3, "only the disks of the VM that arrived: {left:?}");
    });
}

#[test]
fn a_migration_that_is_deleted_while_it_runs_leaves_nothing_and_can_be_repeated() {
    in_virtual_time(async {
        let world = World::start().await;
        world.power_on(RHEL).await;
        world.ready_plan("deleted", &[RHEL]).await;
        world.migrate("deleted", "first").await;
        world.until(NAMESPACE, "deleted", is_copying).await;
        let migrations = world.api::<Migration>(NAMESPACE);
        migrations.delete("first", &DeleteParams::default()).await.unwrap();
        let canceled = |plan: &Plan| {
            let history = plan.status.as_ref().and_then(|status| status.latest());
            history.is_some_and(|run| run.is_true("Canceled")) && !plan.status.is_true("Executing")
        };
        let plan = world.until(NAMESPACE, "deleted", canceled).await;
        let status = plan.status.unwrap();
        assert!(!status.is_true("Canceled"), "the plan itself does not tell of it");
        let run = status.latest().unwrap().condition("Canceled").unwrap();
        assert_eq!(run.reason.as_deref(), Some("Deleted"));
        let vm = &status.vms()[0];
        assert_eq!(vm.condition("Canceled").unwrap().reason.as_deref(), Some("Modified"));
        assert!(vm.completed.is_some() && status.migration.as_ref().unwrap().completed.is_none());
        world.none_left::<PersistentVolumeClaim>(TARGET).await;
        world.none_left::<DataVolume>(TARGET).await;
        assert_eq!(world.power_state(RHEL).await, "poweredOn");

        world.migrate("deleted", "second").await;
        let succeeded = |plan: &Plan| plan.status.is_true("Succeeded");
        world.until(NAMESPACE, "deleted", succeeded).await;
    });
}

#[test]
fn a_plan_that_is_blocked_too_long_while_it_runs_fails() {
    in_virtual_time(async {
        let world = World::start().await;
        world.ready_plan("blocked", &[RHEL]).await;
        world.migrate("blocked", "blocked").await;
        world
            .until(NAMESPACE, "blocked", |plan: &Plan| plan.status.is_true("Executing"))
            .await;
        let maps = world.api::<NetworkMap>(NAMESPACE);
        maps.delete("blocked", &DeleteParams::default()).await.unwrap();
        let failed = |plan: &Plan| plan.status.is_true("Failed");
        let plan = world.until(NAMESPACE, "blocked", failed).await;
        let status = plan.status.unwrap();
        let message = "The migration has FAILED due to a validation blocker: Map.Network is not valid.";
        assert_eq!(status.condition("Failed").unwrap().message.as_deref(), Some(message));
        assert_eq!(types(&status), ["NetworkMapRefNotValid", "Failed"]);
        let vm = &status.vms()[0];
        assert_eq!(vm.error.as_ref().unwrap().reasons, [message]);
        assert!(vm.completed.is_some() && vm.phase == "Completed");
    });
}

#[test]
fn leaked_volumes_outlive_their_migration() {
    in_virtual_time(async {
        let world = World::start().await;
        world.defect(DefectName::LeakedVolumes).await;
        world.ready_plan("leaking", &[RHEL]).await;
        world.migrate("leaking", "leaking").await;
        world.until(NAMESPACE, "leaking", is_copying).await;
        let patch = Patch::Merge(json!({"spec": {"cancel": [{"name": RHEL}]}}));
        let migrations = world.api::<Migration>(NAMESPACE);
        migrations
            .patch("leaking", &PatchParams::default(), &patch)
            .await
            .unwrap();
        world
            .until(NAMESPACE, "leaking", |plan: &Plan| plan.status.is_true("Canceled"))
            .await;
        assert_eq!(world.names::<DataVolume>(TARGET).await.len(), 1);
    });
}
