//! Go templates of names as options: what is wrong with one is a mistake in the feature file.

use std::marker::PhantomData;

use super::field::{Takes, Value};
use super::mistake::Error;
use crate::migration::NamesOf;

/// Objects that a template names.
pub trait Purpose {
    /// The same as a value.
    const OF: NamesOf;
}

/// Claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForClaims;

/// Volumes of the VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForVolumes;

/// Network interfaces of the VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForInterfaces;

impl Purpose for ForClaims {
    const OF: NamesOf = NamesOf::Claims;
}

impl Purpose for ForVolumes {
    const OF: NamesOf = NamesOf::Volumes;
}

impl Purpose for ForInterfaces {
    const OF: NamesOf = NamesOf::Interfaces;
}

/// A template that MTV can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate<P> {
    /// As it is written.
    pub text: String,
    purpose: PhantomData<P>,
}

impl<P> From<NameTemplate<P>> for String {
    fn from(template: NameTemplate<P>) -> Self {
        template.text
    }
}

impl<P: Purpose> Value for NameTemplate<P> {
    fn takes() -> Takes {
        Takes::Text("a Go template, such as {{.VmName}}")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        match P::OF.check(text) {
            Ok(()) => Ok(Self {
                text: text.to_owned(),
                purpose: PhantomData,
            }),
            Err(wrong) => Err(Error::Template {
                key: key.to_owned(),
                value: text.to_owned(),
                wrong: wrong.to_string(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_template_is_a_mistake_with_its_place() {
        let said = |text| NameTemplate::<ForClaims>::read("PVC name template", text).map_err(|error| error.to_string());
        assert!(said("{{ .VmName }}-{{ .DiskIndex }}").is_ok());
        insta::assert_snapshot!(said("{{ .VmName | trunk 32 }}").unwrap_err(), @r#""{{ .VmName | trunk 32 }}" is no value for "PVC name template": character 14: Forklift offers no function trunk; the nearest is trunc"#);
    }
}
