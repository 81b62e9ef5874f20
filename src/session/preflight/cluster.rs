//! Preflight checks of any cluster.

use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use kube::{Api, api::PostParams};

use super::super::Error;
use crate::cluster::{Cluster, is_not_found, retrying};

pub(super) fn request(action: impl Into<String>) -> impl FnOnce(kube::Error) -> Error {
    let action = action.into();
    move |source| Error::Request {
        action,
        source: Box::new(source),
    }
}

/// Name of the user of the kubeconfig.
pub(super) async fn user(cluster: &Cluster) -> Result<String, Error> {
    let reviews: Api<SelfSubjectReview> = Api::all(cluster.client.clone());
    let params = PostParams::default();
    let review = SelfSubjectReview::default();
    let answer = retrying(|| reviews.create(&params, &review)).await;
    let answer = answer.map_err(request("log in with the kubeconfig (`oc login` renews it)"))?;
    let user = answer.status.and_then(|status| status.user_info?.username);
    Ok(user.unwrap_or_else(|| "unknown user".to_owned()))
}

/// Whether the API server serves an API.
pub(super) async fn has_api(cluster: &Cluster, api: &str) -> Result<bool, Error> {
    match retrying(|| cluster.client.list_api_group_resources(api)).await {
        Ok(_) => Ok(true),
        Err(error) if is_not_found(&error) => Ok(false),
        Err(error) => Err(request(format!("look for the API {api}"))(error)),
    }
}
