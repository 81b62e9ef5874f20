//! The content of a providers file before it has types: every key and value with its place.

use std::path::Path;

use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, Span, StrInput};

use super::super::{Mistake, Origin, mistake::Wrong};

/// A value. It can be a secret, so it has no `Debug`.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

#[derive(Clone)]
pub(super) enum Value {
    Null,
    /// Text, number or truth value, as written.
    Scalar(String),
    List(Vec<Node>),
    Object(Vec<Field>),
}

/// A key with its value.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) origin: Origin,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn text(text: &str, origin: Origin) -> Self {
        let value = Value::Scalar(text.to_owned());
        Self { value, origin }
    }

    /// The keys and values of an object; none of anything else.
    pub(super) fn fields(&self) -> &[Field] {
        match &self.value {
            Value::Object(fields) => fields,
            Value::Null | Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.key == key)
    }

    /// The text of a key; none where it is blank, or something else than text.
    pub(super) fn text_of(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.node.value {
            Value::Scalar(text) if !text.trim().is_empty() => Some(text),
            Value::Null | Value::Scalar(_) | Value::List(_) | Value::Object(_) => None,
        }
    }

    /// Whether nothing is written: `null`, or an empty text.
    pub(super) fn is_blank(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Scalar(text) => text.trim().is_empty(),
            Value::List(_) | Value::Object(_) => false,
        }
    }

    /// What it is, without what it says.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Scalar(_) => "a single value",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// "expected a text, found a list"
    pub(super) fn is_not(&self, expected: &str) -> Wrong {
        Wrong::new(format!("expected {expected}, found {}", self.kind()))
    }
}

/// Parses `text`. Keys that stand twice are mistakes too; the first one counts.
pub(super) fn parse(path: &Path, text: &str, mistakes: &mut Vec<Mistake>) -> Option<Node> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut builder = Builder {
        path,
        parser: Parser::new_from_str_with_options(text, options),
        mistakes,
    };
    match builder.document() {
        Ok(node) => Some(node),
        Err(mistake) => {
            mistakes.push(mistake);
            None
        }
    }
}

struct Builder<'a> {
    path: &'a Path,
    parser: Parser<'a, StrInput<'a>>,
    mistakes: &'a mut Vec<Mistake>,
}

impl<'a> Builder<'a> {
    fn document(&mut self) -> Result<Node, Mistake> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd | Event::DocumentEnd, span) => {
                    let origin = self.at(span.start);
                    return Ok(Node {
                        value: Value::Null,
                        origin,
                    });
                }
                (event, span) => {
                    let node = self.node(event, span)?;
                    self.end()?;
                    return Ok(node);
                }
            }
        }
    }

    /// Nothing may follow the one document.
    fn end(&mut self) -> Result<(), Mistake> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentEnd, _) => {}
                (_, span) => {
                    return Err(Mistake::new(
                        self.at(span.start),
                        "there is more after the end of the providers",
                    ));
                }
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Mistake> {
        let origin = self.at(span.start);
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if matches!(&*text, "" | "null" | "~") => Value::Null,
            Event::Scalar(text, ..) => Value::Scalar(text.into_owned()),
            Event::SequenceStart(..) => Value::List(self.list()?),
            Event::MappingStart(..) => Value::Object(self.object()?),
            _ => return Err(Mistake::new(origin, "this is not JSON")),
        };
        Ok(Node { value, origin })
    }

    fn list(&mut self) -> Result<Vec<Node>, Mistake> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn object(&mut self) -> Result<Vec<Field>, Mistake> {
        let mut fields: Vec<Field> = Vec::new();
        loop {
            let (key, origin) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(fields),
                (Event::Scalar(key, ..), span) => (key.into_owned(), self.at(span.start)),
                (_, span) => return Err(Mistake::new(self.at(span.start), "a key must be text in quotes")),
            };
            let (event, span) = self.next()?;
            if matches!(event, Event::Scalar(..)) && span.start.index() == span.end.index() {
                // Without its own key, a secret would be taken for one; so it is not repeated.
                let mistake = Mistake::new(
                    origin,
                    "this is not JSON: a key without a value, or a value without a key",
                );
                self.mistakes.push(mistake.remedy("write \"KEY\": \"VALUE\""));
                continue;
            }
            let node = self.node(event, span)?;
            match fields.iter().find(|field| field.key == key) {
                Some(first) => {
                    let what = format!("\"{key}\" is there twice, first at {}", first.origin);
                    self.mistakes
                        .push(Mistake::new(origin, what).remedy("remove one of the two"));
                }
                None => fields.push(Field { key, origin, node }),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Mistake> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let mistake = Mistake::new(self.at(*error.marker()), format!("this is not JSON: {}", error.info()));
                Err(mistake.remedy("look for a missing comma, quote or bracket here or in the line before"))
            }
            None => Err(Mistake::new(
                Origin::WholeFile(self.path.to_owned()),
                "the file ends too early",
            )),
        }
    }

    fn at(&self, marker: Marker) -> Origin {
        Origin::File {
            path: self.path.to_owned(),
            line: marker.line(),
            column: marker.col() + 1,
        }
    }
}
