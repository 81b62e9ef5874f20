//! Arithmetic and comparison functions.

use std::cmp::Ordering;

use crate::functions::Result;
use crate::value::Value;

/// `eq`: whether the first argument equals any of the others.
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

/// Order of two arguments, for `lt`, `le`, `gt` and `ge`.
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

/// Folds integers with a function; Sprig treats other values as zero.
pub fn fold(given: &[Value], start: i64, together: fn(i64, i64) -> i64) -> Value {
    Value::Int(given.iter().map(whole).fold(start, together))
}

/// Applies a function to two integers.
pub fn pair(given: &[Value], together: fn(i64, i64) -> Option<i64>) -> Result {
    let whole = |place: usize| given.get(place).map_or(0, whole);
    let (a, b) = (whole(0), whole(1));
    together(a, b)
        .map(Value::Int)
        .ok_or_else(|| format!("{a} cannot be divided by {b}"))
}

/// Rounds a number with a function.
pub fn rounded(given: &[Value], to: fn(f64) -> f64) -> Value {
    Value::Float(given.first().map_or(0.0, |value| to(float(value))))
}

/// `round`: rounds to a number of decimal places. The third argument is the fraction to round up from; default: 0.5.
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
