//! Functions on numbers, and comparisons.

use std::cmp::Ordering;

use crate::functions::Result;
use crate::value::Value;

/// Whether the first argument equals any other one.
pub fn equals(given: &[Value]) -> Result {
    let Some((first, others)) = given.split_first() else {
        return Ok(Value::Bool(false));
    };
    for other in others {
        if !alike(first, other) {
            return Err(apart(first, other));
        }
        if first == other {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

/// How the two arguments are ordered.
pub fn order(given: &[Value]) -> std::result::Result<Ordering, String> {
    match given {
        [Value::Int(a), Value::Int(b)] => Ok(a.cmp(b)),
        [Value::Float(a), Value::Float(b)] => Ok(a.total_cmp(b)),
        [Value::Text(a), Value::Text(b)] => Ok(a.cmp(b)),
        [a, b] => Err(apart(a, b)),
        _ => Err("it takes 2 arguments".to_owned()),
    }
}

fn alike(a: &Value, b: &Value) -> bool {
    a.kind() == b.kind() || *a == Value::Nil || *b == Value::Nil
}

fn apart(a: &Value, b: &Value) -> String {
    format!("{} and {} cannot be compared", a.kind(), b.kind())
}

/// Whole numbers, put together; Sprig takes what is none as zero.
pub fn fold(given: &[Value], start: i64, together: fn(i64, i64) -> i64) -> Value {
    Value::Int(given.iter().map(whole).fold(start, together))
}

/// Two whole numbers, put together.
pub fn pair(given: &[Value], together: fn(i64, i64) -> Option<i64>) -> Result {
    let whole = |place: usize| given.get(place).map_or(0, whole);
    let (a, b) = (whole(0), whole(1));
    together(a, b)
        .map(Value::Int)
        .ok_or_else(|| format!("{a} cannot be divided by {b}"))
}

/// A number, rounded.
pub fn rounded(given: &[Value], to: fn(f64) -> f64) -> Value {
    Value::Float(given.first().map_or(0.0, |value| to(float(value))))
}

/// A number, rounded to so many digits behind the point; up from the third argument on, which is a half if unsaid.
pub fn round(given: &[Value]) -> Result {
    let (value, digits) = (given.first().map_or(0.0, float), given.get(1).map_or(0, whole));
    let up = given.get(2).map_or(0.5, float);
    let power = 10f64.powi(i32::try_from(digits).map_err(|_| format!("{digits} digits are too many"))?);
    let scaled = value * power;
    let whole = if scaled.fract() >= up {
        scaled.ceil()
    } else {
        scaled.floor()
    };
    Ok(Value::Float(whole / power))
}

fn whole(value: &Value) -> i64 {
    match value {
        Value::Nil => 0,
        Value::Bool(value) => i64::from(*value),
        Value::Int(value) => *value,
        Value::Float(value) => *value as i64,
        Value::Text(text) => text.parse().unwrap_or(0),
    }
}

fn float(value: &Value) -> f64 {
    match value {
        Value::Float(value) => *value,
        Value::Text(text) => text.parse().unwrap_or(0.0),
        other => whole(other) as f64,
    }
}
