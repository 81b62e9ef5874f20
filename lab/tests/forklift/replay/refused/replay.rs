//! Plays all of them in one lab and compares.

use std::path::Path;

use futures::future::join_all;

use super::{
    judgements::tell,
    list::{ALL, Refusal},
    plans,
};
use crate::{
    replay::{comparison::Comparison, recorder::Recorder, recording, replays::Compared, story::Record},
    world::World,
};

/// Replays the recordings of refusals; all, or the one with that name.
pub async fn replay(folder: &Path, wanted: Option<&str>) -> Vec<Compared> {
    let is_wanted = |refusal: &&Refusal| wanted.is_none_or(|name| name == refusal.recording);
    let refusals: Vec<&Refusal> = ALL.iter().filter(is_wanted).collect();
    if refusals.is_empty() {
        return Vec::new();
    }
    let world = World::start().await;
    world.ready_provider().await;
    plans::networks(&world).await;
    let recorder = Recorder::start(&world).await;
    join_all(refusals.iter().map(|refusal| (refusal.play)(&world))).await;
    let lab = recorder.end().await;
    let compared = refusals.into_iter().map(|refusal| {
        let parts = [Some(refusal.recording), refusal.continued_in];
        let parts = parts.into_iter().flatten();
        let recorded: Vec<Record> = parts
            .flat_map(|name| recording::read(folder.join(format!("{name}.ndjson"))))
            .collect();
        let recorded = tell(&recorded, refusal.objects, &[]);
        let lab = tell(&lab, refusal.objects, refusal.called);
        Compared {
            recording: refusal.recording,
            shows: refusal.shows,
            comparison: Comparison::of(refusal.recording, &recorded, &lab),
        }
    });
    compared.collect()
}
