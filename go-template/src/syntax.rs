//! A template that has been read.

use crate::value::{Data, Value};
use crate::{Error, evaluate, lexer, parser};

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    nodes: Vec<Node>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// It is not one, or has something that this crate does not know.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let nodes = parser::parse(lexer::tokens(text)?)?;
        Ok(Self { nodes })
    }

    /// What it makes of the data.
    ///
    /// # Errors
    /// The data does not have a field, or a function does not take what it is given.
    pub fn render(&self, data: &Data) -> Result<String, Error> {
        evaluate::render(&self.nodes, data)
    }
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Text outside of `{{ }}`.
    Text(String),
    /// A pipeline whose value is printed, unless it only sets a variable.
    Output(Pipeline),
    /// `if` and `with`.
    Branch(Branch),
}

/// `if` or `with`, up to its `end`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    /// `with`: the value becomes the dot.
    pub moves_dot: bool,
    /// What is asked.
    pub condition: Pipeline,
    /// What follows when it holds.
    pub then: Vec<Node>,
    /// What follows when it does not.
    pub otherwise: Vec<Node>,
}

/// Commands, each of which gets the value of the one before as its last argument.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipeline {
    /// The variable that takes the value.
    pub sets: Option<Assignment>,
    /// The commands, at least one.
    pub commands: Vec<Vec<Operand>>,
}

/// `$name :=` or `$name =`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assignment {
    /// The variable, without its `$`.
    pub variable: String,
    /// Whether it is a new one.
    pub declares: bool,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operand {
    /// Where it begins.
    pub position: usize,
    /// What it is.
    pub term: Term,
    /// The fields that are looked up in it.
    pub fields: Vec<String>,
}

/// What a word can be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    /// `.`
    Dot,
    /// `$name`; the data itself is `$`.
    Variable(String),
    /// A function.
    Function(String),
    /// A constant.
    Constant(Value),
    /// `( ... )`
    Pipeline(Pipeline),
}
