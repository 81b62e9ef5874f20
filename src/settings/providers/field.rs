//! Typed values of the providers file, and the errors of invalid ones.

use std::{collections::BTreeMap, path::Path};

use crate::settings::nearest::did_you_mean;

use super::{
    super::{
        Mistake, Origin,
        mistake::{Wrong, alternatives},
    },
    secret::Secret,
    tree::{self, Node, Value},
};

/// Context of reading, and the mistakes found so far.
pub(super) struct Reader<'a> {
    /// Where files of secrets are looked for.
    pub(super) folder: &'a Path,
    pub(super) environment: &'a [(String, String)],
    pub(super) mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    /// Notes what is wrong with `subject`, such as `vc: password`.
    pub(super) fn wrong(&mut self, subject: &str, origin: &Origin, wrong: Wrong) {
        self.mistakes.push(wrong.of(subject, origin.clone()));
    }

    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let found = self.environment.iter().find(|(variable, _)| variable == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The type of a field.
pub(super) trait FieldType: Sized {
    /// Reads what stands there; `None` when it is wrong, which has been noted then.
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self>;

    /// The value of a field that is not there, or blank.
    fn absent() -> Option<Self> {
        None
    }

    /// Adds the secrets in it, each with the name of its field.
    fn secrets<'a>(&'a self, _name: &str, _found: &mut Vec<(String, &'a Secret)>) {}

    /// The same, to fill them in.
    fn secrets_mut<'a>(&'a mut self, _name: &str, _found: &mut Vec<(String, &'a mut Secret)>) {}
}

/// An object whose keys are known.
pub(super) struct Object<'a> {
    fields: &'a [tree::Field],
    origin: &'a Origin,
    subject: &'a str,
}

impl<'a> Object<'a> {
    /// Its keys must be among `known`.
    pub(super) fn new(node: &'a Node, subject: &'a str, known: &[&str], reader: &mut Reader<'_>) -> Option<Self> {
        let Value::Object(fields) = &node.value else {
            reader.wrong(subject, &node.origin, node.is_not("an object in braces"));
            return None;
        };
        for field in fields.iter().filter(|field| !known.contains(&field.key.as_str())) {
            let near = did_you_mean(&field.key, known.iter().copied());
            let remedy = near.unwrap_or_else(|| format!("known keys: {}", known.join(", ")));
            let wrong = Wrong::new(format!("unknown key \"{}\"", field.key)).remedy(remedy);
            reader.wrong(subject, &field.origin, wrong);
        }
        let origin = &node.origin;
        Some(Self {
            fields,
            origin,
            subject,
        })
    }

    pub(super) fn field<T: FieldType>(&self, key: &str, reader: &mut Reader<'_>) -> Option<T> {
        let field = self.fields.iter().find(|field| field.key == key);
        let subject = join(self.subject, key);
        match field {
            Some(field) if !field.node.is_blank() => T::read(&field.node, &subject, reader),
            blank => T::absent().or_else(|| {
                let (origin, what) = match blank {
                    Some(field) => (&field.origin, "the value is empty"),
                    None => (self.origin, "the key is missing"),
                };
                let remedy = "providers.json.example shows what belongs here";
                reader.wrong(&subject, origin, Wrong::new(what).remedy(remedy));
                None
            }),
        }
    }
}

/// `vc` and `password` → `vc: password`; `vc: copyoffload` and `ontap_svm` → `vc: copyoffload.ontap_svm`.
pub(super) fn join(subject: &str, key: &str) -> String {
    match subject {
        "" => key.to_owned(),
        subject if subject.contains(": ") => format!("{subject}.{key}"),
        subject => format!("{subject}: {key}"),
    }
}

impl FieldType for String {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.value {
            Value::Scalar(text) => Some(text.clone()),
            Value::Null | Value::List(_) | Value::Object(_) => {
                reader.wrong(subject, &node.origin, node.is_not("text in quotes"));
                None
            }
        }
    }
}

impl FieldType for bool {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let value = match &node.value {
            Value::Scalar(text) => text.to_ascii_lowercase().parse().ok(),
            Value::Null | Value::List(_) | Value::Object(_) => None,
        };
        if value.is_none() {
            reader.wrong(subject, &node.origin, Wrong::new("expected true or false"));
        }
        value
    }
}

impl FieldType for Vec<String> {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::List(items) = &node.value else {
            reader.wrong(subject, &node.origin, node.is_not("a list in brackets"));
            return None;
        };
        let items: Vec<Option<String>> = items.iter().map(|item| String::read(item, subject, reader)).collect();
        items.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl FieldType for BTreeMap<String, Secret> {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::Object(fields) = &node.value else {
            reader.wrong(subject, &node.origin, node.is_not("an object in braces"));
            return None;
        };
        // Blank ones are dropped, as if they were not there.
        let written: Vec<_> = fields.iter().filter(|field| !field.node.is_blank()).collect();
        let read: Vec<Option<(String, Secret)>> = written
            .into_iter()
            .map(|field| {
                let secret = Secret::read(&field.node, &join(subject, &field.key), reader)?;
                Some((field.key.clone(), secret))
            })
            .collect();
        read.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn secrets<'a>(&'a self, name: &str, found: &mut Vec<(String, &'a Secret)>) {
        found.extend(self.iter().map(|(key, secret)| (format!("{name}.{key}"), secret)));
    }

    fn secrets_mut<'a>(&'a mut self, name: &str, found: &mut Vec<(String, &'a mut Secret)>) {
        found.extend(self.iter_mut().map(|(key, secret)| (format!("{name}.{key}"), secret)));
    }
}

impl<T: FieldType> FieldType for Option<T> {
    fn read(node: &Node, subject: &str, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, subject, reader).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn secrets<'a>(&'a self, name: &str, found: &mut Vec<(String, &'a Secret)>) {
        if let Some(value) = self {
            value.secrets(name, found);
        }
    }

    fn secrets_mut<'a>(&'a mut self, name: &str, found: &mut Vec<(String, &'a mut Secret)>) {
        if let Some(value) = self {
            value.secrets_mut(name, found);
        }
    }
}

/// One of these words.
pub(super) fn word<T: Copy>(
    node: &Node,
    subject: &str,
    reader: &mut Reader<'_>,
    words: &[(&'static str, T)],
) -> Option<T> {
    let names = || words.iter().map(|(name, _)| *name);
    let Value::Scalar(text) = &node.value else {
        reader.wrong(subject, &node.origin, node.is_not(&alternatives(names())));
        return None;
    };
    let found = words.iter().find(|(name, _)| name == text);
    if found.is_none() {
        let near = did_you_mean(text, names());
        let remedy = near.unwrap_or_else(|| format!("write {}", alternatives(names())));
        reader.wrong(
            subject,
            &node.origin,
            Wrong::new(format!("\"{text}\" is not known")).remedy(remedy),
        );
    }
    found.map(|(_, value)| *value)
}
