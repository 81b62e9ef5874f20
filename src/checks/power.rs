//! Check `power`: the source is off after the migration, the target is as it was asked for.

use super::{Check, CheckedVm, Comparison, Need};
use crate::source::Power;

/// The source is off, the target is as it was asked for.
pub struct PowerCheck;

impl Check for PowerCheck {
    fn name(&self) -> &'static str {
        "power"
    }

    fn describe(&self) -> &'static str {
        "the source VM is off; the target VM is as `target power state` says, else as the clone's `power` says"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("target VMs of scenarios that ask for no power state")
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::SourceNow]
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let source = subject.source_now.as_ref();
        let source = source.map_or_else(|| "gone".to_owned(), |vm| vm.power.to_string());
        let mut compared = vec![Comparison::equal("source VM", Power::Off.to_string(), source)];
        let target = &subject.target;
        let observed = format!("{} (run strategy {})", target.printable_status, target.run_strategy);
        compared.push(match subject.wanted_power {
            None => Comparison::skipped("target VM", "the scenario asks for no power state"),
            Some(wanted) => {
                let (expected, holds) = match wanted.power {
                    Power::On => ("Running", target.printable_status == "Running"),
                    // A VM that is still to be started also shows Stopped for a moment.
                    Power::Off | Power::Suspended => (
                        "Stopped",
                        target.printable_status == "Stopped" && target.run_strategy == "Halted",
                    ),
                };
                Comparison::holds("target VM", expected, observed, holds)
                    .note(format!("asked for by the option \"{}\"", wanted.option))
            }
        });
        compared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::{WantedPower, sample::subject};
    use crate::checks::tests::failures;

    #[test]
    fn a_source_that_runs_again_or_is_gone_is_found() {
        assert_eq!(failures(&PowerCheck, &subject()), [""; 0]);
        let mut running = subject();
        if let Some(vm) = &mut running.source_now {
            vm.power = Power::On;
        }
        assert_eq!(failures(&PowerCheck, &running), ["source VM: off, but on"]);
        running.source_now = None;
        assert_eq!(failures(&PowerCheck, &running), ["source VM: off, but gone"]);
    }

    #[test]
    fn a_target_that_is_about_to_start_is_not_off() {
        let mut starting = subject();
        starting.target.run_strategy = "Always".into();
        assert_eq!(
            failures(&PowerCheck, &starting),
            ["target VM: Stopped, but Stopped (run strategy Always)"]
        );
    }

    #[test]
    fn a_target_that_should_run_must_run() {
        let mut stopped = subject();
        stopped.wanted_power = Some(WantedPower {
            power: Power::On,
            option: "power",
        });
        assert_eq!(
            failures(&PowerCheck, &stopped),
            ["target VM: Running, but Stopped (run strategy Halted)"]
        );
    }
}
