//! The labels that say which run and which scenario an object belongs to.

/// The run that owns an object.
pub const RUN_LABEL: &str = "mtv-bdd.io/run";
/// The scenario that owns an object; absent on what the run shares.
pub const SCENARIO_LABEL: &str = "mtv-bdd.io/scenario";
