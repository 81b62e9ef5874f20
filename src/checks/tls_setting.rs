//! Check `TLS setting`: MTV verifies the provider's certificate, or does not, as it was told.

use super::{Check, CheckedVm, Comparison, Need};

/// MTV verifies the provider's certificate, or does not, as it was told.
pub struct TlsSettingCheck;

impl Check for TlsSettingCheck {
    fn name(&self) -> &'static str {
        "TLS setting"
    }

    fn describe(&self) -> &'static str {
        "MTV verifies the provider's certificate, or does not, as the provider's sentence says, else as the settings say"
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::TlsSetting]
    }

    fn applies(&self, subject: &CheckedVm) -> Result<(), String> {
        match subject.tls {
            Some(_) => Ok(()),
            None => Err("no check asks for it".to_owned()),
        }
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let Some(tls) = &subject.tls else {
            return Vec::new();
        };
        let skip = tls.skip_verify.as_deref();
        // What cannot be read as a boolean counts as no (Forklift, `pkg/controller/provider`).
        let told = match skip {
            None => "nothing".to_owned(),
            Some(skip) => verification(skip != "true").to_owned(),
        };
        let word = skip.unwrap_or("missing");
        let says = format!(
            "insecureSkipVerify in the Secret of the Provider {} is {word}",
            tls.provider
        );
        let warning = if tls.warned {
            "has the condition ConnectionInsecure"
        } else {
            "does not have the condition ConnectionInsecure"
        };
        let expected = verification(tls.verify);
        vec![
            Comparison::equal("what MTV is told", expected.to_owned(), told).note(says),
            Comparison::equal("what MTV does", expected, verification(!tls.warned))
                .note(format!("the Provider {} {warning}", tls.provider)),
        ]
    }
}

fn verification(verify: bool) -> &'static str {
    if verify {
        "certificate verified"
    } else {
        "certificate not verified"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::TlsSetting;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    fn read(subject: &mut CheckedVm) -> &mut TlsSetting {
        subject.tls.as_mut().expect("the sample has it")
    }

    #[test]
    fn a_setting_that_is_lost_or_not_obeyed_is_found() {
        assert_eq!(failures(&TlsSettingCheck, &subject()), [""; 0]);
        let mut lost = subject();
        read(&mut lost).skip_verify = None;
        assert_eq!(
            failures(&TlsSettingCheck, &lost),
            ["what MTV is told: certificate verified, but nothing"]
        );
        let mut ignored = subject();
        read(&mut ignored).warned = true;
        assert_eq!(
            failures(&TlsSettingCheck, &ignored),
            ["what MTV does: certificate verified, but certificate not verified"]
        );
    }

    #[test]
    fn skipping_verification_is_told_and_warned_of() {
        let mut skipped = subject();
        read(&mut skipped).verify = false;
        read(&mut skipped).skip_verify = Some("true".into());
        read(&mut skipped).warned = true;
        assert_eq!(failures(&TlsSettingCheck, &skipped), [""; 0]);
    }
}
