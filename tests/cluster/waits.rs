//! Waits end with the change they wait for, and their errors name what was missing.

use std::time::{Duration, Instant};

use forklift_api::forklift::{Conditions as _, Plan, PlanSpec, Provider};
use k8s_openapi::api::{authentication::v1::TokenRequest, core::v1::ServiceAccount};
use kube::{
    Api, Client, ResourceExt,
    api::{ApiResource, DeleteParams, DynamicObject, GroupVersionKind, PostParams},
    config::AuthInfo,
};
use kube_sim::{ApiServer, Options};
use loopback_https::Authority;
use mtv_bdd::{
    cluster::{
        Cluster, Error,
        blockers::blocked,
        condition::{ConditionExt, is_true, observed, phase},
        wait::{self, Wait},
    },
    events::explain,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::stage::{self, Stage, condition, in_virtual_time};

/// The message with all measured times replaced by `N s`.
fn timeless(error: &wait::Error) -> String {
    let time = regex::Regex::new(r"\d+\.\d+ s").unwrap();
    time.replace_all(&error.to_string(), "N s").into_owned()
}

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

fn wait<'a>(stage: &'a Stage, name: &str, limit: Duration) -> Wait<'a, forklift_api::forklift::Provider> {
    Wait::new(&stage.cluster, stage.providers(), name)
        .for_(format!("the provider {name} to be ready"))
        .at_most(limit)
        .advice("see the log of forklift-controller")
}

#[tokio::test]
async fn a_wait_ends_with_the_awaited_change() {
    let stage = Stage::start().await;
    stage.foreign("p").await;
    let mut seen = 0;
    let waiting = async {
        let ready = wait(&stage, "p", LONG)
            .observing(|_| seen += 1)
            .until(is_true("Ready"))
            .await
            .unwrap();
        (ready, Instant::now())
    };
    let changing = async {
        sim_clock::sleep(Duration::from_millis(100)).await;
        stage
            .conditions("p", json!([condition("Validated", "True", "Advisory", "")]))
            .await;
        stage
            .conditions("p", json!([condition("Ready", "True", "Required", "")]))
            .await;
        Instant::now()
    };
    let ((ready, seen_at), changed_at) = tokio::join!(waiting, changing);
    assert_eq!(ready.name_any(), "p");
    assert!(seen_at.saturating_duration_since(changed_at) < Duration::from_secs(1));
    assert!(seen >= 2, "{seen} states were observed");
}

#[test]
fn a_timeout_reports_the_last_state_and_what_is_missing() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        stage.foreign("p").await;
        let conditions = json!([
            condition("Validated", "True", "Advisory", "Validation has been completed."),
            condition("LoadInventory", "True", "Advisory", "Loading the inventory."),
        ]);
        stage::set_status(
            &stage.providers(),
            "p",
            json!({ "phase": "Staging", "observedGeneration": 1, "conditions": conditions }),
        )
        .await;
        let error = wait(&stage, "p", SHORT)
            .until(is_true("Ready").and(observed()))
            .await
            .unwrap_err();
        insta::assert_snapshot!(timeless(&error), @r#"
    gave up after 300ms waiting for the provider p to be ready
      Provider auto-ab12/p was last seen with
        phase Staging
        Validated=True Advisory Tested "Validation has been completed."
        LoadInventory=True Advisory Tested "Loading the inventory."
      still missing
        condition Ready (it has none)
      time in each phase
        Staging N s (still)
      what to do: see the log of forklift-controller
    "#);
    });
}

#[test]
fn a_timeout_names_each_clause_and_the_time_in_each_phase() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        stage.foreign("p").await;
        let waiting = wait(&stage, "p", Duration::from_secs(1)).until(
            phase("Ready")
                .or(is_true("Validated"))
                .and(phase("Staging").not("a phase other than Staging"))
                .and(is_true("Ready")),
        );
        let changing = async {
            for phase in ["Connecting", "Staging"] {
                stage::set_status(&stage.providers(), "p", json!({ "phase": phase, "conditions": [] })).await;
                sim_clock::sleep(Duration::from_millis(200)).await;
            }
        };
        let (error, ()) = tokio::join!(waiting, changing);
        insta::assert_snapshot!(timeless(&error.unwrap_err()), @r"
    gave up after 1s waiting for the provider p to be ready
      Provider auto-ab12/p was last seen with
        phase Staging
      still missing
        phase Ready (it is Staging) or condition Validated (it has none)
        a phase other than Staging
        condition Ready (it has none)
      time in each phase
        Connecting N s, Staging N s (still)
      what to do: see the log of forklift-controller
    ");
    });
}

