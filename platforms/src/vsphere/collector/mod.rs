//! `PropertyCollector`: reads and watches properties of the objects that a filter selects.
//!
//! `select` finds objects, `read` reads their properties, `page` returns them in pages, `watch` reports changes.

mod page;
mod read;
mod select;
mod watch;

pub use page::{continue_retrieve, retrieve, retrieve_all};
pub use watch::{Collector, cancel_wait, create_collector, create_filter, destroy_collector, destroy_filter, wait};
