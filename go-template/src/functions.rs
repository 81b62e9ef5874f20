//! Template functions: Go's built-in functions, and the functions of Sprig that Forklift provides.

use crate::value::Value;
use crate::{format, math, text};

/// Result of a function, or its error message.
pub type Result = std::result::Result<Value, String>;

struct Function {
    name: &'static str,
    least: usize,
    most: usize,
    call: fn(&[Value]) -> Result,
}

const fn function(
    name: &'static str,
    takes: std::ops::RangeInclusive<usize>,
    call: fn(&[Value]) -> Result,
) -> Function {
    Function {
        name,
        least: *takes.start(),
        most: *takes.end(),
        call,
    }
}

const ANY: usize = usize::MAX;

/// All functions. `and` and `or` are evaluated lazily; see [`stops_at`].
const FUNCTIONS: &[Function] = &[
    function("and", 1..=ANY, |_| Ok(Value::Nil)),
    function("or", 1..=ANY, |_| Ok(Value::Nil)),
    function("not", 1..=1, |given| Ok(Value::Bool(!given.iter().any(Value::is_true)))),
    function("eq", 2..=ANY, math::equals),
    function("ne", 2..=2, |given| {
        math::equals(given).map(|equal| Value::Bool(!equal.is_true()))
    }),
    function("lt", 2..=2, |given| {
        math::order(given).map(|order| Value::Bool(order.is_lt()))
    }),
    function("le", 2..=2, |given| {
        math::order(given).map(|order| Value::Bool(order.is_le()))
    }),
    function("gt", 2..=2, |given| {
        math::order(given).map(|order| Value::Bool(order.is_gt()))
    }),
    function("ge", 2..=2, |given| {
        math::order(given).map(|order| Value::Bool(order.is_ge()))
    }),
    function("len", 1..=1, text::len),
    function("index", 1..=ANY, text::index),
    function("slice", 1..=3, text::slice),
    function("print", 0..=ANY, |given| Ok(format::print(given).into())),
    function("println", 0..=ANY, |given| Ok(format::println(given).into())),
    function("printf", 1..=ANY, format::printf),
    function("lower", 1..=1, text::lower),
    function("upper", 1..=1, text::upper),
    function("contains", 2..=2, text::contains),
    function("replace", 3..=3, text::replace),
    function("trim", 1..=1, text::trim),
    function("trimAll", 2..=2, text::trim_all),
    function("trimSuffix", 2..=2, text::trim_suffix),
    function("trimPrefix", 2..=2, text::trim_prefix),
    function("title", 1..=1, text::title),
    function("untitle", 1..=1, text::untitle),
    function("repeat", 2..=2, text::repeat),
    function("substr", 3..=3, text::substr),
    function("nospace", 1..=1, text::nospace),
    function("trunc", 2..=2, text::trunc),
    function("initials", 1..=1, text::initials),
    function("hasPrefix", 2..=2, text::has_prefix),
    function("hasSuffix", 2..=2, text::has_suffix),
    function("mustRegexReplaceAll", 3..=3, text::regex_replace_all),
    function("add", 0..=ANY, |given| Ok(math::fold(given, 0, i64::wrapping_add))),
    function("add1", 1..=1, |given| Ok(math::fold(given, 1, i64::wrapping_add))),
    function("sub", 2..=2, |given| math::pair(given, |a, b| Some(a.wrapping_sub(b)))),
    function("div", 2..=2, |given| math::pair(given, i64::checked_div)),
    function("mod", 2..=2, |given| math::pair(given, i64::checked_rem)),
    function("mul", 1..=ANY, |given| Ok(math::fold(given, 1, i64::wrapping_mul))),
    function("max", 1..=ANY, |given| Ok(math::fold(given, i64::MIN, i64::max))),
    function("min", 1..=ANY, |given| Ok(math::fold(given, i64::MAX, i64::min))),
    function("floor", 1..=1, |given| Ok(math::rounded(given, f64::floor))),
    function("ceil", 1..=1, |given| Ok(math::rounded(given, f64::ceil))),
    function("round", 2..=3, math::round),
];

/// Built-in functions of Go that are not supported.
const UNSUPPORTED: &[&str] = &["call", "html", "js", "urlquery"];

/// Checks that a function exists; otherwise returns the error message.
pub fn known(name: &str) -> std::result::Result<(), String> {
    if FUNCTIONS.iter().any(|function| function.name == name) {
        return Ok(());
    }
    if UNSUPPORTED.contains(&name) {
        return Err(format!(
            "the function {name} is not known here: names have no use for it"
        ));
    }
    let alike = FUNCTIONS
        .iter()
        .map(|function| (strsim::jaro_winkler(name, function.name), function.name));
    let nearest = alike
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    Err(match nearest {
        Some((_, nearest)) => format!("Forklift offers no function {name}; the nearest is {nearest}"),
        None => format!("Forklift offers no function {name}"),
    })
}

/// Truth value at which `and` and `or` stop to evaluate arguments; `None` for other functions.
pub fn stops_at(name: &str) -> Option<bool> {
    match name {
        "and" => Some(false),
        "or" => Some(true),
        _ => None,
    }
}

/// Calls a function.
pub fn call(name: &str, given: &[Value]) -> Result {
    known(name)?;
    let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
        return Ok(Value::Nil);
    };
    if !(function.least..=function.most).contains(&given.len()) {
        let takes = match (function.least, function.most) {
            (least, most) if least == most => format!("{least}"),
            (least, ANY) => format!("at least {least}"),
            (least, most) => format!("{least} to {most}"),
        };
        return Err(format!("it takes {takes} arguments, but gets {}", given.len()));
    }
    (function.call)(given)
}
