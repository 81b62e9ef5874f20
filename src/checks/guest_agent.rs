//! Check `guest agent`: the guest agent of the target VM answers.

use super::checked_vm::Agent;
use super::{Check, CheckedVm, Comparison, Need};

/// The guest agent of the target VM answers.
pub struct GuestAgentCheck;

impl Check for GuestAgentCheck {
    fn name(&self) -> &'static str {
        "guest agent"
    }

    fn describe(&self) -> &'static str {
        "the guest agent of the target VM answers; a VM that is off is started for it, and stopped again"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("VMs without the option `guest agent`")
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::GuestAgent]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        match subject.agent {
            Agent::NotAsked => Err("the VM does not have the option \"guest agent\"".to_owned()),
            Agent::Connected | Agent::Silent(_) => Ok(()),
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let compared = |observed, holds| Comparison::holds("guest agent", "connected", observed, holds);
        match &subject.agent {
            Agent::NotAsked => Vec::new(),
            Agent::Connected => vec![compared("connected", true)],
            Agent::Silent(why) => vec![compared("not connected", false).note(why)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn an_agent_that_does_not_answer_is_found() {
        assert_eq!(failures(&GuestAgentCheck, &subject()), [""; 0]);
        let mut silent = subject();
        silent.agent = Agent::Silent("the instance lacks the condition AgentConnected".into());
        assert_eq!(
            failures(&GuestAgentCheck, &silent),
            ["guest agent: connected, but not connected"]
        );
    }
}
