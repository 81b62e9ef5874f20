//! Simulated time, in one of two modes.
//!
//! *Virtual* time belongs to a [`World`]: one thread whose time stands still while any task on it can run, and jumps to
//! the next timer when all of them wait. A duration of two hours then takes as long as the work in it.
//!
//! *Scaled* time is real time: a [`Clock`] divides the durations of the simulation by its [`Speed`].
//!
//! Everything that waits or asks for the time does so through this crate, which works in both modes:
//! [`now`], [`sleep`], [`timeout`], [`Instant`].

mod clock;
mod poll;
mod speed;
mod time;
mod world;

pub use clock::Clock;
pub use poll::{Poll, Standstill, changed, changes_at, held, standstill, standstill_of};
pub use speed::{STATED_LIMIT, Speed};
pub use time::{Elapsed, Instant, Sleep, Ticks, now, sleep, sleep_until, ticks, timeout, timeout_at};
pub use world::{Deadlock, World, WorldOptions, is_virtual, uuid};
