//! Keeps secrets out of everything that is written: logs, reports, evidence, the console.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    io,
    sync::{Arc, PoisonError, RwLock},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use regex::{Regex, RegexBuilder};
use secrecy::{ExposeSecret, SecretString};

/// Replacement of a secret.
pub const REDACTED: &str = "<redacted>";

/// Below this many characters a secret is redacted only where it stands alone (`password=abc`, not `abcd`): anywhere
/// else it would shred texts that have nothing to do with it.
const SHORT: usize = 4;

/// Replaces registered secrets in any text, whether plain, in base64, URL-encoded, JSON-escaped or XML-escaped.
/// Clones share the secrets.
#[derive(Clone, Default)]
pub struct Redactor {
    state: Arc<RwLock<State>>,
}

#[derive(Default)]
struct State {
    /// Regular expressions of the secrets in all their forms.
    forms: BTreeSet<String>,
    matcher: Option<Regex>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// One that knows these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let redactor = Self::default();
        redactor.register(secrets);
        redactor
    }

    /// Adds secrets. An empty one is none.
    pub fn register<'a>(&self, secrets: impl IntoIterator<Item = &'a SecretString>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets {
            state.forms.extend(forms(secret.expose_secret()));
        }
        // The longest first: a secret that contains another one must not be cut open.
        let mut forms: Vec<&str> = state.forms.iter().map(String::as_str).collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        state.matcher = (!forms.is_empty())
            .then(|| RegexBuilder::new(&forms.join("|")).size_limit(1 << 28).build().ok())
            .flatten();
    }

    /// The text without secrets.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match &state.matcher {
            Some(matcher) => matcher.replace_all(text, REDACTED),
            None => Cow::Borrowed(text),
        }
    }

    /// Redacts every text in a JSON value, keys excepted.
    pub fn redact_json(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => {
                if let Cow::Owned(redacted) = self.redact(text) {
                    *text = redacted;
                }
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| self.redact_json(item)),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(|field| self.redact_json(field)),
            _ => {}
        }
    }

    /// A writer that redacts what goes through it, line by line.
    pub fn writer<W: io::Write>(&self, inner: W) -> RedactingWriter<W> {
        RedactingWriter {
            redactor: self.clone(),
            inner,
            line: Vec::new(),
        }
    }
}

/// See [`Redactor::writer`].
#[derive(Debug)]
pub struct RedactingWriter<W: io::Write> {
    redactor: Redactor,
    inner: W,
    line: Vec<u8>,
}

impl<W: io::Write> RedactingWriter<W> {
    fn write_out(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        self.inner.write_all(self.redactor.redact(&text).as_bytes())
    }
}

impl<W: io::Write> io::Write for RedactingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.write_out()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_out()?;
        self.inner.flush()
    }
}

impl<W: io::Write> Drop for RedactingWriter<W> {
    fn drop(&mut self) {
        // Nobody is left to hear of a failure.
        let _ = io::Write::flush(self);
    }
}

/// Regular expressions for one secret in the forms in which it travels.
fn forms(secret: &str) -> Vec<String> {
    if secret.is_empty() {
        return Vec::new();
    }
    let json = serde_json::to_string(secret).unwrap_or_default();
    let mut texts: BTreeSet<String> = [
        secret.to_owned(),
        json.trim_start_matches('"').trim_end_matches('"').to_owned(),
        json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned(),
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        quick_xml_escape(secret),
        STANDARD.encode(secret),
    ]
    .into();
    texts.extend(inside_base64(secret));
    let short = secret.chars().count() < SHORT;
    let bounded = |form: String| {
        if short {
            format!(r"\b{{start-half}}{form}\b{{end-half}}")
        } else {
            form
        }
    };
    let mut forms: Vec<String> = texts
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| bounded(regex::escape(&text)))
        .collect();
    forms.push(bounded(url_encoded(secret, "%20")));
    forms.push(bounded(url_encoded(secret, r"\+")));
    forms
}

fn quick_xml_escape(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&apos;".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// What can be seen of a secret inside a longer base64 text, such as `user:password` of a basic authentication: it
/// begins at one of three offsets, and its first and last characters mix with its neighbours.
fn inside_base64(secret: &str) -> Vec<String> {
    let mut found = Vec::new();
    for offset in 0..3_usize {
        let mut bytes = vec![0; offset];
        bytes.extend_from_slice(secret.as_bytes());
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&bytes);
            let own = (offset * 8).div_ceil(6)..bytes.len() * 8 / 6;
            // Fewer characters turn up by chance.
            if let Some(text) = encoded.get(own).filter(|text| text.len() >= 6) {
                found.push(text.to_owned());
            }
        }
    }
    found
}

/// A regular expression for the URL-encoded form: hexadecimal digits of either case, and the unreserved marks encoded
/// or not.
fn url_encoded(text: &str, space: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            b' ' => space.to_owned(),
            b'-' | b'.' | b'_' | b'~' | b'*' | b'!' | b'\'' | b'(' | b')' => {
                format!("(?:{}|(?i:%{byte:02x}))", regex::escape(&char::from(byte).to_string()))
            }
            _ => format!("(?i:%{byte:02x})"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn redactor(secrets: &[&str]) -> Redactor {
        let secrets: Vec<SecretString> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
        Redactor::new(&secrets)
    }

    #[test]
    fn a_secret_is_found_in_every_form() {
        let secret = r#"p&ss "wörd"/1"#;
        let redactor = redactor(&[secret]);
        for text in [
            format!("password={secret}"),
            serde_json::json!({ "password": secret }).to_string(),
            format!("data: {}", STANDARD.encode(secret)),
            format!("Authorization: Basic {}", STANDARD.encode(format!("user:{secret}"))),
            format!("Authorization: Basic {}", STANDARD.encode(format!("user2:{secret}"))),
            format!("Authorization: Basic {}", STANDARD.encode(format!("user22:{secret}"))),
            "https://h/?p=p%26ss%20%22w%C3%B6rd%22%2F1".to_owned(),
            "https://h/?p=p%26ss+%22w%c3%b6rd%22%2f1".to_owned(),
            "<password>p&amp;ss &quot;wörd&quot;/1</password>".to_owned(),
            "<password>p&amp;ss \"wörd\"/1</password>".to_owned(),
        ] {
            let clean = redactor.redact(&text);
            assert!(clean.contains(REDACTED), "{text} stayed {clean}");
            for rest in ["örd", "B6rd", "b6rd", "26ss", "ss%20", "amp;ss"] {
                assert!(!clean.contains(rest), "{text} became {clean}");
            }
        }
    }

    #[test]
    fn short_secrets_go_only_where_they_stand_alone() {
        let redactor = redactor(&["abc", ""]);
        assert_eq!(
            redactor.redact("p=abc, abcd, \"abc\""),
            "p=<redacted>, abcd, \"<redacted>\""
        );
    }

    #[test]
    fn a_secret_inside_another_does_not_cut_it_open() {
        let redactor = redactor(&["secret", "secret-and-more"]);
        assert_eq!(redactor.redact("x secret-and-more y"), "x <redacted> y");
    }

    #[test]
    fn nothing_registered_changes_nothing() {
        assert!(matches!(Redactor::default().redact("anything"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_writer_finds_secrets_that_come_in_pieces() {
        let mut written = Vec::new();
        let mut writer = redactor(&["hunter22"]).writer(&mut written);
        writer.write_all(b"a hun").unwrap();
        writer.write_all(b"ter22 b\nlast hunter22").unwrap();
        drop(writer);
        assert_eq!(String::from_utf8(written).unwrap(), "a <redacted> b\nlast <redacted>");
    }
}
