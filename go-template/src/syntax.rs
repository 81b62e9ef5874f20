//! Syntax tree of a template.

use crate::value::{Data, Value};
use crate::{Error, evaluate, lexer, parser};

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    nodes: Vec<Node>,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// The template is malformed, or uses a feature that this crate does not support.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let nodes = parser::parse(lexer::tokens(text)?)?;
        Ok(Self { nodes })
    }

    /// Renders the template with data.
    ///
    /// # Errors
    /// A field is not in the data, or a function does not accept its arguments.
    pub fn render(&self, data: &Data) -> Result<String, Error> {
        evaluate::render(&self.nodes, data)
    }
}

/// A node of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Text outside of `{{ }}`.
    Text(String),
    /// A pipeline whose value is printed, unless it assigns a variable.
    Output(Pipeline),
    /// `if` and `with`.
    Branch(Branch),
}

/// `if` or `with`, up to its `end`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    /// `with`: the value becomes the dot.
    pub moves_dot: bool,
    /// Condition of the branch.
    pub condition: Pipeline,
    /// Nodes if the condition is true.
    pub then: Vec<Node>,
    /// Nodes if the condition is false.
    pub otherwise: Vec<Node>,
}

/// Commands; each gets the value of the previous one as its last argument.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipeline {
    /// Variable that the value is assigned to.
    pub sets: Option<Assignment>,
    /// Commands, at least one.
    pub commands: Vec<Vec<Operand>>,
}

/// `$name :=` or `$name =`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assignment {
    /// Variable name, without `$`.
    pub variable: String,
    /// Whether the assignment declares the variable (`:=`).
    pub declares: bool,
}

/// An operand of a command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operand {
    /// Offset in the template in characters, from 0.
    pub position: usize,
    /// The term.
    pub term: Term,
    /// Fields that are read from the term, in order.
    pub fields: Vec<String>,
}

/// Kinds of terms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    /// `.`
    Dot,
    /// `$name`; the data is `$`.
    Variable(String),
    /// A function.
    Function(String),
    /// A constant.
    Constant(Value),
    /// `( ... )`
    Pipeline(Pipeline),
}
