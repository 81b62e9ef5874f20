//! Hands the planned features to cucumber: they are all parsed before, so the stream is never pending.
//!
//! A pending stream would make cucumber's loop spin.

use std::rc::Rc;

use cucumber::{cli, gherkin, parser};
use futures::stream;

use super::plan::Plan;

/// The parser for cucumber.
#[derive(Debug, Clone)]
pub struct Parser(pub Rc<Plan>);

impl cucumber::Parser<()> for Parser {
    type Cli = cli::Empty;
    type Output = stream::Iter<std::vec::IntoIter<parser::Result<gherkin::Feature>>>;

    fn parse(self, (): (), _: cli::Empty) -> Self::Output {
        stream::iter(self.0.features.iter().cloned().map(Ok).collect::<Vec<_>>())
    }
}
