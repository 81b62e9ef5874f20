//! Codec for the SOAP 1.1 envelopes of vSphere: encodes and decodes [`Value`] trees, for clients and simulators.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    escape::{escape, resolve_predefined_entity},
    events::{BytesStart, Event},
};
use thiserror::Error;

use crate::{Fault, MoRef, Value};

/// Content type of requests and answers.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// XML namespace of the API.
pub const NAMESPACE: &str = "urn:vim25";

/// Errors of decoding a SOAP envelope.
#[derive(Debug, Error)]
pub enum Error {
    /// Not well-formed XML.
    #[error("not well-formed XML at byte {position}")]
    Xml {
        /// Byte offset of the error.
        position: u64,
        /// Cause.
        #[source]
        source: quick_xml::Error,
    },
    /// An XML entity that is not predefined.
    #[error("unknown entity '&{0};'")]
    Entity(String),
    /// The XML is truncated.
    #[error("the XML ends before its elements do")]
    Truncated,
    /// The XML is not an envelope with one element in its body.
    #[error("no SOAP body with an element in it")]
    NoBody,
}

/// The element in the body of an envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Name of the element: `Login`, `LoginResponse`, `Fault`.
    pub name: String,
    /// Content of the element.
    pub content: Value,
}

impl Body {
    /// Returns the fault if the element is one.
    pub fn fault(&self) -> Option<Fault> {
        if self.name != "Fault" {
            return None;
        }
        let detail = self.content.get("detail").and_then(|detail| detail.fields().first());
        let (name, detail) = match detail {
            Some((element, detail)) => {
                let named = element.strip_suffix("Fault").unwrap_or(element);
                (detail.type_name().unwrap_or(named).to_owned(), detail.clone())
            }
            None => ("RuntimeFault".to_owned(), Value::nothing()),
        };
        Some(Fault {
            name,
            message: self.content.str_at("faultstring").unwrap_or_default().to_owned(),
            detail,
        })
    }
}

/// Decodes an envelope.
pub fn decode(text: &str) -> Result<Body, Error> {
    let mut decoder = Decoder {
        reader: Reader::from_str(text),
    };
    let root = decoder.root()?;
    let Some(body) = root.into_fields().into_iter().find(|(name, _)| name == "Body") else {
        return Err(Error::NoBody);
    };
    let Some((name, content)) = body.1.into_fields().into_iter().next() else {
        return Err(Error::NoBody);
    };
    Ok(Body { name, content })
}

/// Encodes a request: the call of `method` on `this`.
pub fn request(method: &str, this: &MoRef, args: &[(&str, Value)]) -> String {
    let mut out = String::with_capacity(512);
    open_envelope(&mut out, method);
    write_element(&mut out, "_this", &Value::Reference(this.clone()));
    for (name, value) in args {
        write_element(&mut out, name, value);
    }
    close_envelope(&mut out, method);
    out
}

/// Encodes the answer to `method`.
pub fn response(method: &str, returned: &Value) -> String {
    let element = format!("{method}Response");
    let mut out = String::with_capacity(1024);
    open_envelope(&mut out, &element);
    match returned {
        // A returned array is encoded as a repeated element, never as an `ArrayOf...` object.
        Value::Array { items, .. } => {
            for item in items {
                write_element(&mut out, "returnval", item);
            }
        }
        single => write_element(&mut out, "returnval", single),
    }
    close_envelope(&mut out, &element);
    out
}

/// Encodes a fault.
pub fn fault(fault: &Fault) -> String {
    let mut out = String::with_capacity(512);
    out.push_str(ENVELOPE_START);
    out.push_str("<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>");
    out.push_str(&text(&fault.message));
    out.push_str("</faultstring><detail>");
    let element = format!("{}Fault", fault.name);
    let fields = fault.detail.fields().to_vec();
    let detail = Value::Data {
        type_name: Some(fault.name.clone()),
        fields,
    };
    write(&mut out, &element, &detail, Some(NAMESPACE));
    out.push_str("</detail></soapenv:Fault>");
    out.push_str(ENVELOPE_END);
    out
}

const ENVELOPE_START: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    "\n",
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" "#,
    r#"xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" "#,
    r#"xmlns:xsd="http://www.w3.org/2001/XMLSchema" "#,
    r#"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>"#,
);
const ENVELOPE_END: &str = "</soapenv:Body></soapenv:Envelope>";

fn open_envelope(out: &mut String, element: &str) {
    out.push_str(ENVELOPE_START);
    out.push_str(&format!("<{element} xmlns=\"{NAMESPACE}\">"));
}

fn close_envelope(out: &mut String, element: &str) {
    out.push_str(&format!("</{element}>"));
    out.push_str(ENVELOPE_END);
}

fn write_element(out: &mut String, name: &str, value: &Value) {
    write(out, name, value, None);
}

