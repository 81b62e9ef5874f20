//! Check `TLS setting`: MTV verifies the provider's certificate, or does not, as it was told.

use super::{Check, CheckedVm, Comparison};

/// MTV verifies the provider's certificate, or does not, as it was told.
pub struct TlsSettingCheck;

impl Check for TlsSettingCheck {
    fn name(&self) -> &'static str {
        "TLS setting"
    }

    fn describe(&self) -> &'static str {
        "MTV verifies the provider's certificate, or does not, as the provider's sentence says, else as the settings say"
    }

    fn compare(&self, subject: &CheckedVm) -> Vec<Comparison> {
        let tls = &subject.tls;
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
        let warning = match tls.warned {
            true => "has the condition ConnectionInsecure",
            false => "does not have the condition ConnectionInsecure",
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
    match verify {
        true => "certificate verified",
        false => "certificate not verified",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::checked_vm::sample::subject;
    use crate::checks::tests::failures;

    #[test]
    fn a_setting_that_is_lost_or_not_obeyed_is_found() {
        assert_eq!(failures(&TlsSettingCheck, &subject()), [""; 0]);
        let mut lost = subject();
        lost.tls.skip_verify = None;
        assert_eq!(
            failures(&TlsSettingCheck, &lost),
            ["what MTV is told: certificate verified, but nothing"]
        );
        let mut ignored = subject();
        ignored.tls.warned = true;
        assert_eq!(
            failures(&TlsSettingCheck, &ignored),
            ["what MTV does: certificate verified, but certificate not verified"]
        );
    }

    #[test]
    fn skipping_verification_is_told_and_warned_of() {
        let mut skipped = subject();
        skipped.tls.verify = false;
        skipped.tls.skip_verify = Some("true".into());
        skipped.tls.warned = true;
        assert_eq!(failures(&TlsSettingCheck, &skipped), [""; 0]);
    }
}
