//! What runs on the cluster: Kubernetes, OpenShift, MTV.

use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind},
};

/// Name of MTV's Subscription, and prefix of its ClusterServiceVersion.
const OPERATOR: &str = "mtv-operator";

/// Versions found; what cannot be read is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Versions {
    /// Kubernetes, such as `v1.33.4`.
    pub kubernetes: Option<String>,
    /// OpenShift, such as `4.20.1`.
    pub openshift: Option<String>,
    /// MTV, such as `2.11.0`.
    pub mtv: Option<String>,
}

impl Versions {
    /// Asks the cluster. Only `/version` has to answer: a user may not read the rest, and a cluster may not have it.
    pub(super) async fn find(client: &Client, mtv_namespace: &str) -> Result<Self, kube::Error> {
        let (kubernetes, openshift, mtv) = tokio::join!(
            client.apiserver_version(),
            openshift(client),
            mtv(client, mtv_namespace)
        );
        Ok(Self {
            kubernetes: Some(kubernetes?.git_version),
            openshift,
            mtv,
        })
    }
}

async fn openshift(client: &Client) -> Option<String> {
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk("config.openshift.io", "v1", "ClusterVersion"));
    let versions: Api<DynamicObject> = Api::all_with(client.clone(), &kind);
    text(versions.get_opt("version").await, "/status/desired/version")
}

async fn mtv(client: &Client, namespace: &str) -> Option<String> {
    let api = |kind| {
        let kind = ApiResource::from_gvk(&GroupVersionKind::gvk("operators.coreos.com", "v1alpha1", kind));
        Api::<DynamicObject>::namespaced_with(client.clone(), namespace, &kind)
    };
    let subscription = api("Subscription").get_opt(OPERATOR).await;
    let installed = text(subscription, "/status/installedCSV")?;
    text(api("ClusterServiceVersion").get_opt(&installed).await, "/spec/version")
}

fn text(answer: Result<Option<DynamicObject>, kube::Error>, pointer: &str) -> Option<String> {
    let object = answer
        .inspect_err(|error| tracing::debug!(%error, "a version could not be read"))
        .ok()??;
    object.data.pointer(pointer)?.as_str().map(str::to_owned)
}
