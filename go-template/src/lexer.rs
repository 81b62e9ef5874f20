//! Lexer: splits a template into tokens.

use crate::Error;
use crate::value::Value;

/// A token and its position.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// Offset in the template in characters, from 0.
    pub position: usize,
    /// Kind of the token.
    pub kind: Kind,
}

/// Kinds of tokens.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Text outside of actions.
    Text(String),
    /// `{{`
    Open,
    /// `}}`
    Close,
    /// White space inside an action.
    Space,
    /// `.name`
    Field(String),
    /// `.`
    Dot,
    /// `$name`, without the `$`.
    Variable(String),
    /// A keyword or a function name.
    Word(String),
    /// A constant.
    Constant(Value),
    /// `|`, `(`, `)`, `=`, `:=`, `,`
    Mark(&'static str),
}

/// Splits a template into tokens.
pub fn tokens(text: &str) -> Result<Vec<Token>, Error> {
    let lexer = Lexer {
        characters: text.chars().collect(),
        position: 0,
        tokens: Vec::new(),
    };
    lexer.all()
}

struct Lexer {
    characters: Vec<char>,
    position: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn all(mut self) -> Result<Vec<Token>, Error> {
        let mut trims = false;
        loop {
            let start = self.position;
            while self.position < self.characters.len() && !self.is_at("{{") {
                self.position += 1;
            }
            let mut text: String = self.between(start, self.position);
            if trims {
                text = text.trim_start().to_owned();
            }
            let is_last = self.position == self.characters.len();
            let trims_before = !is_last && self.is_at("{{-") && self.peek(3).is_some_and(char::is_whitespace);
            if trims_before {
                text = text.trim_end().to_owned();
            }
            if !text.is_empty() {
                self.push(start, Kind::Text(text));
            }
            if is_last {
                return Ok(self.tokens);
            }
            trims = self.action(trims_before)?;
        }
    }

