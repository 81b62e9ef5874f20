//! Names of everything that a run creates.
//!
//! Names say whose they are and stay readable: `auto-ab12-source-vsphere-8-0-3-x7kq-cold`. What must be unique ends in
//! four random characters, and what is too long loses its beginning, never its end.

use fastrand::Rng;

use super::RunId;
use crate::settings::ProviderType;

/// The longest name of a Kubernetes object that becomes a label value or a DNS label.
pub const LIMIT: usize = 63;

/// Letters and digits that cannot be taken for one another, lower case.
const ALPHABET: &[u8] = b"23456789abcdefghijkmnopqrstuvwxyz";

/// Kind of a migration, as part of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// The VM is powered off during the migration.
    Cold,
    /// With precopies and a cutover.
    Warm,
}

impl Flavour {
    /// `cold` or `warm`
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
        }
    }
}

/// Four random characters.
pub fn random() -> String {
    random_from(&mut Rng::new())
}

/// Four characters from this generator.
pub fn random_from(generator: &mut Rng) -> String {
    (0..4)
        .filter_map(|_| generator.choice(ALPHABET))
        .map(|byte| char::from(*byte))
        .collect()
}

/// `<name>-<4 random>`, cleaned.
pub fn generate(name: &str) -> String {
    with_tail(name, &random())
}

/// `<name>-<tail>`, cleaned: lower case, dots and underscores become dashes.
pub fn with_tail(name: &str, tail: &str) -> String {
    format!("{name}-{tail}").to_lowercase().replace(['_', '.'], "-")
}

/// The last 63 characters, without a leading dash: the end is what makes a name unique.
pub fn last(name: &str) -> String {
    let skipped = name.chars().count().saturating_sub(LIMIT);
    let kept: String = name.chars().skip(skipped).collect();
    kept.trim_start_matches('-').to_owned()
}

/// The first 63 characters.
pub fn first(name: &str) -> String {
    name.chars()
        .take(LIMIT)
        .collect::<String>()
        .trim_end_matches('-')
        .to_owned()
}

/// Name of the target namespace: the run, and the suffix from the settings.
pub fn namespace(run: &RunId, suffix: &str) -> String {
    let suffix = suffix.strip_prefix("auto").unwrap_or(suffix).trim_start_matches('-');
    if suffix.is_empty() {
        first(run.as_str())
    } else {
        first(&format!("{run}-{suffix}"))
    }
}

/// `<run>-source-<type>-<version>`, with `-xcopy` for a provider with copy-offload.
pub fn base(run: &RunId, provider: ProviderType, version: &str, copy_offload: bool) -> String {
    let xcopy = if copy_offload { "-xcopy" } else { "" };
    let version = version.replace('.', "-");
    format!("{run}-source-{provider}-{version}{xcopy}")
}

/// A name of its own for an object of a scenario.
pub fn unique(base: &str) -> String {
    last(&generate(base))
}

/// Name of a Plan or a Migration, which says how it goes.
pub fn flavoured(base: &str, flavour: Flavour) -> String {
    last(&format!("{}-{}", generate(base), flavour.as_str()))
}

/// Suffix of clone names: storage class, OpenShift version, warm or cold.
pub fn vm_suffix(storage_class: &str, openshift: &str, flavour: Flavour) -> String {
    let parts: Vec<&str> = storage_class.split('-').collect();
    let class = parts.get(parts.len().saturating_sub(2)..).unwrap_or_default().join("-");
    let suffix = format!("-{class}-{}-{}", openshift.replace('.', "-"), flavour.as_str());
    let skipped = suffix.chars().count().saturating_sub(LIMIT);
    suffix.chars().skip(skipped).collect()
}

/// Name of a clone of `vm`: `<run>-<vm><suffix>-<4 random>`.
pub fn clone(run: &RunId, vm: &str, suffix: &str) -> String {
    last(&generate(&format!("{run}-{vm}{suffix}")))
}

/// The same, with upper case, dots and underscores as they are.
pub fn clone_as_written(run: &RunId, vm: &str, suffix: &str) -> String {
    last(&format!("{run}-{vm}{suffix}-{}", random()))
}

/// The name that Forklift gives a VM on the target: a DNS-1123 label.
pub fn sanitise(name: &str) -> String {
    let clean: String = name
        .to_lowercase()
        .replace(['_', '.'], "-")
        .chars()
        .filter(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || *character == '-')
        .collect();
    clean.trim_matches('-').to_owned()
}

/// Base of the names of a scenario's NADs: `cb-` and six hexadecimal digits, because the name of a Linux bridge has to
/// stay below 15 characters.
pub fn nad_base(run: &RunId, scenario: &str) -> String {
    format!("cb-{}", digest(run, scenario))
}

/// Prefix of the labels of reserved nodes.
pub const RESERVED: &str = "mtv-bdd.io/reserved-";

/// The label of the node that a scenario reserves.
pub fn reserved(run: &RunId, scenario: &str) -> String {
    format!("{RESERVED}{}", digest(run, scenario))
}

/// Name of a namespace of a scenario's own: `<prefix><run>-<six hexadecimal digits>`.
pub fn own_namespace(prefix: &str, run: &RunId, scenario: &str) -> String {
    let own = format!("{run}-{}", digest(run, scenario));
    let prefix: String = prefix.chars().take(LIMIT.saturating_sub(own.len())).collect();
    format!("{prefix}{own}")
}

/// Six hexadecimal digits that tell the scenarios of all runs apart.
fn digest(run: &RunId, scenario: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("{run} {scenario}"));
    digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect()
}

/// Name of the NAD of that number, from 1.
pub fn nad(base: &str, number: usize) -> String {
    format!("{base}-{number}")
}

#[cfg(test)]
mod tests;
