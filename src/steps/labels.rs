//! Labels and node selectors: `team=mtv, example.com/tier=gold`.

use std::collections::BTreeMap;

use super::field::{Takes, Value};
use super::mistake::Error;

/// Labels by their keys; a value may be empty, as Kubernetes' labels may.
pub type Labels = BTreeMap<String, String>;

/// Maximum length of the name part of a key, and of a value.
const LONGEST: usize = 63;

/// Maximum length of the prefix of a key.
const LONGEST_PREFIX: usize = 253;

impl Value for Labels {
    fn takes() -> Takes {
        Takes::Text("key=value, key=value, ...")
    }

    fn read(key: &str, text: &str) -> Result<Self, Error> {
        let mut labels = Self::new();
        for pair in text.split(',').map(str::trim) {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) if !name.is_empty() => (name.trim(), value.trim()),
                Some(_) | None => return Err(Self::refuse(key, text)),
            };
            let refuse = |wrong| Error::Label {
                key: key.to_owned(),
                label: pair.to_owned(),
                wrong,
            };
            if let Some(wrong) = wrong_key(name).or_else(|| wrong_value(value)) {
                return Err(refuse(wrong));
            }
            match labels.insert(name.to_owned(), value.to_owned()) {
                Some(other) if other != value => {
                    return Err(refuse(format!("\"{name}\" has the value \"{other}\" already")));
                }
                Some(_) | None => {}
            }
        }
        Ok(labels)
    }
}

/// Why Kubernetes does not take the key of a label, which is a qualified name.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>
fn wrong_key(key: &str) -> Option<String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if prefix.is_some_and(|prefix| prefix.len() > LONGEST_PREFIX || !prefix.split('.').all(is_dns_label)) {
        return Some("before the / of a key stands a DNS name in lower case, such as example.com".to_owned());
    }
    let fits = !name.is_empty() && is_plain(name);
    (!fits).then(|| format!("a key has {PLAIN}"))
}

fn wrong_value(value: &str) -> Option<String> {
    (!is_plain(value)).then(|| format!("a value has {PLAIN}"))
}

/// Characters of keys and values.
const PLAIN: &str =
    "63 characters at most: letters from A to Z, digits and, between them, hyphens, underscores and dots";

fn is_plain(text: &str) -> bool {
    let inner = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let ends = |character: char| character.is_ascii_alphanumeric();
    text.is_empty()
        || text.len() <= LONGEST && text.chars().all(inner) && text.starts_with(ends) && text.ends_with(ends)
}

/// Whether it is a DNS label (RFC 1123).
pub fn is_dns_label(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(plain) && text.trim_matches('-') == text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match Labels::read("target labels", text) {
            Ok(labels) => format!("{} labels", labels.len()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn labels_are_pairs() {
        let expected = Labels::from([
            ("team".to_owned(), "mtv".to_owned()),
            ("empty".to_owned(), String::new()),
        ]);
        assert_eq!(Labels::read("target labels", "team=mtv, empty="), Ok(expected));
        insta::assert_snapshot!(said("team"), @r#""team" is no value for "target labels"; it takes key=value, key=value, ..."#);
    }

    #[test]
    fn labels_are_those_that_kubernetes_takes() {
        let longest = "a".repeat(LONGEST);
        for text in [
            "app.kubernetes.io/name=My_app.1",
            "a=a, a=a",
            &format!("{longest}={longest}"),
        ] {
            assert!(Labels::read("target labels", text).is_ok(), "{text}");
        }
        for text in [
            "a/b/c=d",
            "/a=b",
            "a/=b",
            "-a=b",
            "a_=b",
            "A/a=b",
            &format!("{longest}a=b"),
            &format!("b={longest}a"),
        ] {
            assert!(Labels::read("target labels", text).is_err(), "{text}");
        }
        insta::assert_snapshot!(["team=mtv, Über=x y", "team=x y", "Example/team=x"].map(said).join("\n"), @r#"
        "Über=x y" is no label for "target labels"; a key has 63 characters at most: letters from A to Z, digits and, between them, hyphens, underscores and dots
        "team=x y" is no label for "target labels"; a value has 63 characters at most: letters from A to Z, digits and, between them, hyphens, underscores and dots
        "Example/team=x" is no label for "target labels"; before the / of a key stands a DNS name in lower case, such as example.com
        "#);
    }

    #[test]
    fn a_label_has_one_value() {
        insta::assert_snapshot!(said("team=storage, team=network"), @r#""team=network" is no label for "target labels"; "team" has the value "storage" already"#);
    }
}
