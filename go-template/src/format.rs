//! `print`, `println` and `printf`.

use crate::functions::Result;
use crate::value::Value;

/// `print`: concatenates values, with a space between two values that are not text.
pub fn print(given: &[Value]) -> String {
    let mut text = String::new();
    for (place, value) in given.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| given.get(before));
        let is_text = |value: &Value| matches!(value, Value::Text(_));
        if before.is_some_and(|before| !is_text(before) && !is_text(value)) {
            text.push(' ');
        }
        text.push_str(&printed(value));
    }
    text
}

/// `println`: joins values with spaces and appends a line feed.
pub fn println(given: &[Value]) -> String {
    let words: Vec<String> = given.iter().map(printed).collect();
    words.join(" ") + "\n"
}

/// Formats a value as `fmt` does: `<nil>`, where a template prints `<no value>`.
fn printed(value: &Value) -> String {
    match value {
        Value::Nil => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

/// `printf`: formats values with the verbs, flags, width and precision of Go's `fmt`.
pub fn printf(given: &[Value]) -> Result {
    let (format, mut values) = match given.split_first() {
        Some((Value::Text(format), values)) => (format, values.iter()),
        Some((other, _)) => {
            return Err(format!(
                "its first argument is a string, not the {} {other}",
                other.kind()
            ));
        }
        None => return Err("it takes at least 1 argument".to_owned()),
    };
    let mut text = String::new();
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        let mut spec = Spec::default();
        while let Some(flag) = characters.next_if(|c| "+-# 0".contains(*c)) {
            spec.flags.push(flag);
        }
        while let Some(digit) = characters.next_if(char::is_ascii_digit) {
            spec.width = spec
                .width
                .saturating_mul(10)
                .saturating_add(usize::from(digit as u8 - b'0'))
                .min(1 << 16);
        }
        if characters.next_if_eq(&'.').is_some() {
            let mut precision = 0_usize;
            while let Some(digit) = characters.next_if(char::is_ascii_digit) {
                precision = precision
                    .saturating_mul(10)
                    .saturating_add(usize::from(digit as u8 - b'0'))
                    .min(1 << 16);
            }
            spec.precision = Some(precision);
        }
        match characters.next() {
            None => text.push_str("%!(NOVERB)"),
            Some('%') => text.push('%'),
            Some(verb) => match values.next() {
                None => text.push_str(&format!("%!{verb}(MISSING)")),
                Some(value) => text.push_str(&spec.show(verb, value)),
            },
        }
    }
    let extra: Vec<String> = values.map(typed).collect();
    if !extra.is_empty() {
        text.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    Ok(text.into())
}

/// Formats a value with its type, as `fmt` does for a verb that does not apply.
fn typed(value: &Value) -> String {
    match value {
        Value::Nil => "<nil>".to_owned(),
        other => format!("{}={other}", other.kind()),
    }
}

/// Flags, width and precision between `%` and the verb.
#[derive(Default)]
struct Spec {
    flags: String,
    width: usize,
    precision: Option<usize>,
}

impl Spec {
    fn show(&self, verb: char, value: &Value) -> String {
        let cut = |text: &str| {
            text.chars()
                .take(self.precision.unwrap_or(usize::MAX))
                .collect::<String>()
        };
        let shown = match (verb, value) {
            ('v', Value::Text(text)) | ('s', Value::Text(text)) => cut(text),
            ('q', Value::Text(text)) => format!("{:?}", cut(text)),
            ('x', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            ('X', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02X}")).collect(),
            ('v', value) => self.signed(printed(value), value),
            ('d', Value::Int(number)) => self.signed(number.to_string(), value),
            ('x', Value::Int(number)) => based(*number, format!("{:x}", number.unsigned_abs())),
            ('X', Value::Int(number)) => based(*number, format!("{:X}", number.unsigned_abs())),
            ('o', Value::Int(number)) => based(*number, format!("{:o}", number.unsigned_abs())),
            ('b', Value::Int(number)) => based(*number, format!("{:b}", number.unsigned_abs())),
            ('c', Value::Int(number)) => {
                let character = u32::try_from(*number).ok().and_then(char::from_u32);
                character.unwrap_or(char::REPLACEMENT_CHARACTER).to_string()
            }
            ('t', Value::Bool(value)) => value.to_string(),
            ('f' | 'F', Value::Float(number)) => {
                self.signed(format!("{number:.*}", self.precision.unwrap_or(6)), value)
            }
            ('T', value) => value.kind().to_owned(),
            _ => return format!("%!{verb}({})", typed(value)),
        };
        self.padded(shown, matches!(value, Value::Int(_) | Value::Float(_)))
    }

    fn signed(&self, shown: String, value: &Value) -> String {
        let is_number = matches!(value, Value::Int(_) | Value::Float(_));
        if is_number && self.flags.contains('+') && !shown.starts_with('-') {
            format!("+{shown}")
        } else {
            shown
        }
    }

    fn padded(&self, shown: String, is_number: bool) -> String {
        let missing = self.width.saturating_sub(shown.chars().count());
        if self.flags.contains('-') {
            return shown + &" ".repeat(missing);
        }
        if !(self.flags.contains('0') && is_number) {
            return " ".repeat(missing) + &shown;
        }
        let digits = shown.trim_start_matches(['+', '-']);
        let sign = shown.strip_suffix(digits).unwrap_or_default();
        format!("{sign}{}{digits}", "0".repeat(missing))
    }
}

fn based(number: i64, digits: String) -> String {
    if number < 0 { format!("-{digits}") } else { digits }
}
