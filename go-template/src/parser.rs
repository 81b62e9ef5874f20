//! Parser: builds the nodes of a template from tokens.

use std::iter::Peekable;
use std::vec::IntoIter;

use crate::lexer::{Kind, Token};
use crate::syntax::{Assignment, Branch, Node, Operand, Pipeline, Term};
use crate::{Error, functions};

/// Keywords of Go templates that are not supported.
const UNSUPPORTED: &[&str] = &["range", "define", "template", "block", "break", "continue"];

/// Parses all tokens.
pub fn parse(tokens: Vec<Token>) -> Result<Vec<Node>, Error> {
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        position: 0,
        variables: vec![String::new()],
    };
    let (nodes, end) = parser.nodes()?;
    match end {
        None => Ok(nodes),
        Some(End { position, word, .. }) => Err(Error::at(position, format!("there is no if or with for this {word}"))),
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
    /// Position of the last token.
    position: usize,
    /// Variables in scope; the empty name is `$`, the data.
    variables: Vec<String>,
}

/// End of a list of nodes: `end`, `else`, or `else if` and `else with` with their branch.
struct End {
    position: usize,
    word: &'static str,
    chained: Option<Branch>,
}

impl Parser {
    /// Parses nodes up to `else`, `end` or the end of the template.
    fn nodes(&mut self) -> Result<(Vec<Node>, Option<End>), Error> {
        let mut nodes = Vec::new();
        while let Some(token) = self.next() {
            if let Kind::Text(text) = token.kind {
                nodes.push(Node::Text(text));
                continue;
            }
            self.spaces();
            let position = self.tokens.peek().map_or(token.position, |next| next.position);
            let keyword = match self.tokens.peek() {
                Some(Token {
                    kind: Kind::Word(word), ..
                }) => word.clone(),
                _ => String::new(),
            };
            match keyword.as_str() {
                "if" | "with" => {
                    self.next();
                    nodes.push(Node::Branch(self.branch(position, keyword == "with")?));
                }
                "end" => {
                    self.next();
                    self.close("end")?;
                    let word = "end";
                    return Ok((
                        nodes,
                        Some(End {
                            position,
                            word,
                            chained: None,
                        }),
                    ));
                }
                "else" => {
                    self.next();
                    let end = self.otherwise(position)?;
                    return Ok((nodes, Some(end)));
                }
                word if UNSUPPORTED.contains(&word) => {
                    return Err(Error::at(
                        position,
                        format!("{word} is not known here: names have no use for it"),
                    ));
                }
                _ => {
                    let pipeline = self.pipeline(position)?;
                    self.close("the action")?;
                    nodes.push(Node::Output(pipeline));
                }
            }
        }
        Ok((nodes, None))
    }

    /// Parses a branch after `if` or `with`, up to its `end`.
    fn branch(&mut self, position: usize, moves_dot: bool) -> Result<Branch, Error> {
        let known = self.variables.len();
        let condition = self.pipeline(position)?;
        self.close("the condition")?;
        let (then, end) = self.nodes()?;
        let word = if moves_dot { "with" } else { "if" };
        let unended = || Error::at(position, format!("this {word} has no end"));
        let end = end.ok_or_else(unended)?;
        let otherwise = match (end.word, end.chained) {
            (_, Some(chained)) => vec![Node::Branch(chained)],
            ("else", None) => match self.nodes()? {
                (nodes, Some(End { word: "end", .. })) => nodes,
                (_, Some(second)) => return Err(Error::at(second.position, "a second else for the same condition")),
                (_, None) => return Err(unended()),
            },
            _ => Vec::new(),
        };
        self.variables.truncate(known);
        Ok(Branch {
            moves_dot,
            condition,
            then,
            otherwise,
        })
    }

    /// Parses what follows `else`: nothing, or another condition with the same `end`.
    fn otherwise(&mut self, position: usize) -> Result<End, Error> {
        self.spaces();
        let chained = match self.tokens.peek().map(|token| &token.kind) {
            Some(Kind::Word(word)) if word == "if" || word == "with" => {
                let moves_dot = word == "with";
                self.next();
                Some(self.branch(position, moves_dot)?)
            }
            _ => {
                self.close("else")?;
                None
            }
        };
        Ok(End {
            position,
            word: "else",
            chained,
        })
    }

