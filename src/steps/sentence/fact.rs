//! What sentences need of earlier ones and give to later ones.

use crate::{migration, world::Missing};

/// What a scenario has by its sentences so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A provider that VMs come from.
    Source,
    /// At least one VM.
    Vms,
    /// It is said what networks become.
    Networks,
    /// It is said what storages become.
    Storage,
    /// A plan.
    Plan,
    /// A plan that has acted on all that was said; what belongs before it comes too late.
    Settled,
    /// Something that the simulated lab holds.
    Held,
    /// Something that the simulated lab fails.
    Failing,
    /// A migration that was started.
    Running,
    /// A migration that ended.
    Outcome,
}

impl Fact {
    /// What to tell somebody whose sentence needs it too early; of [`Self::Settled`], whose sentence comes too late.
    pub fn complaint(self) -> String {
        let not_mapped = |what| migration::Error::NotMapped { what }.to_string();
        match self {
            Self::Source => Missing::Source.to_string(),
            Self::Vms => migration::Error::NoVms.to_string(),
            Self::Networks => not_mapped("networks are mapped"),
            Self::Storage => not_mapped("storage is mapped"),
            Self::Plan => Missing::Plan.to_string(),
            Self::Settled => Missing::PlanExists.to_string(),
            Self::Held => Missing::Held.to_string(),
            Self::Failing => Missing::Failing.to_string(),
            Self::Running => Missing::Running.to_string(),
            Self::Outcome => Missing::Outcome.to_string(),
        }
    }

    /// What one sentence of a scenario gives and no other, with a verb; nothing where several may give it.
    pub fn given_once(self) -> Option<&'static str> {
        match self {
            Self::Storage => Some("storage is"),
            Self::Networks => Some("networks are"),
            _ => None,
        }
    }
}
