//! Check `VM name`: the target VM is called as it should be.

use super::{Check, CheckedVm, Comparison};

/// The target VM is called as it should be.
pub struct VmNameCheck;

impl Check for VmNameCheck {
    fn name(&self) -> &'static str {
        "VM name"
    }

    fn describe(&self) -> &'static str {
        "the target VM has the name of `target name`, else the source VM's, in the form that Kubernetes takes"
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let planned = &subject.planned;
        let compared = Comparison::equal("name", planned.name.as_str(), subject.target.name.as_str());
        vec![if planned.is_named {
            compared.note("from the option \"target name\"")
        } else {
            compared
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn another_name_is_found() {
        assert_eq!(failures(&VmNameCheck, &subject()), [""; 0]);
        let mut renamed = subject();
        renamed.planned.name = "web-1".into();
        assert_eq!(failures(&VmNameCheck, &renamed), ["name: web-1, but rhel"]);
    }
}
