//! Custom resources of OpenShift: routes, cluster version, operators, and kinds that are only listed.

mod cluster_version;
mod constraints;
mod olm;
mod route;
mod template;

pub use cluster_version::{
    ClusterVersion, ClusterVersionCondition, ClusterVersionSpec, ClusterVersionStatus, Release, UpdateHistory,
};
pub use constraints::{Constraints, SecurityContextConstraints};
pub use olm::{
    ClusterServiceVersion, ClusterServiceVersionSpec, ClusterServiceVersionStatus, RelatedImage, Subscription,
    SubscriptionCondition, SubscriptionSpec, SubscriptionStatus,
};
pub use route::{
    Route, RouteCondition, RouteIngress, RoutePort, RouteSpec, RouteStatus, RouteTarget, RouteTls, TlsTermination,
};
pub use template::{Template, TemplateContent};
