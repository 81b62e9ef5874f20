//! Check `leftovers`: of what MTV made on the way, nothing is left on source and target.

use super::{Check, CheckedVm, Comparison, Need};

/// Temporary objects of MTV are removed from source and target.
pub struct LeftoversCheck;

impl Check for LeftoversCheck {
    fn name(&self) -> &'static str {
        "leftovers"
    }

    fn describe(&self) -> &'static str {
        "of what MTV made on the way nothing is left: DataVolumes, prime claims, populators, importers, Secrets and \
         ConfigMaps of the VM, the conversion where `delete guest conversion pod` says so, its pod also where the plan has \
         been archived or deleted, MTV's snapshots on the source"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("VMs whose migration did not succeed: MTV keeps what they need for another attempt")
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Leftovers]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        subject.leftovers.as_ref().map(drop).map_err(Clone::clone)
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        match subject.leftovers.as_deref().unwrap_or_default() {
            [] => vec![Comparison::equal("all of it", "nothing", "nothing")],
            left => left
                .iter()
                .map(|remnant| Comparison::holds(&remnant.what, "nothing", &remnant.place, false))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::Remnant;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn each_remnant_is_a_finding() {
        assert_eq!(failures(&LeftoversCheck, &subject()), [""; 0]);
        let mut left = subject();
        left.leftovers = Ok(vec![Remnant {
            what: "credentials".into(),
            place: "Secret auto-ab12/plan-vm-431-x7kq".into(),
        }]);
        assert_eq!(
            failures(&LeftoversCheck, &left),
            ["credentials: nothing, but Secret auto-ab12/plan-vm-431-x7kq"]
        );
    }
}