fn write(out: &mut String, name: &str, value: &Value, namespace: Option<&str>) {
    // An array is an `ArrayOf...` object only in fields of type `anyType`; elsewhere it is a repeated element.
    let wrapped = value.type_name().is_some() && is_any(name);
    if let Value::Array { items, .. } = value
        && !wrapped
    {
        for item in items {
            write(out, name, item, namespace);
        }
        return;
    }
    out.push('<');
    out.push_str(name);
    if let Some(namespace) = namespace {
        out.push_str(&format!(" xmlns=\"{namespace}\""));
    }
    if let Value::Reference(moref) = value {
        out.push_str(&format!(" type=\"{}\"", text(&moref.kind)));
    }
    if let Some(type_name) = value.type_name().filter(|_| has_type_attribute(name, value)) {
        out.push_str(&format!(" xsi:type=\"{}\"", qualified(type_name)));
    }
    out.push('>');
    match value {
        Value::Text { text: content, .. } => out.push_str(&text(content)),
        Value::Reference(moref) => out.push_str(&text(&moref.id)),
        Value::Data { fields, .. } => {
            for (field, value) in fields {
                write_element(out, field, value);
            }
        }
        Value::Array { type_name, items } => {
            let item = item_element(type_name.as_deref().unwrap_or_default());
            for value in items {
                write_element(out, &item, value);
            }
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Whether to write the attribute `xsi:type`. Data objects always have it, because a field can contain a subtype of
/// its declared type. Simple values and references have it only in fields of type `anyType`: `OptionValue.value`,
/// `PropertyChange.val`, `DynamicProperty.val`, `TaskInfo.result`.
fn has_type_attribute(name: &str, value: &Value) -> bool {
    matches!(value, Value::Data { .. }) || is_any(name)
}

fn is_any(name: &str) -> bool {
    matches!(name, "val" | "value" | "result")
}

/// Name of item elements: `string` in `ArrayOfString`, `VirtualDevice` in `ArrayOfVirtualDevice`.
fn item_element(array_type: &str) -> Cow<'_, str> {
    let item = array_type.strip_prefix("ArrayOf").unwrap_or(array_type);
    let mut letters = item.chars();
    let uncapitalised: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .chain(letters)
        .collect();
    if is_schema_type(&uncapitalised) {
        Cow::Owned(uncapitalised)
    } else {
        Cow::Borrowed(item)
    }
}

/// Whether a type belongs to the namespace of XML Schema; all others belong to the namespace of the API.
fn is_schema_type(name: &str) -> bool {
    matches!(
        name,
        "string"
            | "boolean"
            | "byte"
            | "short"
            | "int"
            | "long"
            | "float"
            | "double"
            | "dateTime"
            | "base64Binary"
            | "anyURI"
            | "anyType"
    )
}

fn qualified(type_name: &str) -> Cow<'_, str> {
    if is_schema_type(type_name) {
        Cow::Owned(format!("xsd:{type_name}"))
    } else {
        escape(type_name)
    }
}

/// Escapes text and drops the characters that XML 1.0 does not allow.
fn text(raw: &str) -> Cow<'_, str> {
    let forbidden = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if raw.contains(forbidden) {
        Cow::Owned(escape(raw.replace(forbidden, "")).into_owned())
    } else {
        escape(raw)
    }
}

struct Decoder<'a> {
    reader: Reader<&'a [u8]>,
}

impl<'a> Decoder<'a> {
    fn next(&mut self) -> Result<Event<'a>, Error> {
        self.reader.read_event().map_err(|source| Error::Xml {
            position: self.reader.error_position(),
            source,
        })
    }

    fn root(&mut self) -> Result<Value, Error> {
        loop {
            match self.next()? {
                Event::Start(start) => return self.element(&start),
                Event::Empty(start) => return self.empty(&start),
                Event::Eof => return Err(Error::NoBody),
                _ => {}
            }
        }
    }

    fn empty(&self, start: &BytesStart<'_>) -> Result<Value, Error> {
        Ok(Types::from_attributes(start, self.position())?.finish(String::new(), Vec::new()))
    }

    fn position(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// Decodes the element that `start` opened, up to its end tag.
    fn element(&mut self, start: &BytesStart<'_>) -> Result<Value, Error> {
        let types = Types::from_attributes(start, self.position())?;
        let mut content = String::new();
        let mut fields: Vec<(String, Value)> = Vec::new();
        loop {
            match self.next()? {
                Event::Start(child) => {
                    let value = self.element(&child)?;
                    push(&mut fields, local_name(&child), value);
                }
                Event::Empty(child) => {
                    let value = self.empty(&child)?;
                    push(&mut fields, local_name(&child), value);
                }
                Event::Text(piece) => content.push_str(&piece.xml_content(XmlVersion::Implicit1_0)),
                Event::CData(piece) => content.push_str(&piece),
                Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                    Ok(Some(letter)) => content.push(letter),
                    _ => match resolve_predefined_entity(&entity) {
                        Some(replacement) => content.push_str(replacement),
                        None => return Err(Error::Entity(entity.to_string())),
                    },
                },
                Event::End(_) => return Ok(types.finish(content, fields)),
                Event::Eof => return Err(Error::Truncated),
                _ => {}
            }
        }
    }
}

fn local_name(start: &BytesStart<'_>) -> String {
    start.local_name().into_inner().to_owned()
}

