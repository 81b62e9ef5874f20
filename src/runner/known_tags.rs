//! Tags that change how a scenario is selected, run or judged.

use std::sync::LazyLock;

use regex::Regex;

/// A tag with a meaning. It can stand above a feature, a rule, a scenario or Examples, and applies to all scenarios
/// below.
#[derive(Debug, Clone, Copy)]
pub struct KnownTag {
    /// Name without `@` and argument.
    pub name: &'static str,
    /// Notation in feature files: `@mtv(2.11)`.
    pub written: &'static str,
    /// Effect of the tag.
    pub meaning: &'static str,
    /// Regular expression for the argument with its parentheses; empty for a tag without one.
    argument: &'static str,
}

const fn plain(written: &'static str, meaning: &'static str) -> KnownTag {
    let (_, name) = written.split_at(1);
    KnownTag {
        name,
        written,
        meaning,
        argument: "",
    }
}

const fn with(name: &'static str, written: &'static str, argument: &'static str, meaning: &'static str) -> KnownTag {
    KnownTag {
        name,
        written,
        meaning,
        argument,
    }
}

/// Regular expression for the key of an issue, in parentheses.
const ISSUE: &str = r"\([A-Z][A-Z0-9]*-[0-9]+\)";

/// All tags with a meaning.
pub const KNOWN_TAGS: &[KnownTag] = &[
    plain("@vsphere", "applies to vSphere providers with a vCenter endpoint"),
    plain("@esxi", "applies to vSphere providers with an ESXi endpoint"),
    plain("@ovirt", "applies to oVirt and Red Hat Virtualization providers"),
    plain("@openstack", "applies to OpenStack providers"),
    plain("@openshift", "applies to OpenShift Virtualization providers"),
    plain("@ova", "applies to providers of OVA files"),
    plain("@hyperv", "applies to Hyper-V providers"),
    plain("@tier0", "smoke test"),
    plain("@tier1", "regression test"),
    plain("@cold", "about cold migrations"),
    plain("@warm", "about warm migrations"),
    plain("@hooks", "about hooks"),
    plain("@copyoffload", "about copies by the storage array"),
    plain("@remote", "about remote destination clusters"),
    plain("@lifecycle", "about cancelling, archiving, deleting and retrying plans"),
    plain("@luks", "about encrypted disks"),
    plain("@shared_disk", "about disks that VMs share"),
    plain("@inspection", "about the inspection of guests"),
    plain("@upgrade", "about upgrades of MTV"),
    plain("@aap", "about the Ansible Automation Platform"),
    plain("@serial", "nothing else runs meanwhile"),
    plain("@destructive", "changes more than its own objects"),
    with(
        "mtv",
        "@mtv(2.11)",
        r"\([0-9]+\.[0-9]+(\.[0-9]+)?\)",
        "needs this version of MTV, or a newer one",
    ),
    with(
        "retry",
        "@retry(n)",
        r"(\([0-9]+\))?(\.after\([^()]+\))?",
        "runs again after a failure, at most n times; @retry(n).after(5s) waits in between",
    ),
    with("jira", "@jira(MTV-559)", ISSUE, "the issue that it belongs to"),
    with(
        "known_issue",
        "@known_issue(MTV-559)",
        ISSUE,
        "the issue because of which it is expected to fail",
    ),
];

static ARGUMENTS: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let expressions = KNOWN_TAGS.iter().map(|tag| format!("^(?:{})$", tag.argument));
    expressions.map(|expression| Regex::new(&expression).ok()).collect()
});

/// Reason why a tag is refused.
#[derive(Debug, Clone, Copy)]
pub enum Wrong {
    /// The tag is not defined.
    Unknown,
    /// The argument is missing, not expected, or malformed.
    Argument(&'static KnownTag),
}

/// Splits a tag, without `@`, into name and argument: `retry` and `(2).after(5s)`.
pub fn split(tag: &str) -> (&str, &str) {
    tag.split_at(tag.find(['(', '.']).unwrap_or(tag.len()))
}

/// Returns the definition of a tag, given without `@`.
///
/// # Errors
/// Why the tag is refused.
pub fn known(tag: &str) -> Result<&'static KnownTag, Wrong> {
    let (name, argument) = split(tag);
    let mut known = KNOWN_TAGS.iter().zip(ARGUMENTS.iter());
    let (found, form) = known.find(|(known, _)| known.name == name).ok_or(Wrong::Unknown)?;
    if form.as_ref().is_some_and(|form| form.is_match(argument)) {
        Ok(found)
    } else {
        Err(Wrong::Argument(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::plan::PLATFORM_TAGS;

    #[test]
    fn arguments_are_validated() {
        for tag in [
            "mtv(2.11)",
            "mtv(2.11.1)",
            "retry",
            "retry(2)",
            "retry(2).after(5s)",
            "jira(MTV-559)",
            "serial",
        ] {
            assert!(known(tag).is_ok(), "{tag}");
        }
        for tag in [
            "mtv",
            "mtv(2)",
            "mtv(latest)",
            "retry(x)",
            "jira(559)",
            "known_issue",
            "serial(1)",
            "tier0.x",
        ] {
            assert!(matches!(known(tag), Err(Wrong::Argument(_))), "{tag}");
        }
        assert!(matches!(known("tier2"), Err(Wrong::Unknown)));
    }

    #[test]
    fn platforms_are_known_and_every_form_is_an_expression() {
        assert!(PLATFORM_TAGS.iter().all(|tag| known(tag).is_ok()));
        assert!(ARGUMENTS.iter().all(Option::is_some));
    }
}
