//! Check `serial`: the target VM has the source VM's serial number, in the form that its version of OpenShift gives it.

use super::{Check, CheckedVm, Comparison};
use crate::source::Serial;

/// The target VM has the source VM's serial number, in the form that its version of OpenShift gives it.
pub struct SerialCheck;

impl Check for SerialCheck {
    fn name(&self) -> &'static str {
        "serial"
    }

    fn describe(&self) -> &'static str {
        "the target VM has the serial number that MTV gives VMs of the source's platform on this version of OpenShift"
    }

    fn not_for(&self) -> Option<&'static str> {
        Some("targets whose version of OpenShift is not known, and sources that tell no UUID")
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        expected(subject).map(drop)
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let Ok(expected) = expected(subject) else {
            return Vec::new();
        };
        let observed = subject.target.serial.as_deref().unwrap_or("none");
        let holds = expected.number.eq_ignore_ascii_case(observed);
        vec![Comparison::holds("serial number", expected.number, observed, holds).note(expected.origin)]
    }
}

fn expected(subject: &CheckedVm) -> Result<Serial, String> {
    let openshift = subject.openshift.as_deref();
    subject.platform.serial(&subject.source, openshift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    const UUID: &str = "12345678-1234-1234-1234-123456789012";

    #[test]
    fn the_form_depends_on_the_version_of_openshift() {
        let as_vmware = "VMware-12 34 56 78 12 34 12 34-12 34 12 34 56 78 90 12";
        for (version, serial, expected) in [
            ("4.20.1", as_vmware, ""),
            ("4.20.0-rc.1", as_vmware, ""),
            ("4.21.0", &as_vmware.to_uppercase(), ""),
            ("5.0.0", as_vmware, ""),
            ("4.19.9", UUID, ""),
            ("4.20.1", UUID, as_vmware),
            ("4.9.0", as_vmware, UUID),
        ] {
            let mut subject = subject();
            subject.source.uuid = UUID.into();
            subject.openshift = Some(version.into());
            subject.target.serial = Some(serial.into());
            let expected: Vec<String> = match expected {
                "" => Vec::new(),
                form => vec![format!("serial number: {form}, but {serial}")],
            };
            assert_eq!(failures(&SerialCheck, &subject), expected, "{version} {serial}");
        }
    }

    #[test]
    fn a_serial_number_that_is_lost_is_found() {
        let mut lost = subject();
        lost.target.serial = None;
        assert_eq!(
            failures(&SerialCheck, &lost),
            ["serial number: VMware-42 13 7c 1e 0b 6d 7a 5e-9a 41 00 d2 c5 a1 f3 b7, but none"]
        );
    }

    #[test]
    fn what_is_not_known_is_not_compared() {
        let reason = |version: Option<&str>, uuid: &str| {
            let mut subject = subject();
            subject.openshift = version.map(str::to_owned);
            subject.source.uuid = uuid.into();
            SerialCheck.applies(&subject).err().unwrap_or_default()
        };
        assert_eq!(reason(None, UUID), "the version of OpenShift is not known");
        assert_eq!(
            reason(Some("next"), UUID),
            "\"next\" is no version of OpenShift that this check knows"
        );
        assert_eq!(
            reason(Some("4.20.1"), ""),
            "the source platform does not tell the VM's UUID"
        );
    }
}