#[test]
fn a_plan_is_followed_step_by_step_for_each_vm() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        let plans: Api<Plan> = Api::namespaced(stage.cluster.client.clone(), stage::NAMESPACE);
        let mut plan = Plan::new("cold", PlanSpec::default());
        plan.metadata.namespace = Some(stage::NAMESPACE.to_owned());
        plans.create(&PostParams::default(), &plan).await.unwrap();
        let waiting = Wait::new(&stage.cluster, plans.clone(), "cold")
            .for_("the end of the migration cold")
            .at_most(Duration::from_secs(1))
            .until(is_true("Succeeded"));
        let running = async {
            for (done, running) in [("", "Initialize"), ("Initialize", "DiskTransferV2v")] {
                let step = |name: &str| {
                    let phase = if name == running {
                        "Running"
                    } else if name == done {
                        "Completed"
                    } else {
                        "Pending"
                    };
                    json!({ "name": name, "phase": phase, "progress": { "completed": 0, "total": 1 } })
                };
                let pipeline = json!([step("Initialize"), step("DiskTransferV2v")]);
                let vm = json!({ "id": "vm-1", "name": "rhel", "phase": "Started", "pipeline": pipeline });
                stage::set_status(&plans, "cold", json!({ "migration": { "vms": [vm] } })).await;
                sim_clock::sleep(Duration::from_millis(200)).await;
            }
        };
        let (error, ()) = tokio::join!(waiting, running);
        insta::assert_snapshot!(timeless(&error.unwrap_err()), @r#"
    gave up after 1s waiting for the end of the migration cold
      Plan auto-ab12/cold was last seen without any status
      still missing
        condition Succeeded (it has none)
      time in each phase
        "rhel": Initialize N s, DiskTransferV2v N s (still)
    "#);
    });
}

#[tokio::test]
async fn a_missing_permission_ends_the_wait_at_once() {
    let stage = Stage::start().await;
    let accounts: Api<ServiceAccount> = Api::namespaced(stage.cluster.client.clone(), stage::NAMESPACE);
    let nobody = serde_json::from_value(json!({ "metadata": { "name": "nobody" } })).unwrap();
    accounts.create(&PostParams::default(), &nobody).await.unwrap();
    let token = accounts
        .create_token_request("nobody", &PostParams::default(), &TokenRequest::default())
        .await
        .unwrap();
    let mut config = stage.cluster.config().clone();
    config.auth_info = AuthInfo {
        token: Some(token.status.unwrap().token.into()),
        ..AuthInfo::default()
    };
    let hidden: Api<Provider> = Api::namespaced(Client::try_from(config).unwrap(), stage::NAMESPACE);
    let waited = Wait::new(&stage.cluster, hidden, "p")
        .for_("the provider p to be ready")
        .at_most(LONG)
        .until(is_true("Ready"))
        .await;
    insta::assert_snapshot!(explain(&waited.unwrap_err()), @r#"
    the API server refuses to show providers auto-ab12/p while waiting for the provider p to be ready: the API server answers 403 Forbidden: providers.forklift.konveyor.io is forbidden: User "system:serviceaccount:auto-ab12:nobody" cannot list resource "providers" in API group "forklift.konveyor.io" in the namespace "auto-ab12"
      what to do: log in as a user who may get, list and watch this kind of object, or install what brings the kind
    "#);
}

#[test]
fn an_object_that_is_never_created_is_a_timeout() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        let error = wait(&stage, "p", SHORT).until(is_true("Ready")).await.unwrap_err();
        insta::assert_snapshot!(explain(&error), @r"
    gave up after 300ms waiting for the provider p to be ready
      providers auto-ab12/p was never seen
      still missing
        the object itself (it does not exist)
      what to do: see the log of forklift-controller
    ");
    });
}

#[tokio::test]
async fn a_blocking_condition_ends_the_wait_at_once() {
    let stage = Stage::start().await;
    stage.foreign("p").await;
    let refused = "Connection auth failed, error: ServerFaultCode: Cannot complete login";
    stage
        .conditions(
            "p",
            json!([condition("ConnectionAuthFailed", "True", "Critical", refused)]),
        )
        .await;
    let begun = Instant::now();
    let error = wait(&stage, "p", LONG)
        .fails_when(|provider: &Provider| blocked(provider.status.conditions()))
        .until(is_true("Ready"))
        .await
        .unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(2));
    insta::assert_snapshot!(explain(&error), @r#"
    waiting for the provider p to be ready cannot succeed: ConnectionAuthFailed (Tested): Connection auth failed, error: ServerFaultCode: Cannot complete login
      what to do: correct username and password of this provider in the providers file
      Provider auto-ab12/p was last seen with
        ConnectionAuthFailed=True Critical Tested "Connection auth failed, error: ServerFaultCode: Cannot complete login"
      still missing
        condition Ready (it has none)
    "#);
}