/// Adds a field; a repeated field becomes an array.
fn push(fields: &mut Vec<(String, Value)>, name: String, value: Value) {
    match fields.iter_mut().find(|(known, _)| *known == name) {
        None => fields.push((name, value)),
        Some((_, Value::Array { type_name: None, items })) => items.push(value),
        Some((_, first)) => {
            let items = vec![std::mem::replace(first, Value::nothing()), value];
            *first = Value::from(items);
        }
    }
}

/// Type information in the attributes of an element.
#[derive(Default)]
struct Types {
    /// `xsi:type` without the namespace prefix.
    declared: Option<String>,
    /// `type`, the attribute of references.
    managed: Option<String>,
}

impl Types {
    fn from_attributes(start: &BytesStart<'_>, position: u64) -> Result<Self, Error> {
        let failed = |source| Error::Xml { position, source };
        let mut types = Self::default();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| failed(error.into()))?;
            let (local, prefix) = attribute.key.decompose();
            if local.as_ref() != "type" {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(failed)?;
            if prefix.is_some() {
                let name = value.rsplit_once(':').map_or(&*value, |(_, name)| name);
                types.declared = Some(name.to_owned());
            } else {
                types.managed = Some(value.into_owned());
            }
        }
        Ok(types)
    }

    fn finish(self, text: String, fields: Vec<(String, Value)>) -> Value {
        let type_name = self.declared;
        if let Some(kind) = self.managed {
            return Value::Reference(MoRef { kind, id: text });
        }
        if type_name.as_deref().is_some_and(|name| name.starts_with("ArrayOf")) {
            let items = fields.into_iter().flat_map(|(_, value)| value.into_items()).collect();
            return Value::Array { type_name, items };
        }
        let is_simple = type_name
            .as_deref()
            .is_none_or(|name| is_schema_type(name) || !text.trim().is_empty());
        if fields.is_empty() && is_simple {
            return Value::Text { type_name, text };
        }
        Value::Data { type_name, fields }
    }
}

impl Value {
    fn into_fields(self) -> Vec<(String, Self)> {
        match self {
            Self::Data { fields, .. } => fields,
            _ => Vec::new(),
        }
    }

    fn into_items(self) -> Vec<Self> {
        match self {
            Self::Array { items, type_name: None } => items,
            single => vec![single],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(value: &Value) -> Value {
        let body = decode(&response("Test", value)).unwrap();
        assert_eq!(body.name, "TestResponse");
        body.content.get("returnval").cloned().unwrap_or_else(Value::nothing)
    }

    #[test]
    fn values_survive_a_round_trip() {
        let disk = Value::data("VirtualDisk")
            .with(
                "backing",
                Value::data("VirtualDiskFlatVer2BackingInfo").with("datastore", MoRef::new("Datastore", "datastore-1")),
            )
            .with("empty", Value::data("Description"));
        let devices = Value::array("VirtualDevice", vec![disk.clone(), disk.clone()]);
        let option = Value::data("OptionValue").with("value", true);
        let value = Value::data("Thing")
            .with("val", devices.clone())
            .with("option", vec![option.clone(), option])
            .with("value", MoRef::new("VirtualMachine", "vm-1"));
        assert_eq!(round_trip(&value), value);
        assert_eq!(round_trip(&Value::nothing()), Value::nothing());
    }

    #[test]
    fn text_is_escaped_and_invalid_characters_are_dropped() {
        let nasty = "<a href=\"x\">&amp; 'ü'\u{8}\n</a>";
        let value = Value::data("Thing").with("value", nasty);
        assert_eq!(
            round_trip(&value).str_at("value"),
            Some("<a href=\"x\">&amp; 'ü'\n</a>")
        );
    }

    #[test]
    fn namespace_prefixes_are_arbitrary() {
        let envelope = r#"<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body>
            <Login xmlns="urn:vim25"><_this type="SessionManager">SessionManager</_this><userName>a&#64;b</userName>
            <spec xmlns:XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance" XMLSchema-instance:type="vim:Spec"></spec>
            </Login></Body></Envelope>"#;
        let body = decode(envelope).unwrap();
        assert_eq!(body.name, "Login");
        assert_eq!(
            body.content.moref_at("_this"),
            Some(&MoRef::new("SessionManager", "SessionManager"))
        );
        assert_eq!(body.content.str_at("userName"), Some("a@b"));
        assert!(body.content.get("spec").unwrap().is("Spec"));
    }

    #[test]
    fn faults_keep_their_type() {
        let sent = Fault {
            name: "ManagedObjectNotFound".into(),
            message: "gone".into(),
            detail: Value::data("ManagedObjectNotFound").with("obj", MoRef::new("VirtualMachine", "vm-1")),
        };
        let body = decode(&fault(&sent)).unwrap();
        assert_eq!(body.fault().unwrap(), sent);
    }

    #[test]
    fn invalid_envelopes_are_rejected() {
        for text in [
            "",
            "<html></html>",
            "not xml",
            "<a><b></a>",
            "<Envelope><Body/></Envelope>",
            "<Envelope><Body><x>&nbsp;</x></Body></Envelope>",
        ] {
            assert!(decode(text).is_err(), "{text}");
        }
    }
}
