//! Evaluates a parsed template with data.

use crate::syntax::{Branch, Node, Operand, Pipeline, Term};
use crate::value::{Data, Value};
use crate::{Error, functions};

/// Renders the nodes of a template.
pub fn render(nodes: &[Node], data: &Data) -> Result<String, Error> {
    let mut rendering = Rendering {
        data,
        variables: Vec::new(),
        text: String::new(),
    };
    rendering.nodes(nodes, &Dot::Data)?;
    Ok(rendering.text)
}

/// The value of `.`.
enum Dot {
    Data,
    Value(Value),
}

struct Rendering<'a> {
    data: &'a Data,
    variables: Vec<(String, Value)>,
    text: String,
}

impl Rendering<'_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Dot) -> Result<(), Error> {
        for node in nodes {
            match node {
                Node::Text(text) => self.text.push_str(text),
                Node::Output(pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    if pipeline.sets.is_none() {
                        self.text.push_str(&value.to_string());
                    }
                }
                Node::Branch(branch) => self.branch(branch, dot)?,
            }
        }
        Ok(())
    }

    fn branch(&mut self, branch: &Branch, dot: &Dot) -> Result<(), Error> {
        let known = self.variables.len();
        let value = self.pipeline(&branch.condition, dot)?;
        match (value.is_true(), branch.moves_dot) {
            (true, true) => self.nodes(&branch.then, &Dot::Value(value))?,
            (true, false) => self.nodes(&branch.then, dot)?,
            (false, _) => self.nodes(&branch.otherwise, dot)?,
        }
        self.variables.truncate(known);
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Dot) -> Result<Value, Error> {
        let mut piped = None;
        for command in &pipeline.commands {
            piped = Some(self.command(command, piped, dot)?);
        }
        let value = piped.unwrap_or(Value::Nil);
        if let Some(assignment) = &pipeline.sets {
            let known = self.variables.iter_mut().rev();
            let known = known
                .map(|(name, value)| (&*name, value))
                .find(|(name, _)| **name == assignment.variable);
            match known {
                Some((_, old)) if !assignment.declares => *old = value.clone(),
                _ => self.variables.push((assignment.variable.clone(), value.clone())),
            }
        }
        Ok(value)
    }

    fn command(&mut self, command: &[Operand], piped: Option<Value>, dot: &Dot) -> Result<Value, Error> {
        let Some((first, arguments)) = command.split_first() else {
            return Ok(Value::Nil);
        };
        match &first.term {
            Term::Function(name) => self.call(name, first, arguments, piped, dot),
            _ => self.operand(first, dot),
        }
    }

    fn call(
        &mut self,
        name: &str,
        first: &Operand,
        arguments: &[Operand],
        piped: Option<Value>,
        dot: &Dot,
    ) -> Result<Value, Error> {
        let wrong = |message: String| Error::at(first.position, format!("{name}: {message}"));
        // `and` and `or` evaluate their arguments lazily.
        if let Some(stops) = functions::stops_at(name) {
            let mut last = None;
            for argument in arguments {
                let value = self.operand(argument, dot)?;
                if value.is_true() == stops {
                    return Ok(value);
                }
                last = Some(value);
            }
            return piped
                .or(last)
                .ok_or_else(|| wrong("it takes at least 1 argument, but gets none".to_owned()));
        }
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.operand(argument, dot)?);
        }
        values.extend(piped);
        let value = functions::call(name, &values).map_err(wrong)?;
        fields(value, first)
    }

    fn operand(&mut self, operand: &Operand, dot: &Dot) -> Result<Value, Error> {
        let value = match &operand.term {
            Term::Dot => match dot {
                Dot::Data => return self.data(operand),
                Dot::Value(value) => value.clone(),
            },
            Term::Variable(name) if name.is_empty() => return self.data(operand),
            Term::Variable(name) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                known.map_or(Value::Nil, |(_, value)| value.clone())
            }
            Term::Function(name) => return self.call(name, operand, &[], None, dot),
            Term::Constant(value) => value.clone(),
            Term::Pipeline(pipeline) => self.pipeline(pipeline, dot)?,
        };
        fields(value, operand)
    }

    /// Returns a field of the data.
    fn data(&self, operand: &Operand) -> Result<Value, Error> {
        let Some((name, rest)) = operand.fields.split_first() else {
            return Err(Error::at(
                operand.position,
                "the data as a whole is no value; name a field of it",
            ));
        };
        let Some(value) = self.data.get(name.as_str()) else {
            let known: Vec<String> = self.data.keys().map(|key| format!(".{key}")).collect();
            let message = format!("there is no field .{name}; there are {}", known.join(", "));
            return Err(Error::at(operand.position, message));
        };
        match rest.first() {
            None => Ok(value.clone()),
            Some(field) => Err(no_field(operand.position, value, field)),
        }
    }
}

/// Fails if the operand has fields: values have none.
fn fields(value: Value, operand: &Operand) -> Result<Value, Error> {
    match operand.fields.first() {
        None => Ok(value),
        Some(field) => Err(no_field(operand.position, &value, field)),
    }
}

fn no_field(position: usize, value: &Value, field: &str) -> Error {
    Error::at(position, format!("a {} has no field .{field}", value.kind()))
}
