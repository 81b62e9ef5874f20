//! Versions of Kubernetes, OpenShift, MTV, OpenShift Virtualization, KubeVirt and CDI on a cluster.

use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams},
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
    /// OpenShift Virtualization, such as `4.20.1`.
    pub cnv: Option<String>,
    /// KubeVirt, such as `v1.6.2`.
    pub kubevirt: Option<String>,
    /// CDI, such as `v1.63.1`.
    pub cdi: Option<String>,
}

type Kind = (&'static str, &'static str, &'static str);

/// Status of the operator of OpenShift Virtualization; its own version is named `operator`.
const HYPERCONVERGED: Kind = ("hco.kubevirt.io", "v1beta1", "HyperConverged");
const KUBEVIRT: Kind = ("kubevirt.io", "v1", "KubeVirt");
const CDI: Kind = ("cdi.kubevirt.io", "v1beta1", "CDI");

impl Versions {
    /// Asks the cluster. Only `/version` has to answer: a user may not read the rest, and a cluster may not have it.
    pub(super) async fn find(client: &Client, mtv_namespace: &str) -> Result<Self, kube::Error> {
        let (kubernetes, openshift, mtv, cnv, kubevirt, cdi) = tokio::join!(
            client.apiserver_version(),
            openshift(client),
            mtv(client, mtv_namespace),
            cnv(client),
            observed(client, KUBEVIRT, "/status/observedKubeVirtVersion"),
            observed(client, CDI, "/status/observedVersion"),
        );
        Ok(Self {
            kubernetes: Some(kubernetes?.git_version),
            openshift,
            mtv,
            cnv,
            kubevirt,
            cdi,
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

/// The only object of a kind in the cluster, wherever it is.
async fn only(client: &Client, (group, version, kind): Kind) -> Option<DynamicObject> {
    let kind = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    let listed = Api::<DynamicObject>::all_with(client.clone(), &kind)
        .list(&ListParams::default().limit(1))
        .await;
    let listed = listed.inspect_err(|error| tracing::debug!(%error, "a version could not be read"));
    listed.ok()?.items.into_iter().next()
}

async fn observed(client: &Client, kind: Kind, pointer: &str) -> Option<String> {
    let found = only(client, kind).await?;
    found.data.pointer(pointer)?.as_str().map(str::to_owned)
}

async fn cnv(client: &Client) -> Option<String> {
    let found = only(client, HYPERCONVERGED).await?;
    let versions = found.data.pointer("/status/versions")?.as_array()?;
    let operator = versions.iter().find(|version| version["name"] == "operator")?;
    operator["version"].as_str().map(str::to_owned)
}

fn text(answer: Result<Option<DynamicObject>, kube::Error>, pointer: &str) -> Option<String> {
    let object = answer
        .inspect_err(|error| tracing::debug!(%error, "a version could not be read"))
        .ok()??;
    object.data.pointer(pointer)?.as_str().map(str::to_owned)
}