    fn pipeline(&mut self, position: usize) -> Result<Pipeline, Error> {
        self.spaces();
        let mut pipeline = Pipeline {
            sets: None,
            commands: vec![Vec::new()],
        };
        loop {
            let spaced = self.spaces();
            let Some(Token { position: at, kind }) = self.tokens.peek().cloned() else {
                break;
            };
            match kind {
                Kind::Close | Kind::Mark(")") => break,
                Kind::Mark("|") => {
                    self.next();
                    complete(&pipeline, at)?;
                    pipeline.commands.push(Vec::new());
                }
                Kind::Mark(mark @ (":=" | "=")) => {
                    self.next();
                    pipeline.sets = Some(self.assignment(&mut pipeline.commands, at, mark == ":=")?);
                }
                _ => {
                    let operand = self.operand()?;
                    let command = pipeline.commands.last_mut();
                    if let Some(command) = command {
                        if !command.is_empty() && !spaced {
                            return Err(Error::at(at, "a space is missing before this word"));
                        }
                        command.push(operand);
                    }
                }
            }
        }
        complete(&pipeline, position)?;
        if let Some(Assignment {
            variable,
            declares: true,
        }) = &pipeline.sets
        {
            self.variables.push(variable.clone());
        }
        Ok(pipeline)
    }

    /// Parses the left side of `:=` or `=`, which must be a single variable.
    fn assignment(&mut self, commands: &mut Vec<Vec<Operand>>, at: usize, declares: bool) -> Result<Assignment, Error> {
        let said = std::mem::replace(commands, vec![Vec::new()]);
        let variable = match said.as_slice() {
            [command] => match command.as_slice() {
                [operand] if operand.fields.is_empty() => match &operand.term {
                    Term::Variable(variable) => Some(variable.clone()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let variable = variable.ok_or_else(|| Error::at(at, "before := and = stands a variable, such as $name"))?;
        if !declares {
            self.known(&variable, at)?;
        }
        Ok(Assignment { variable, declares })
    }

    fn operand(&mut self) -> Result<Operand, Error> {
        let Some(token) = self.next() else {
            return Err(Error::at(self.position, "something is missing here"));
        };
        let position = token.position;
        let mut fields = Vec::new();
        let term = match token.kind {
            Kind::Dot => Term::Dot,
            Kind::Field(name) => {
                fields.push(name);
                Term::Dot
            }
            Kind::Variable(name) => {
                let declared = matches!(self.after_spaces(), Some(Kind::Mark(":=")));
                if !declared {
                    self.known(&name, position)?;
                }
                Term::Variable(name)
            }
            Kind::Word(name) => {
                functions::known(&name).map_err(|message| Error::at(position, message))?;
                Term::Function(name)
            }
            Kind::Constant(value) => Term::Constant(value),
            Kind::Mark("(") => {
                let inner = self.pipeline(position)?;
                match self.next().map(|token| token.kind) {
                    Some(Kind::Mark(")")) => Term::Pipeline(inner),
                    _ => return Err(Error::at(position, "this ( has no )")),
                }
            }
            _ => return Err(Error::at(position, "here stands a field, a function or a constant")),
        };
        while let Some(Kind::Field(name)) = self.tokens.peek().map(|token| token.kind.clone()) {
            self.next();
            fields.push(name);
        }
        Ok(Operand { position, term, fields })
    }

    fn known(&self, variable: &str, position: usize) -> Result<(), Error> {
        if self.variables.iter().any(|known| known == variable) {
            Ok(())
        } else {
            Err(Error::at(position, format!("there is no variable ${variable} here")))
        }
    }

    fn close(&mut self, what: &str) -> Result<(), Error> {
        self.spaces();
        match self.next() {
            Some(Token { kind: Kind::Close, .. }) => Ok(()),
            Some(token) => Err(Error::at(token.position, format!("here {what} should be over"))),
            None => Err(Error::at(self.position, format!("{what} is not closed"))),
        }
    }

    /// Returns the kind of the first token after spaces, without consuming it.
    fn after_spaces(&mut self) -> Option<Kind> {
        let rest = self.tokens.clone();
        let mut rest = rest.skip_while(|token| token.kind == Kind::Space);
        rest.next().map(|token| token.kind)
    }

    /// Consumes spaces; returns whether there were any.
    fn spaces(&mut self) -> bool {
        let mut any = false;
        while self.tokens.next_if(|token| token.kind == Kind::Space).is_some() {
            any = true;
        }
        any
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.next();
        if let Some(token) = &token {
            self.position = token.position;
        }
        token
    }
}

/// Checks that no command is empty, and that only functions have arguments or take the value of an earlier command.
fn complete(pipeline: &Pipeline, position: usize) -> Result<(), Error> {
    let Some(command) = pipeline.commands.last() else {
        return Ok(());
    };
    let Some(first) = command.first() else {
        return Err(Error::at(position, "a value is missing"));
    };
    if matches!(first.term, Term::Function(_)) {
        return Ok(());
    }
    if let Some(argument) = command.get(1) {
        return Err(Error::at(argument.position, "only functions have arguments"));
    }
    match pipeline.commands.len() {
        1 => Ok(()),
        _ => Err(Error::at(first.position, "after | stands a function")),
    }
}
