//! Objects that cannot be listed are not taken for objects that do not exist.

use std::{ops::Range, time::Duration};

use forklift_api::forklift::Plan;
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, ResourceExt,
    api::{ObjectMeta, PostParams},
};
use mtv_bdd::{
    cleanup::{
        self, Leftover,
        rescue::{self, Rescued, Survey},
    },
    cluster::{Clusters, tracked},
    settings::Timeouts,
};

use crate::{
    fake_platform::{FakePlatform, Reached},
    refusing::{Lists, refusing},
    stage::{NAMESPACE, Stage, in_virtual_time},
};

/// An index after all list requests.
const END: usize = usize::MAX;

/// A plan of the run, and a Secret that its migration left behind.
async fn stage_with_a_left_secret() -> (Stage, Api<Secret>) {
    let stage = Stage::start().await;
    let mut plan = Plan::new("plan", Default::default());
    plan.metadata.namespace = Some(NAMESPACE.to_owned());
    plan.spec.target_namespace = NAMESPACE.to_owned();
    let plan = tracked::create(&stage.cluster, &stage.scope, plan).await.unwrap();
    let secrets: Api<Secret> = Api::namespaced(stage.cluster.client.clone(), NAMESPACE);
    let labels = [("plan".to_owned(), plan.uid().unwrap())];
    let secret = Secret {
        metadata: ObjectMeta {
            name: Some("left".to_owned()),
            labels: Some(labels.into()),
            ..ObjectMeta::default()
        },
        ..Secret::default()
    };
    secrets.create(&PostParams::default(), &secret).await.unwrap();
    (stage, secrets)
}

fn timeouts(stage: &Stage) -> Timeouts {
    Timeouts {
        deletion: Duration::from_millis(500),
        archive: Duration::from_millis(100),
        run_teardown: Duration::from_secs(20),
        ..stage.settings.timeouts.clone()
    }
}

fn refuse_secrets(stage: &mut Stage, code: u16, which: Range<usize>) -> Lists {
    let (client, lists) = refusing(stage.cluster.client.clone(), "secrets", code, which);
    stage.cluster.client = client;
    lists
}

fn reached<'a>(stage: &Stage, platform: &'a FakePlatform) -> Reached<'a> {
    Reached {
        clusters: Clusters::new(stage.cluster.clone()),
        platform,
    }
}

async fn teardown(stage: &Stage) -> Vec<Leftover> {
    let budget = Duration::from_secs(20);
    redacted(
        cleanup::teardown(
            &stage.scope,
            &reached(stage, &FakePlatform::default()),
            &timeouts(stage),
            budget,
        )
        .await,
    )
}

async fn survey(stage: &Stage) -> Survey {
    rescue::survey(&stage.run_scope(), &reached(stage, &FakePlatform::default()))
        .await
        .unwrap()
}

async fn rescue(stage: &Stage) -> Rescued {
    rescue::rescue(
        &stage.run_scope(),
        &reached(stage, &FakePlatform::default()),
        &timeouts(stage),
    )
    .await
    .unwrap()
}

/// The leftovers without UIDs.
fn redacted(left: Vec<Leftover>) -> Vec<Leftover> {
    let uid = regex::Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let leftover = |left: Leftover| Leftover {
        subject: uid.replace_all(&left.subject, "UID").into_owned(),
        ..left
    };
    left.into_iter().map(leftover).collect()
}

#[test]
fn a_teardown_reports_what_it_could_not_list() {
    in_virtual_time(async {
        for code in [500, 503] {
            let (mut stage, secrets) = stage_with_a_left_secret().await;
            let lists = refuse_secrets(&mut stage, code, 0..END);
            let left = teardown(&stage).await;
            assert_eq!(
                left,
                [Leftover {
                    subject: "objects of the plan with UID UID in auto-ab12 (Secret)".to_owned(),
                    reason: format!("could not look for them: the API server answers {code} Tested: it is told so"),
                }]
            );
            assert!(lists.count() > 1, "{code} is retried");
            assert!(secrets.get_opt("left").await.unwrap().is_some());
        }
    });
}

#[test]
fn a_teardown_retries_a_list_until_the_api_answers() {
    in_virtual_time(async {
        let (mut stage, secrets) = stage_with_a_left_secret().await;
        refuse_secrets(&mut stage, 503, 0..3);
        assert_eq!(teardown(&stage).await, []);
        assert!(secrets.get_opt("left").await.unwrap().is_none());
    });
}

#[test]
fn a_teardown_skips_kinds_that_are_forbidden_or_not_installed() {
    in_virtual_time(async {
        for code in [403, 404, 405] {
            let (mut stage, _) = stage_with_a_left_secret().await;
            let lists = refuse_secrets(&mut stage, code, 0..END);
            assert_eq!(teardown(&stage).await, [], "{code}");
            assert_eq!(lists.count(), 1, "{code} is not retried");
        }
    });
}

#[test]
fn a_cleanup_reports_kinds_that_it_could_not_list() {
    in_virtual_time(async {
        for code in [500, 503] {
            let (mut stage, _) = stage_with_a_left_secret().await;
            refuse_secrets(&mut stage, code, 0..END);
            let unknown = Leftover {
                subject: "objects of the kind Secret".to_owned(),
                reason: format!("could not look for them: the API server answers {code} Tested: it is told so"),
            };
            let seen = survey(&stage).await;
            assert_eq!((seen.unknown, seen.unlisted), (vec![unknown.clone()], Vec::new()));
            let rescued = rescue(&stage).await;
            let left = redacted(rescued.left);
            assert!(left.contains(&unknown), "{left:?}");
        }
    });
}

#[test]
fn a_cleanup_reports_kinds_that_it_may_not_list() {
    in_virtual_time(async {
        for (code, words) in [
            (403, "Secret: this user lacks the permission to list them (403)"),
            (405, "Secret: the API server does not list them (405)"),
        ] {
            let (mut stage, _) = stage_with_a_left_secret().await;
            refuse_secrets(&mut stage, code, 0..END);
            let seen = survey(&stage).await;
            assert_eq!((seen.unknown, seen.unlisted), (Vec::new(), vec![words.to_owned()]));
            let rescued = rescue(&stage).await;
            assert_eq!((rescued.left, rescued.unlisted), (Vec::new(), vec![words.to_owned()]));
        }
    });
}

#[test]
fn a_cleanup_finds_nothing_of_a_kind_that_is_not_installed() {
    in_virtual_time(async {
        let (mut stage, _) = stage_with_a_left_secret().await;
        refuse_secrets(&mut stage, 404, 0..END);
        let seen = survey(&stage).await;
        assert_eq!((seen.unknown, seen.unlisted), (Vec::new(), Vec::new()));
        assert!(!seen.traces.is_empty(), "the plan is seen");
    });
}

#[test]
fn objects_found_by_a_cleanup_are_deleted_even_if_later_lists_fail() {
    in_virtual_time(async {
        let (mut stage, secrets) = stage_with_a_left_secret().await;
        // Before the removal, Secrets are listed by the run's label and by that of its plan. Then the list for the plan and
        // both lists of the final check fail, six attempts each; the wait for the deletion can list again.
        refuse_secrets(&mut stage, 503, 2..2 + 3 * 6);
        let rescued = rescue(&stage).await;
        assert!(secrets.get_opt("left").await.unwrap().is_none());
        let is_secret = |subject: &str| subject == "Secret auto-ab12/left";
        assert!(rescued.removed.iter().any(|trace| is_secret(&trace.subject)));
    });
}
