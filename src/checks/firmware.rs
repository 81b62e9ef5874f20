//! Check `firmware`: BIOS or EFI, secure boot and TPM are those of the source VM.

use super::{Check, CheckedVm, Comparison};

/// BIOS or EFI, secure boot and TPM are those of the source VM.
pub struct FirmwareCheck;

impl Check for FirmwareCheck {
    fn name(&self) -> &'static str {
        "firmware"
    }

    fn describe(&self) -> &'static str {
        "BIOS or EFI, secure boot and TPM are those of the source VM"
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let (source, target) = (&subject.source, &subject.target);
        vec![
            Comparison::equal("firmware", source.firmware, target.firmware),
            Comparison::equal("TPM", presence(source.tpm), presence(target.tpm)),
        ]
    }
}

fn presence(there: bool) -> &'static str {
    if there { "present" } else { "absent" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;
    use crate::source::Firmware::{Bios, Efi};

    #[test]
    fn each_difference_is_found() {
        let (efi, secure) = (Efi { secure_boot: false }, Efi { secure_boot: true });
        for (source, target, expected) in [
            ((Bios, false), (Bios, false), &[][..]),
            ((secure, true), (secure, true), &[]),
            ((Bios, false), (efi, false), &["firmware: BIOS, but EFI"]),
            (
                (secure, true),
                (efi, false),
                &["firmware: EFI with secure boot, but EFI", "TPM: present, but absent"],
            ),
        ] {
            let mut subject = subject();
            (subject.source.firmware, subject.source.tpm) = source;
            (subject.target.firmware, subject.target.tpm) = target;
            assert_eq!(failures(&FirmwareCheck, &subject), expected);
        }
    }
}