    /// Reads an action; returns whether it trims the following text.
    fn action(&mut self, trims_before: bool) -> Result<bool, Error> {
        let open = self.position;
        self.position += if trims_before { 3 } else { 2 };
        let inside = self.position;
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.position += 1;
        }
        if self.is_at("/*") {
            return self.comment(open);
        }
        self.position = inside;
        self.push(open, Kind::Open);
        loop {
            let start = self.position;
            let Some(character) = self.peek(0) else {
                return Err(Error::at(open, "this {{ has no }}"));
            };
            if let Some(trims) = self.close() {
                self.push(start, Kind::Close);
                return Ok(trims);
            }
            let kind = self.word(character)?;
            self.push(start, kind);
        }
    }

    fn comment(&mut self, open: usize) -> Result<bool, Error> {
        while !self.is_at("*/") {
            if self.peek(0).is_none() {
                return Err(Error::at(open, "this comment has no end; it ends in */}}"));
            }
            self.position += 1;
        }
        self.position += 2;
        self.close()
            .ok_or_else(|| Error::at(open, "a comment ends in */}} or in */ -}}"))
    }

    /// Consumes `}}` or ` -}}`; returns whether it trims the following text, or `None` for another token.
    fn close(&mut self) -> Option<bool> {
        if self.is_at("}}") {
            self.position += 2;
            return Some(false);
        }
        let spaces = self.characters.iter().skip(self.position);
        let spaces = spaces.take_while(|character| character.is_whitespace()).count();
        let after: String = self.between(self.position + spaces, self.position + spaces + 3);
        if spaces > 0 && after == "-}}" {
            self.position += spaces + 3;
            return Some(true);
        }
        None
    }

    fn word(&mut self, first: char) -> Result<Kind, Error> {
        let start = self.position;
        self.position += 1;
        Ok(match first {
            _ if first.is_whitespace() => {
                self.pass(|c| c.is_whitespace(), true);
                Kind::Space
            }
            '|' => Kind::Mark("|"),
            '(' => Kind::Mark("("),
            ')' => Kind::Mark(")"),
            ',' => Kind::Mark(","),
            '=' => Kind::Mark("="),
            ':' if self.is_at("=") => {
                self.position += 1;
                Kind::Mark(":=")
            }
            '$' => Kind::Variable(self.name()),
            '"' | '\'' => self.quoted(start, first)?,
            '`' => self.raw(start)?,
            '.' if !self.peek(0).is_some_and(|next| next.is_ascii_digit()) => match self.name() {
                name if name.is_empty() => Kind::Dot,
                name => Kind::Field(name),
            },
            '.' | '+' | '-' | '0'..='9' => self.number(start)?,
            _ if first.is_alphabetic() || first == '_' => {
                self.position = start;
                match self.name().as_str() {
                    "true" => Kind::Constant(Value::Bool(true)),
                    "false" => Kind::Constant(Value::Bool(false)),
                    "nil" => Kind::Constant(Value::Nil),
                    name => Kind::Word(name.to_owned()),
                }
            }
            _ => {
                return Err(Error::at(
                    start,
                    format!("\"{first}\" has no meaning inside of {{{{ }}}}"),
                ));
            }
        })
    }

    fn name(&mut self) -> String {
        let start = self.position;
        self.pass(|c| c.is_alphanumeric() || c == '_', true);
        self.between(start, self.position)
    }

    fn raw(&mut self, start: usize) -> Result<Kind, Error> {
        self.pass(|c| c == '`', false);
        let text = self.between(start + 1, self.position);
        match self.peek(0) {
            Some(_) => {
                self.position += 1;
                Ok(Kind::Constant(Value::Text(text)))
            }
            None => Err(Error::at(start, "this text has no closing `")),
        }
    }

    /// Reads `"text"`, or `'c'`, which is a number in Go.
    fn quoted(&mut self, start: usize, quote: char) -> Result<Kind, Error> {
        let mut text = String::new();
        loop {
            let Some(character) = self.peek(0).filter(|c| *c != '\n') else {
                return Err(Error::at(start, format!("this text has no closing {quote}")));
            };
            self.position += 1;
            match character {
                _ if character == quote => break,
                '\\' => text.push(self.escaped(quote)?),
                _ => text.push(character),
            }
        }
        let mut characters = text.chars();
        match (quote, characters.next(), characters.next()) {
            ('"', ..) => Ok(Kind::Constant(Value::Text(text))),
            (_, Some(only), None) => Ok(Kind::Constant(Value::Int(i64::from(u32::from(only))))),
            _ => Err(Error::at(
                start,
                "between single quotes stands one character; text has double quotes",
            )),
        }
    }

    fn escaped(&mut self, quote: char) -> Result<char, Error> {
        let start = self.position - 1;
        let letter = self.peek(0).unwrap_or_default();
        self.position += 1;
        let digits = match letter {
            'n' => return Ok('\n'),
            't' => return Ok('\t'),
            'r' => return Ok('\r'),
            '\\' => return Ok('\\'),
            _ if letter == quote => return Ok(quote),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code = self.between(self.position, self.position + digits);
        self.position += digits;
        let decoded = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
        decoded.ok_or_else(|| Error::at(start, format!("\"\\{letter}\" is no escape sequence")))
    }

    fn number(&mut self, start: usize) -> Result<Kind, Error> {
        self.pass(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_', true);
        let text = self.between(start, self.position);
        let plain = text.replace('_', "");
        let (sign, digits) = match plain.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, plain.trim_start_matches('+')),
        };
        let whole = match digits.get(..2) {
            Some("0x" | "0X") => i64::from_str_radix(digits.get(2..).unwrap_or_default(), 16),
            Some("0b" | "0B") => i64::from_str_radix(digits.get(2..).unwrap_or_default(), 2),
            Some("0o" | "0O") => i64::from_str_radix(digits.get(2..).unwrap_or_default(), 8),
            _ => digits.parse(),
        };
        if let Ok(number) = whole {
            return Ok(Kind::Constant(Value::Int(sign * number)));
        }
        let number = plain.parse().ok().filter(|number: &f64| number.is_finite());
        number
            .map(|number| Kind::Constant(Value::Float(number)))
            .ok_or_else(|| Error::at(start, format!("\"{text}\" is no number")))
    }

    /// Consumes characters while the condition returns `wanted`.
    fn pass(&mut self, condition: impl Fn(char) -> bool, wanted: bool) {
        while self.peek(0).is_some_and(|character| condition(character) == wanted) {
            self.position += 1;
        }
    }

    fn push(&mut self, position: usize, kind: Kind) {
        self.tokens.push(Token { position, kind });
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.position + ahead).copied()
    }

    fn is_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c))
    }

    fn between(&self, start: usize, end: usize) -> String {
        self.characters
            .iter()
            .skip(start)
            .take(end.saturating_sub(start))
            .collect()
    }
}
