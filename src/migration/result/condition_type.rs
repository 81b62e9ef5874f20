//! Types of the conditions of a plan and of its maps, as sentences name them.

use std::fmt;
use std::str::FromStr;

use forklift_api::forklift::condition_types::{self, Bearer};

use crate::settings::nearest::fewest_edits;

/// Type of a condition of a plan or of its maps.
const REPORTED_BY: [Bearer; 3] = [Bearer::Plan, Bearer::NetworkMap, Bearer::StorageMap];

/// A name that differs from a known one by no more letters is misspelt. Others may be conditions of a newer MTV.
const MISSPELT: usize = 3;

/// The type of a condition, not a misspelt one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionType(String);

impl ConditionType {
    /// As Forklift writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that is nearly the type of a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("MTV's plans have no condition \"{name}\"; did you mean {nearest}?")]
pub struct MisspeltCondition {
    name: String,
    nearest: &'static str,
}

impl FromStr for ConditionType {
    type Err = MisspeltCondition;

    fn from_str(name: &str) -> Result<Self, MisspeltCondition> {
        if known().any(|known| known == name) {
            return Ok(Self(name.to_owned()));
        }
        match fewest_edits(name, known()) {
            Some((edits, nearest)) if edits <= MISSPELT => Err(MisspeltCondition {
                name: name.to_owned(),
                nearest,
            }),
            _ => Ok(Self(name.to_owned())),
        }
    }
}

fn known() -> impl Iterator<Item = &'static str> {
    let reported = condition_types::ALL.iter().filter(|known| known.is_on(&REPORTED_BY));
    reported.map(|known| known.name)
}

impl fmt::Display for ConditionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_ones_are_told_apart_from_unknown_ones() {
        for name in known().chain(["SharedDisks-vm-1001", "OfANewerVersion"]) {
            assert_eq!(
                name.parse::<ConditionType>().map(|read| read.to_string()),
                Ok(name.to_owned())
            );
        }
        for name in ["VMNetworkNotMapped", "vmnetworksnotmapped", "DuplicateVMs"] {
            assert!(name.parse::<ConditionType>().is_err(), "{name}");
        }
        insta::assert_snapshot!(
            "VMNetworkNotMapped".parse::<ConditionType>().unwrap_err(),
            @r#"MTV's plans have no condition "VMNetworkNotMapped"; did you mean VMNetworksNotMapped?"#
        );
    }
}
