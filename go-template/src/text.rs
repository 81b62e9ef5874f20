//! String functions. Lengths and positions are in bytes, as in Go.

use regex::Regex;

use crate::functions::Result;
use crate::value::Value;

/// Maximum length of a result in bytes.
const LIMIT: usize = 1 << 20;

/// Returns all arguments as text.
fn texts<const N: usize>(given: &[Value]) -> std::result::Result<[&str; N], String> {
    let mut found = [""; N];
    for (place, value) in found.iter_mut().zip(given) {
        *place = match value {
            Value::Text(text) => text,
            other => return Err(format!("it takes a string, but gets the {} {other}", other.kind())),
        };
    }
    Ok(found)
}

fn number(value: Option<&Value>) -> std::result::Result<i64, String> {
    match value {
        Some(Value::Int(number)) => Ok(*number),
        // Go converts a constant such as 3.0 to int where an int is expected.
        Some(other) => Err(format!("it takes an int, but gets the {} {other}", other.kind())),
        None => Err("it takes an int, but gets nothing".to_owned()),
    }
}

fn bytes(text: &str, from: Option<usize>, to: Option<usize>) -> Result {
    let (from, to) = (from.unwrap_or(0), to.unwrap_or(text.len()));
    match text.as_bytes().get(from..to) {
        Some(part) => Ok(String::from_utf8_lossy(part).into_owned().into()),
        None => Err(format!("{from} to {to} is not inside of \"{text}\"")),
    }
}

fn position(value: i64) -> std::result::Result<usize, String> {
    usize::try_from(value).map_err(|_| format!("{value} is no position"))
}

pub fn len(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    Ok(Value::Int(i64::try_from(text.len()).unwrap_or(i64::MAX)))
}

pub fn index(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    match given {
        [_] => Ok(text.into()),
        [_, at] => {
            let at = position(number(Some(at))?)?;
            let byte = text
                .as_bytes()
                .get(at)
                .ok_or_else(|| format!("{at} is not inside of \"{text}\""))?;
            Ok(Value::Int(i64::from(*byte)))
        }
        _ => Err("a byte has no parts".to_owned()),
    }
}

pub fn slice(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    let bound = |value: &Value| position(number(Some(value))?);
    bytes(
        text,
        given.get(1).map(bound).transpose()?,
        given.get(2).map(bound).transpose()?,
    )
}

pub fn lower(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    Ok(text.to_lowercase().into())
}

pub fn upper(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    Ok(text.to_uppercase().into())
}

pub fn contains(given: &[Value]) -> Result {
    let [part, text] = texts(given)?;
    Ok(text.contains(part).into())
}

pub fn replace(given: &[Value]) -> Result {
    let [old, new, text] = texts(given)?;
    Ok(text.replace(old, new).into())
}

pub fn trim(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    Ok(text.trim().into())
}

pub fn trim_all(given: &[Value]) -> Result {
    let [characters, text] = texts(given)?;
    Ok(text.trim_matches(|c| characters.contains(c)).into())
}

pub fn trim_suffix(given: &[Value]) -> Result {
    let [suffix, text] = texts(given)?;
    Ok(text.strip_suffix(suffix).unwrap_or(text).into())
}

pub fn trim_prefix(given: &[Value]) -> Result {
    let [prefix, text] = texts(given)?;
    Ok(text.strip_prefix(prefix).unwrap_or(text).into())
}

/// Changes the first letter of each word. Go and Sprig have different word separators.
fn first_letters(text: &str, parts: fn(char) -> bool, change: fn(char) -> String) -> Value {
    let mut changed = String::new();
    let mut is_first = true;
    for character in text.chars() {
        if is_first {
            changed.push_str(&change(character));
        } else {
            changed.push(character);
        }
        is_first = parts(character);
    }
    changed.into()
}

pub fn title(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    let parts = |c: char| {
        if c.is_ascii() {
            !c.is_ascii_alphanumeric() && c != '_'
        } else {
            c.is_whitespace()
        }
    };
    Ok(first_letters(text, parts, |c| c.to_uppercase().collect()))
}

pub fn untitle(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    Ok(first_letters(text, char::is_whitespace, |c| c.to_lowercase().collect()))
}

pub fn initials(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    let first = text.split_whitespace().filter_map(|word| word.chars().next());
    Ok(first.collect::<String>().into())
}

pub fn repeat(given: &[Value]) -> Result {
    let count = number(given.first())?;
    let [text] = texts(given.get(1..).unwrap_or_default())?;
    let count = usize::try_from(count).map_err(|_| format!("{count} times is not possible"))?;
    match text.len().checked_mul(count) {
        Some(length) if length <= LIMIT => Ok(text.repeat(count).into()),
        _ => Err(format!("{count} times is too long")),
    }
}

pub fn substr(given: &[Value]) -> Result {
    let (start, end) = (number(given.first())?, number(given.get(1))?);
    let [text] = texts(given.get(2..).unwrap_or_default())?;
    let end_inside = usize::try_from(end).ok().filter(|end| *end <= text.len());
    match usize::try_from(start) {
        Err(_) => bytes(text, None, Some(position(end)?)),
        Ok(start) => bytes(text, Some(start), end_inside),
    }
}

pub fn nospace(given: &[Value]) -> Result {
    let [text] = texts(given)?;
    Ok(text.chars().filter(|c| !c.is_whitespace()).collect::<String>().into())
}

/// `trunc`: the first characters, or the last ones for a negative number.
pub fn trunc(given: &[Value]) -> Result {
    let count = number(given.first())?;
    let [text] = texts(given.get(1..).unwrap_or_default())?;
    let length = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    match (count < 0, text.len().checked_sub(length)) {
        (true, Some(cut)) => bytes(text, Some(cut), None),
        (false, Some(_)) => bytes(text, None, Some(length)),
        (_, None) => Ok(text.into()),
    }
}

pub fn has_prefix(given: &[Value]) -> Result {
    let [prefix, text] = texts(given)?;
    Ok(text.starts_with(prefix).into())
}

pub fn has_suffix(given: &[Value]) -> Result {
    let [suffix, text] = texts(given)?;
    Ok(text.ends_with(suffix).into())
}

pub fn regex_replace_all(given: &[Value]) -> Result {
    let [pattern, text, replacement] = texts(given)?;
    let pattern = Regex::new(pattern).map_err(|_| format!("\"{pattern}\" is no regular expression"))?;
    Ok(pattern.replace_all(text, replacement).into_owned().into())
}
