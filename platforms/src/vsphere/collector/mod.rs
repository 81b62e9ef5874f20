//! The property collector: reading and watching the properties of whatever a filter selects.
//!
//! `select` finds the objects, `read` their properties, `page` gives them out in pieces, `watch` tells what changed.

mod page;
mod read;
mod select;
mod watch;

pub use page::{continue_retrieve, retrieve, retrieve_all};
pub use watch::{Collector, cancel_wait, create_collector, create_filter, destroy_collector, destroy_filter, wait};
