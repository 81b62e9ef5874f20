//! Units of figures and how they are written: `3.4 ms`, `81 MB`, `1,542/s`.

/// Unit of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds of wall-clock or processor time.
    Seconds,
    /// Bytes.
    Bytes,
    /// A number of things.
    Count,
    /// A number of things per second. More is better.
    PerSecond,
    /// Part of something: 1 is 100 %.
    Share,
}

impl Unit {
    /// Whether larger figures are better.
    pub fn more_is_better(self) -> bool {
        self == Self::PerSecond
    }

    /// The figure with its unit, in three significant digits.
    pub fn format(self, value: f64) -> String {
        match self {
            Self::Seconds => seconds(value),
            Self::Bytes => bytes(value),
            Self::Count => number(value),
            Self::PerSecond => format!("{}/s", number(value)),
            Self::Share => format!("{} %", digits(value * 100.0)),
        }
    }
}

fn seconds(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        "0 s".to_owned()
    } else if size < 0.001 {
        format!("{} µs", digits(value * 1e6))
    } else if size < 1.0 {
        format!("{} ms", digits(value * 1e3))
    } else {
        format!("{} s", digits(value))
    }
}

fn bytes(value: f64) -> String {
    let size = value.abs();
    if size < 1e3 {
        format!("{value:.0} B")
    } else if size < 1e6 {
        format!("{} kB", digits(value / 1e3))
    } else {
        format!("{} MB", digits(value / 1e6))
    }
}

fn number(value: f64) -> String {
    let text = digits(value);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut grouped = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() {
        format!("{sign}{grouped}")
    } else {
        format!("{sign}{grouped}.{fraction}")
    }
}

/// Three significant digits, without zeros at the end of a fraction.
fn digits(value: f64) -> String {
    let size = value.abs();
    let decimals = if size >= 99.95 {
        0
    } else if size >= 9.995 {
        1
    } else {
        2
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_and_their_unit() {
        for (unit, value, text) in [
            (Unit::Seconds, 0.000_067, "67 µs"),
            (Unit::Seconds, 0.0034, "3.4 ms"),
            (Unit::Seconds, 0.132_4, "132 ms"),
            (Unit::Seconds, 76.04, "76 s"),
            (Unit::Seconds, 0.0, "0 s"),
            (Unit::Bytes, 512.0, "512 B"),
            (Unit::Bytes, 85_030_000.0, "85 MB"),
            (Unit::Count, 128.0, "128"),
            (Unit::Count, 20.5, "20.5"),
            (Unit::PerSecond, 72_667.3, "72,667/s"),
            (Unit::PerSecond, 1_234_567.0, "1,234,567/s"),
            (Unit::Share, 0.002, "0.2 %"),
        ] {
            assert_eq!(unit.format(value), text);
        }
    }
}