#[tokio::test]
async fn a_deleted_object_ends_the_wait_unless_its_deletion_is_awaited() {
    let stage = Stage::start().await;
    stage.foreign("p").await;
    let deleting = async {
        sim_clock::sleep(Duration::from_millis(100)).await;
        stage.providers().delete("p", &DeleteParams::default()).await.unwrap();
    };
    let (ready, gone, ()) = tokio::join!(
        wait(&stage, "p", LONG).until(is_true("Ready")),
        wait(&stage, "p", LONG).until_gone(),
        deleting
    );
    insta::assert_snapshot!(ready.unwrap_err(), @r"
    Provider auto-ab12/p was deleted while waiting for the provider p to be ready
      what to do: see whether a step of the scenario deletes it; otherwise find out who does
      Provider auto-ab12/p was last seen without any status
      still missing
        the object itself (it does not exist)
    ");
    gone.unwrap();
}

#[tokio::test]
async fn another_object_of_the_same_name_does_not_match() {
    let stage = Stage::start().await;
    let uid = stage.foreign("p").await.uid().unwrap();
    stage.providers().delete("p", &DeleteParams::default()).await.unwrap();
    stage.foreign("p").await;
    let of_uid = |uid: &str| wait(&stage, "p", LONG).of_uid(uid);
    let error = of_uid(&uid).until(is_true("Ready")).await.unwrap_err();
    assert!(matches!(error, wait::Error::Replaced { .. }), "{error}");
    of_uid(&uid).until_gone().await.unwrap();
}

#[test]
fn cancellation_ends_a_wait_with_its_own_error() {
    in_virtual_time(async {
        let stage = Stage::start().await;
        stage.foreign("p").await;
        let cancelling = async {
            sim_clock::sleep(Duration::from_millis(50)).await;
            stage.cancel.cancel();
        };
        let (error, ()) = tokio::join!(wait(&stage, "p", LONG).until(is_true("Ready")), cancelling);
        let error = error.unwrap_err();
        assert!(error.is_cancelled());
        assert_eq!(
            error.to_string(),
            "interrupted while waiting for the provider p to be ready"
        );

        let teardown = stage.cluster.for_teardown();
        let error = Wait::new(&teardown, stage.providers(), "p")
            .at_most(SHORT)
            .until(is_true("Ready"))
            .await
            .unwrap_err();
        assert!(
            matches!(error, wait::Error::TimedOut { .. }),
            "teardown is not cancelled: {error}"
        );
    });
}

#[tokio::test]
async fn a_kind_that_does_not_exist_is_refused_at_once() {
    let stage = Stage::start().await;
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk("example.com", "v1", "Unheard"));
    let unheard: Api<DynamicObject> = Api::namespaced_with(stage.cluster.client.clone(), "auto-ab12", &kind);
    let begun = Instant::now();
    let waited = Wait::new(&stage.cluster, unheard, "x")
        .at_most(LONG)
        .until(is_true("Ready"))
        .await;
    assert!(matches!(waited, Err(wait::Error::Refused { .. })), "{waited:?}");
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_real_cluster_has_to_be_allowed_or_confirmed() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = Authority::new("test CA").unwrap();
    let server = ApiServer::start(&authority, Options::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let connect = async |changes: &[(&str, &str)]| {
        let settings = stage::settings(&folder, &server, &authority, changes).unwrap();
        Cluster::connect(&settings, CancellationToken::new()).await
    };
    let before = server.request_count();
    let refused = connect(&[("target.simulated", "false")]).await.unwrap_err();
    assert!(
        matches!(&refused, Error::NotAllowed { context, .. } if context == "test"),
        "{refused}"
    );
    assert!(
        refused.to_string().contains("confirm it with --context test"),
        "{refused}"
    );
    assert_eq!(server.request_count(), before, "nothing was sent");

    for changes in [
        [("target.simulated", "false"), ("target.allowed_contexts", "other,test")],
        [("target.simulated", "false"), ("target.context", "test")],
    ] {
        let cluster = connect(&changes).await.unwrap();
        assert!(cluster.versions.kubernetes.is_some());
        assert_eq!(cluster.versions.openshift, None);
    }
}

#[tokio::test]
async fn a_missing_server_is_unreachable() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = Authority::new("test CA").unwrap();
    let server = ApiServer::start(&authority, Options::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = stage::settings(&folder, &server, &authority, &[]).unwrap();
    server.stop();
    let refused = Cluster::connect(&settings, CancellationToken::new()).await.unwrap_err();
    assert!(
        matches!(refused, Error::LabGone { .. } | Error::Silent { .. }),
        "{refused}"
    );
}
