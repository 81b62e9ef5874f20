//! Comparisons that were not made, each with its reason.

use crate::events::finding::{Finding, Verdict};

/// `power (target VM) of rhel8, win: the scenario asks for no power state`: one line for each reason, naming all VMs
/// that share it.
pub fn lines<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<String> {
    let mut told: Vec<(&Finding, Vec<&str>)> = Vec::new();
    let skipped = findings
        .into_iter()
        .filter(|finding| finding.verdict == Verdict::Skipped);
    for finding in skipped {
        let what = |finding: &'a Finding| (&finding.check, &finding.subject, &finding.note);
        match told.iter_mut().find(|(known, _)| what(known) == what(finding)) {
            Some((_, vms)) => vms.push(&finding.vm),
            None => told.push((finding, vec![&finding.vm])),
        }
    }
    let line = |(finding, vms): (&Finding, Vec<&str>)| {
        let reason = finding.note.as_deref().unwrap_or("no reason was given");
        format!(
            "{} ({}) of {}: {reason}",
            finding.check,
            finding.subject,
            vms.join(", ")
        )
    };
    told.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Comparison;

    #[test]
    fn vms_that_share_a_reason_share_a_line() {
        let no_state = || Comparison::skipped("target VM", "the scenario asks for no power state");
        let findings = [
            no_state().of("rhel8", "power"),
            Comparison::equal("disks", 2, 1).of("rhel8", "disk count"),
            no_state().of("win", "power"),
            Comparison::skipped("sockets", "the source platform does not tell").of("win", "CPU"),
        ];
        assert_eq!(
            lines(&findings),
            [
                "power (target VM) of rhel8, win: the scenario asks for no power state",
                "CPU (sockets) of win: the source platform does not tell"
            ]
        );
    }
}
