//! The stories of migrations, as the real Forklift was recorded telling them, told by the lab.
//!
//! A recording is a file of watch events (`NAME.ndjson`). Both it and what happens in the lab are reduced to *topics*
//! (`story.rs`): which phases a VM passed, which objects appeared with which labels, what was left. The topics must be
//! equal, unless `explained.rs` says why they are not. What came of it is the document `docs/replay.md`.
//!
//! To add a recording:
//! 1. Write what the lab is asked to do: an `async fn` that starts a `World`, prepares it, calls
//!    `Recorder::start(&world)` where the recording begins, acts, and returns `recorder.end().await` (`cold.rs` shows
//!    one; a family of recordings has a file of its own).
//! 2. Add it to `ALL` in `replays.rs`: the recording's name, what it shows, what plan, namespace and VMs are called in
//!    the recording and in the lab (VMs in the same order).
//! 3. Run it: `MTV_BDD_REPLAY=NAME cargo test -p mtv-lab --test forklift replay`. Mend the lab; only what cannot be the
//!    same gets a line in `explained.rs`. An explanation that is not needed fails, too.
//! 4. `UPDATE_DOCUMENTS=1 cargo test -p mtv-lab --test forklift replay` writes `docs/replay.md`.
//!
//! Behaviour that no recording shows follows Forklift's source: add it to `UNRECORDED` in `explained.rs`.

mod cold;
mod comparison;
mod document;
mod explained;
mod hooks;
mod lifecycle;
mod names;
mod recorder;
mod recording;
mod refused;
mod replays;
mod story;
mod warm;
