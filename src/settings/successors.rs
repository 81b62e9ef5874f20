//! Names of the pytest suite's configuration, and what there is in their place.

use humantime::format_duration;

use super::{Mistake, Origin};

/// What there is in place of an old name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// A setting with the same values.
    Setting(&'static str),
    /// A setting whose value is written in another way, which the second text says.
    Rewritten(&'static str, &'static str),
    /// A setting that is a duration with its unit; the old one was a number of seconds.
    Duration(&'static str),
    /// Something that is not a setting.
    Elsewhere(&'static str),
    /// Nothing in this version; the text names what is missing.
    Later(&'static str),
    /// Nothing: the old name had no effect.
    Nothing,
}

/// An old name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Successor {
    /// Key of the configuration file or of `--tc`, or an environment variable.
    pub old: &'static str,
    /// Its successor.
    pub instead: Instead,
}

const fn name(old: &'static str, instead: Instead) -> Successor {
    Successor { old, instead }
}

const LOG_IN: Instead =
    Instead::Elsewhere("log in with `oc login`; target.kubeconfig and target.context choose the log-in");
const UPGRADE: Instead = Instead::Later("upgrades of MTV");

/// All of them.
pub const SUCCESSORS: &[Successor] = &[
    name("storage_class", Instead::Setting("target.storage_class")),
    name(
        "source_provider",
        Instead::Rewritten("run.providers", "a list; empty: all"),
    ),
    name(
        "source_provider_type",
        Instead::Rewritten("run.providers", "keys of the providers file"),
    ),
    name(
        "source_provider_version",
        Instead::Rewritten("run.providers", "keys of the providers file"),
    ),
    name("mtv_namespace", Instead::Setting("target.mtv_namespace")),
    name("insecure_verify_skip", Instead::Setting("target.insecure_skip_verify")),
    name(
        "source_provider_insecure_skip_verify",
        Instead::Setting("source.insecure_skip_verify"),
    ),
    name(
        "target_namespace_prefix",
        Instead::Rewritten("naming.namespace_suffix", "without the word auto"),
    ),
    name("target_ocp_version", Instead::Setting("naming.ocp_version")),
    name("plan_wait_timeout", Instead::Duration("timeouts.migration")),
    name("cluster_host", LOG_IN),
    name("cluster_username", LOG_IN),
    name("cluster_password", LOG_IN),
    name(
        "tests_params",
        Instead::Elsewhere("scenarios are feature files: see features/ and docs/steps.md"),
    ),
    name(
        "check_vms_signals",
        Instead::Elsewhere("a scenario says what is checked: `Then every VM passes all applicable checks`"),
    ),
    name(
        "snapshots_interval",
        Instead::Elsewhere("a scenario says it: `Given precopies are taken every 2 minutes`"),
    ),
    name(
        "mins_before_cutover",
        Instead::Elsewhere("its name is migration.cutover, a duration with its unit: write \"5 minutes\""),
    ),
    name("remote_ocp_cluster", Instead::Later("migration to a remote cluster")),
    name("create_scale_report", Instead::Later("the scale report")),
    name("upgrade_repo_url", UPGRADE),
    name("upgrade_repo_ref", UPGRADE),
    name("upgrade_script_path", UPGRADE),
    name("mtv_upgrade_to_version", UPGRADE),
    name("mtv_upgrade_to_source", UPGRADE),
    name("mtv_upgrade_image_index", UPGRADE),
    name("number_of_vms", Instead::Nothing),
    name("vm_name_search_pattern", Instead::Nothing),
    name("CLUSTER_HOST", LOG_IN),
    name("CLUSTER_USERNAME", LOG_IN),
    name("CLUSTER_PASSWORD", LOG_IN),
    name(
        "CLUSTER_VERIFY_SSL",
        Instead::Rewritten("target.insecure_skip_verify", "the opposite value"),
    ),
];

/// The successor of a key that no setting has: `plan_wait_timeout`, `run.plan_wait_timeout`.
pub(super) fn of(key: &str) -> Option<&'static Successor> {
    let name = key.rsplit('.').next().unwrap_or(key);
    SUCCESSORS.iter().find(|successor| successor.old == name)
}

impl Successor {
    /// What to do about the old name that stands there with this value.
    pub(super) fn remedy(&self, value: &str, origin: &Origin) -> String {
        match self.instead {
            Instead::Setting(key) if value.is_empty() => format!("its name is {}", origin.spelling(key)),
            Instead::Setting(key) => format!("its name is {key}: write {}", origin.assignment(key, value)),
            Instead::Rewritten(key, how) => format!("its name is {} ({how})", origin.spelling(key)),
            Instead::Duration(key) => {
                let value = value.parse().map(std::time::Duration::from_secs);
                let value = value.map_or_else(|_| "1h".to_owned(), |seconds| format_duration(seconds).to_string());
                let assignment = origin.assignment(key, &value);
                format!("its name is {key}, a duration with its unit instead of seconds: write {assignment}")
            }
            Instead::Elsewhere(how) => how.to_owned(),
            Instead::Later(what) => format!("not yet available in this version: {what}"),
            Instead::Nothing => "it has no effect: leave it out".to_owned(),
        }
    }
}

/// Environment variables that chose the cluster and have no effect here; a run on a real cluster must not begin in the
/// belief that they have.
pub(super) fn variables(environment: &[(String, String)]) -> Vec<Mistake> {
    let old = environment.iter().filter_map(|(variable, value)| {
        let successor = SUCCESSORS.iter().find(|successor| successor.old == variable)?;
        let origin = Origin::Environment(variable.clone());
        let remedy = format!("unset it; {}", successor.remedy(value, &origin));
        Some(Mistake::new(origin, "this variable is not read").remedy(remedy))
    });
    old.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::KEYS;

    #[test]
    fn every_successor_is_a_setting() {
        for Successor { old, instead } in SUCCESSORS {
            if let Instead::Setting(key) | Instead::Rewritten(key, _) | Instead::Duration(key) = instead {
                assert!(KEYS.contains(key), "{old} leads to {key}");
            }
        }
    }
}
