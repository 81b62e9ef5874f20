//! Facts that sentences require from earlier sentences and provide to later ones.

use crate::{migration, world::Missing};

/// A fact that the sentences of a scenario have established.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A provider that VMs come from.
    Source,
    /// At least one VM.
    Vms,
    /// Networks are mapped.
    Networks,
    /// Storages are mapped.
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
    /// Message for a sentence that needs the fact too early; for [`Self::Settled`], for a sentence that comes too late.
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
