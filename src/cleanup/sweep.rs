//! Looks for everything on the cluster that carries a label of a run, also what no journal knows: controllers create
//! objects for us and copy our labels onto others.

use futures::{StreamExt as _, stream};
use kube::{
    Api, Discovery, ResourceExt,
    api::{ApiResource, DynamicObject},
    discovery::verbs,
};

use super::{
    Leftover,
    deletion::Target,
    listing::{self, Listing, Refused},
};
use crate::{
    cluster::{Cluster, retrying},
    journal::{ObjectSubject, Proof},
    run::RunId,
};

/// Requests at a time.
const SIDE_BY_SIDE: usize = 16;
/// Kinds that come and go by themselves.
const FLEETING: [&str; 3] = ["Event", "Lease", "EndpointSlice"];

/// Result of a sweep over all kinds of a cluster.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// Every object with one of the proofs that does not belong to another object, which takes it along.
    pub targets: Vec<Target>,
    /// Kinds whose objects could not be listed: some may be left.
    pub unknown: Vec<Leftover>,
    /// Kinds that this user cannot list.
    pub refused: Refused,
}

impl Sweep {
    /// Adds what was found on another cluster.
    pub(super) fn extend(&mut self, other: Self) {
        self.targets.extend(other.targets);
        self.unknown.extend(other.unknown);
        self.refused.extend(other.refused);
    }
}

/// Lists the objects with one of these proofs.
pub(super) async fn find(cluster: &Cluster, run: &RunId, proofs: &[Proof]) -> Result<Sweep, kube::Error> {
    let discovery = retrying(|| Discovery::new(cluster.client.clone()).run()).await?;
    let kinds = discovery.groups().flat_map(|group| group.recommended_resources());
    let kinds = kinds.filter(|(kind, can)| {
        let useful = can.supports_operation(verbs::LIST) && can.supports_operation(verbs::DELETE);
        useful && !FLEETING.contains(&kind.kind.as_str())
    });
    let questions: Vec<_> = kinds
        .flat_map(|(kind, _)| proofs.iter().map(move |proof| (kind.clone(), proof.clone())))
        .collect();
    let answers = stream::iter(questions).map(async |(kind, proof)| {
        let api: Api<DynamicObject> = Api::all_with(cluster.client.clone(), &kind);
        let (key, value) = proof.label(run);
        let listing = listing::list(&api, &format!("{key}={value}")).await;
        (kind, proof, listing)
    });
    let answers: Vec<_> = answers.buffered(SIDE_BY_SIDE).collect().await;
    let mut sweep = Sweep::default();
    for (kind, proof, listing) in answers {
        match listing {
            Listing::Found(objects) => sweep.targets.extend(targets(cluster, objects, &kind, &proof)),
            Listing::Refused(refusal) => sweep.refused.add(refusal, cluster.id.locate(&kind.kind)),
            Listing::Failed(reason) => sweep.unknown.push(Leftover {
                subject: format!("objects of the kind {}", cluster.id.locate(&kind.kind)),
                reason,
            }),
        }
    }
    // The same for each proof.
    sweep.unknown.dedup_by(|a, b| a.subject == b.subject);
    Ok(sweep)
}

fn targets(
    cluster: &Cluster,
    objects: Vec<DynamicObject>,
    kind: &ApiResource,
    proof: &Proof,
) -> impl Iterator<Item = Target> {
    let own = objects
        .into_iter()
        .filter(|object| object.owner_references().is_empty());
    own.map(move |object| Target {
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
}
