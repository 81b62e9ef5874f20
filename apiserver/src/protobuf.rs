//! Decoder for the protobuf encoding of Kubernetes, which typed Go clients (such as `kubectl create`) send by default
//! for built-in kinds.
//!
//! Answers are JSON: a client that requests protobuf accepts JSON, too.
//! <https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding>

use std::{collections::HashMap, sync::LazyLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Prefix of every body.
const MAGIC: &[u8] = b"k8s\0";

static MESSAGES: LazyLock<HashMap<&'static str, Message>> = LazyLock::new(|| read_table(include_str!("protobuf.txt")));

type Message = HashMap<u32, Field>;

#[derive(Debug)]
struct Field {
    name: &'static str,
    kind: &'static str,
    shape: Shape,
    /// Whether a zero value is absent in JSON: `omitempty` of a field that is no pointer.
    omit_zero: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    List,
    Map,
}

/// Decodes the object in a body, with `apiVersion` and `kind`.
pub fn decode(body: &[u8]) -> Result<Value, String> {
    let envelope = body
        .strip_prefix(MAGIC)
        .ok_or("it does not begin with the magic number of protobuf")?;
    let (mut api_version, mut kind, mut raw) = (String::new(), String::new(), [].as_slice());
    for field in Fields(envelope) {
        match field? {
            (1, Wire::Bytes(type_meta)) => {
                for field in Fields(type_meta) {
                    match field? {
                        (1, Wire::Bytes(text)) => api_version = String::from_utf8_lossy(text).into_owned(),
                        (2, Wire::Bytes(text)) => kind = String::from_utf8_lossy(text).into_owned(),
                        _ => {}
                    }
                }
            }
            (2, Wire::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let (group, version) = api_version.split_once('/').unwrap_or(("core", &api_version));
    // The package name is the first part of the group: `rbac` for `rbac.authorization.k8s.io`.
    let package = group.split('.').next().unwrap_or_default();
    let message = if kind == "DeleteOptions" {
        "meta.v1.DeleteOptions".into()
    } else {
        format!("{package}.{version}.{kind}")
    };
    let mut object = json!({ "apiVersion": api_version, "kind": kind });
    if let Value::Object(fields) = &mut object {
        decode_message(&message, raw, fields)?;
    }
    Ok(object)
}

fn decode_message(name: &str, bytes: &[u8], into: &mut Map<String, Value>) -> Result<(), String> {
    let message = MESSAGES
        .get(name)
        .ok_or_else(|| format!("the kind {name} is only understood as JSON"))?;
    for field in Fields(bytes) {
        let (number, wire) = field?;
        // Unknown fields come from later versions of Kubernetes; drop them.
        let Some(field) = message.get(&number) else { continue };
        if field.name == "." {
            let Wire::Bytes(bytes) = wire else {
                return Err(format!("{name} has no message in field {number}"));
            };
            decode_message(field.kind, bytes, into)?;
            continue;
        }
        match field.shape {
            Shape::Map => {
                let (key, value) = decode_entry(field.kind, wire)?;
                if let Some(map) = into.entry(field.name).or_insert_with(|| json!({})).as_object_mut() {
                    map.insert(key, value);
                }
            }
            Shape::List => {
                let value = decode_value(field.kind, wire)?;
                if let Some(list) = into.entry(field.name).or_insert_with(|| json!([])).as_array_mut() {
                    list.push(value);
                }
            }
            Shape::One => {
                let value = decode_value(field.kind, wire)?;
                let zero = value == "" || value == 0 || value == false;
                let is_nothing = value.is_null() || zero && field.omit_zero;
                if !is_nothing {
                    into.insert(field.name.to_owned(), value);
                }
            }
        }
    }
    Ok(())
}

fn decode_entry(kind: &str, wire: Wire<'_>) -> Result<(String, Value), String> {
    let Wire::Bytes(bytes) = wire else {
        return Err("an entry of a map is no message".into());
    };
    let (mut key, mut value) = (String::new(), None);
    for field in Fields(bytes) {
        match field? {
            (1, Wire::Bytes(text)) => key = String::from_utf8_lossy(text).into_owned(),
            (2, wire) => value = Some(decode_value(kind, wire)?),
            _ => {}
        }
    }
    // Protobuf can omit an empty value.
    let value = value.map_or_else(|| decode_value(kind, Wire::Bytes(&[])), Ok)?;
    Ok((key, value))
}

fn decode_value(kind: &str, wire: Wire<'_>) -> Result<Value, String> {
    match (kind, wire) {
        ("integer", Wire::Number(number)) => Ok(json!(number.cast_signed())),
        ("boolean", Wire::Number(number)) => Ok(json!(number != 0)),
        ("double", Wire::Number(number)) => Ok(json!(f64::from_bits(number))),
        ("string", Wire::Bytes(text)) => Ok(json!(String::from_utf8_lossy(text))),
        ("bytes", Wire::Bytes(bytes)) => Ok(json!(STANDARD.encode(bytes))),
        ("quantity", Wire::Bytes(bytes)) => decode_single(bytes, 1, "string", json!("0")),
        ("intOrString", Wire::Bytes(bytes)) => {
            let is_text = decode_single(bytes, 1, "integer", json!(0))? == 1;
            if is_text {
                decode_single(bytes, 3, "string", json!(""))
            } else {
                decode_single(bytes, 2, "integer", json!(0))
            }
        }
        ("time" | "microTime", Wire::Bytes(bytes)) => decode_time(bytes, kind == "microTime"),
        ("json", Wire::Bytes(bytes)) => {
            let mut value = Value::Null;
            for field in Fields(bytes) {
                if let (1, Wire::Bytes(text)) = field? {
                    value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
                }
            }
            Ok(value)
        }
        (message, Wire::Bytes(bytes)) => {
            let mut fields = Map::new();
            decode_message(message, bytes, &mut fields)?;
            // A named list type in Go is a message with one repeated field in protobuf.
            if message.ends_with(".ExtraValue") {
                return Ok(fields.shift_remove("items").unwrap_or_else(|| json!([])));
            }
            Ok(Value::Object(fields))
        }
        (other, Wire::Number(_)) => Err(format!("found a number where {other} is expected")),
    }
}

/// Decodes field `wanted` of a message; `absent` if the message does not have the field.
fn decode_single(bytes: &[u8], wanted: u32, kind: &str, absent: Value) -> Result<Value, String> {
    let mut value = absent;
    for field in Fields(bytes) {
        let (number, wire) = field?;
        if number == wanted {
            value = decode_value(kind, wire)?;
        }
    }
    Ok(value)
}

fn decode_time(bytes: &[u8], micro: bool) -> Result<Value, String> {
    let part = |number| {
        Ok::<_, String>(
            decode_single(bytes, number, "integer", json!(0))?
                .as_i64()
                .unwrap_or_default(),
        )
    };
    let (seconds, nanos) = (part(1)?, part(2)?);
    if seconds == 0 && nanos == 0 {
        return Ok(Value::Null);
    }
    let nanos = i32::try_from(nanos).map_err(|error| error.to_string())?;
    let time = Timestamp::new(seconds, nanos).map_err(|error| error.to_string())?;
    Ok(json!(if micro {
        format!("{time:.6}")
    } else {
        format!("{time:.0}")
    }))
}

/// An encoded value, by wire type.
#[derive(Debug, Clone, Copy)]
enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Iterator over the encoded fields of a message.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or("it ends in the middle of a number")?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number is too long".into())
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (bytes, rest) = self
            .0
            .split_at_checked(length)
            .ok_or("it ends in the middle of a field")?;
        self.0 = rest;
        Ok(bytes)
    }

    fn little_endian(&mut self, length: usize) -> Result<u64, String> {
        Ok(self
            .bytes(length)?
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn field(&mut self) -> Result<(u32, Wire<'a>), String> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).map_err(|error| error.to_string())?;
        let wire = match tag & 7 {
            0 => Wire::Number(self.varint()?),
            1 => Wire::Number(self.little_endian(8)?),
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|error| error.to_string())?;
                Wire::Bytes(self.bytes(length)?)
            }
            5 => Wire::Number(self.little_endian(4)?),
            other => return Err(format!("it has a field of the unknown wire type {other}")),
        };
        Ok((number, wire))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Wire<'a>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

fn read_table(table: &'static str) -> HashMap<&'static str, Message> {
    let mut messages: HashMap<&'static str, Message> = HashMap::new();
    let mut message = "";
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix(' ') {
            None => {
                message = line;
                messages.entry(message).or_default();
            }
            Some(line) => {
                if let Some((number, field)) = read_field(line) {
                    messages.entry(message).or_default().insert(number, field);
                }
            }
        }
    }
    messages
}

fn read_field(line: &'static str) -> Option<(u32, Field)> {
    let mut words = line.split(' ');
    let (number, name, kind) = (words.next()?.parse().ok()?, words.next()?, words.next()?);
    let omit_zero = kind.ends_with('?');
    let kind = kind.trim_end_matches('?');
    let (shape, kind) = match (kind.strip_prefix("[]"), kind.strip_prefix("{}")) {
        (Some(kind), _) => (Shape::List, kind),
        (_, Some(kind)) => (Shape::Map, kind),
        _ => (Shape::One, kind),
    };
    Some((
        number,
        Field {
            name,
            kind,
            shape,
            omit_zero,
        },
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_type_in_the_table_is_known() {
        let known = [
            "string",
            "bytes",
            "integer",
            "boolean",
            "double",
            "time",
            "microTime",
            "quantity",
            "intOrString",
            "json",
        ];
        for (message, fields) in &*MESSAGES {
            for field in fields.values() {
                assert!(
                    known.contains(&field.kind) || MESSAGES.contains_key(field.kind),
                    "{message}: {field:?}"
                );
            }
        }
        assert!(MESSAGES.len() > 300);
    }

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(bytes.len()).unwrap()], bytes].concat()
    }

    #[test]
    fn a_secret_is_decoded() {
        let metadata = [
            field(1, b"s"),
            field(3, b""),
            field(11, &[field(1, b"a"), field(2, b"b")].concat()),
        ]
        .concat();
        let data = [field(1, b"k"), field(2, b"v")].concat();
        let secret = [field(1, &metadata), field(2, &data), field(3, b"Opaque")].concat();
        let type_meta = [field(1, b"v1"), field(2, b"Secret")].concat();
        let body = [MAGIC.to_vec(), field(1, &type_meta), field(2, &secret)].concat();
        let expected = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": "s", "labels": { "a": "b" } },
            "data": { "k": "dg==" },
            "type": "Opaque",
        });
        assert_eq!(decode(&body), Ok(expected));
    }

    proptest! {
        #[test]
        fn the_decoder_does_not_panic(noise in proptest::collection::vec(any::<u8>(), 0..64)) {
            let type_meta = [field(1, b"v1"), field(2, b"Pod")].concat();
            let body = [MAGIC.to_vec(), field(1, &type_meta), field(2, &noise)].concat();
            let _ = decode(&body);
        }
    }
}
