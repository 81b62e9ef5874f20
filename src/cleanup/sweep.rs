//! Looks for everything on the cluster that carries a label of a run, also what no journal knows: controllers create
//! objects for us and copy our labels onto others.

use futures::{StreamExt as _, stream};
use kube::{
    Api, Discovery, ResourceExt,
    api::{ApiResource, DynamicObject, ListParams},
    discovery::verbs,
};

use super::deletion::Target;
use crate::{
    cluster::{Cluster, retrying},
    journal::{ObjectSubject, Proof},
    run::RunId,
};

/// Requests at a time.
const SIDE_BY_SIDE: usize = 16;
/// Kinds that come and go by themselves.
const FLEETING: [&str; 3] = ["Event", "Lease", "EndpointSlice"];

/// Every object with one of these proofs that does not belong to another object, which takes it along.
pub(super) async fn find(cluster: &Cluster, run: &RunId, proofs: &[Proof]) -> Result<Vec<Target>, kube::Error> {
    let discovery = retrying(|| Discovery::new(cluster.client.clone()).run()).await?;
    let kinds = discovery.groups().flat_map(|group| group.recommended_resources());
    let kinds = kinds.filter(|(kind, can)| {
        let useful = can.supports_operation(verbs::LIST) && can.supports_operation(verbs::DELETE);
        useful && !FLEETING.contains(&kind.kind.as_str())
    });
    let questions: Vec<_> = kinds
        .flat_map(|(kind, _)| proofs.iter().map(move |proof| (kind.clone(), proof.clone())))
        .collect();
    let answers = stream::iter(questions).map(|(kind, proof)| list(cluster, run, kind, proof));
    let found: Vec<Vec<Target>> = answers.buffered(SIDE_BY_SIDE).collect().await;
    Ok(found.into_iter().flatten().collect())
}

async fn list(cluster: &Cluster, run: &RunId, kind: ApiResource, proof: Proof) -> Vec<Target> {
    let api: Api<DynamicObject> = Api::all_with(cluster.client.clone(), &kind);
    let (key, value) = proof.label(run);
    let marked = ListParams::default().labels(&format!("{key}={value}"));
    let found = match retrying(|| api.list(&marked)).await {
        Ok(found) => found.items,
        Err(error) => {
            // What may not even be listed was not created by this user.
            tracing::debug!(kind = kind.kind, %error, "not swept");
            return Vec::new();
        }
    };
    let own = found.into_iter().filter(|object| object.owner_references().is_empty());
    own.map(|object| Target {
        uid: object.uid(),
        subject: ObjectSubject {
            cluster: cluster.id.clone(),
            api_version: kind.api_version.clone(),
            kind: kind.kind.clone(),
            plural: kind.plural.clone(),
            namespace: object.namespace(),
            name: object.name_any(),
            proof: proof.clone(),
        },
    })
    .collect()
}
