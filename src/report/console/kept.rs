//! The objects kept for inspection: the most important ones of each scenario, and the number of the others.

use std::io::{self, Write};

use super::{Console, DIM, NOT_RUN, title};
use crate::run::ScenarioKey;

/// Kinds that are listed first; the other objects belong to objects of these kinds.
const FIRST: &[&str] = &["Plan", "VirtualMachine", "VM", "Provider", "Namespace"];

impl<W: Write> Console<W> {
    pub(super) fn kept(&mut self, key: Option<&ScenarioKey>, subjects: &[String]) -> io::Result<()> {
        let scenario = key.and_then(|key| self.run.attempt(key));
        let whose = match scenario {
            Some((feature, scenario, _)) => title(feature, scenario),
            None => "for all scenarios".to_owned(),
        };
        writeln!(self.out, "{NOT_RUN}kept{NOT_RUN:#} {whose}")?;
        let rank = |subject: &str| FIRST.iter().position(|kind| subject.split(' ').next() == Some(kind));
        let mut shown: Vec<_> = subjects
            .iter()
            .filter_map(|subject| Some((rank(subject)?, subject)))
            .collect();
        shown.sort();
        for (_, subject) in &shown {
            writeln!(self.out, "  {subject}")?;
        }
        let more = subjects.len() - shown.len();
        if more > 0 {
            writeln!(self.out, "  {DIM}and {more} more in journal.ndjson{DIM:#}")?;
        }
        writeln!(self.out)
    }
}
