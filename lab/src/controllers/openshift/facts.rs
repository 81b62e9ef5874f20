//! Versions and names of the simulated OpenShift and its operators.

/// OpenShift version that the ClusterVersion reports.
pub const OPENSHIFT_VERSION: &str = "4.20.4";
/// Channel that the cluster follows.
pub const OPENSHIFT_CHANNEL: &str = "stable-4.20";
/// Cluster id of the ClusterVersion.
pub const CLUSTER_ID: &str = "6d74762d-6264-4d0a-8c61-620000000001";
/// Name of the ClusterVersion object.
pub const CLUSTER_VERSION: &str = "version";

/// Namespace of the MTV operator.
pub const MTV_NAMESPACE: &str = "openshift-mtv";
/// Name of MTV's Subscription and package.
pub const MTV_PACKAGE: &str = "mtv-operator";
/// Version of the MTV operator.
pub const MTV_VERSION: &str = "2.11.0";
/// Channel of MTV's Subscription.
pub const MTV_CHANNEL: &str = "release-v2.11";
/// Registry of MTV's images.
pub const MTV_REGISTRY: &str = "registry.lab.mtv-bdd.io/mtv";

/// Name of MTV's ClusterServiceVersion.
pub fn mtv_csv() -> String {
    format!("{MTV_PACKAGE}.v{MTV_VERSION}")
}

/// A Deployment of MTV, as its operator creates it (`operator/roles/forkliftcontroller/templates` of Forklift).
pub struct Component {
    /// Name of the Deployment.
    pub name: &'static str,
    /// Labels of its pod selector, besides `app: forklift`.
    pub labels: &'static [(&'static str, &'static str)],
    /// Names of its containers.
    pub containers: &'static [&'static str],
}

/// MTV's Deployments. As in the product, pods of the populator have no label but `app: forklift`.
pub const COMPONENTS: &[Component] = &[
    Component {
        name: "forklift-operator",
        labels: &[("name", "controller-manager")],
        containers: &["forklift-operator"],
    },
    Component {
        name: "forklift-controller",
        labels: &[
            ("control-plane", "controller-manager"),
            ("controller-tools.k8s.io", "1.0"),
        ],
        containers: &["main", "inventory"],
    },
    Component {
        name: "forklift-api",
        labels: &[("service", "forklift-api")],
        containers: &["forklift-api"],
    },
    Component {
        name: "forklift-validation",
        labels: &[("service", "forklift-validation")],
        containers: &["forklift-validation"],
    },
    Component {
        name: "forklift-ui-plugin",
        labels: &[("service", "forklift-ui-plugin")],
        containers: &["forklift-ui-plugin"],
    },
    Component {
        name: "forklift-volume-populator-controller",
        labels: &[],
        containers: &["forklift-populator-controller"],
    },
];
