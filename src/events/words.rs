//! Counts, durations, times and rates as text for reports.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

/// `1 scenario`, `2 scenarios`.
pub fn count(number: usize, singular: &str) -> String {
    if number == 1 {
        format!("1 {singular}")
    } else {
        format!("{number} {singular}s")
    }
}

/// `once`, `twice`, `3 times`.
pub fn times(number: usize) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{number} times"),
    }
}

/// `0.31 s`, `12.4 s`, `3 min 05 s`, `2 h 04 min`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let whole = duration.as_secs();
    if seconds < 10.0 {
        format!("{seconds:.2} s")
    } else if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else if whole < 3600 {
        format!("{} min {:02} s", whole / 60, whole % 60)
    } else {
        format!("{} h {:02} min", whole / 3600, whole % 3600 / 60)
    }
}

/// The text, or as much of its beginning as so many bytes hold.
pub fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=text.len().min(bytes))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// `2026-11-22 19:04:05 UTC`.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Forklift's MB are MiB (1 GB = 1024 MB); what is large reads as GB.
const LARGE: f64 = 1024.0;

/// `12.1 of 28.0 GB`, `512 of 700 MB`, `3 of 7`.
pub fn amount(completed: i64, total: i64, unit: &str) -> String {
    // No disk has more than 2000 TB.
    let gigabytes = |megabytes| f64::from(i32::try_from(megabytes).unwrap_or(i32::MAX)) / LARGE;
    if unit == "MB" && gigabytes(total) >= 1.0 {
        format!("{:.1} of {:.1} GB", gigabytes(completed), gigabytes(total))
    } else {
        format!("{completed} of {total} {unit}").trim_end().to_owned()
    }
}

/// `85 MB/s`, `1.4 GB/s`.
pub fn rate(per_second: f64, unit: &str) -> String {
    if unit == "MB" && per_second >= LARGE {
        format!("{:.1} GB/s", per_second / LARGE)
    } else {
        format!("{per_second:.0} {unit}/s")
    }
}

/// `8 passed`, `7 passed, 1 failed`, `nothing`: parts that are zero are left out.
pub fn parts(parts: &[(usize, &str)]) -> String {
    let named: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    if named.is_empty() {
        "nothing".to_owned()
    } else {
        named.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!(
            [count(0, "check"), count(1, "check"), count(2, "check")],
            ["0 checks", "1 check", "2 checks"]
        );
        assert_eq!([times(1), times(2), times(3)], ["once", "twice", "3 times"]);
        assert_eq!(parts(&[(2, "passed"), (0, "failed")]), "2 passed");
        assert_eq!(parts(&[(2, "passed"), (1, "failed")]), "2 passed, 1 failed");
        assert_eq!(parts(&[(0, "passed")]), "nothing");
    }

    #[test]
    fn amounts_and_rates_take_the_unit_that_reads_best() {
        assert_eq!(amount(12_390, 28_672, "MB"), "12.1 of 28.0 GB");
        assert_eq!(amount(512, 700, "MB"), "512 of 700 MB");
        assert_eq!(amount(3, 7, ""), "3 of 7");
        assert_eq!([rate(85.2, "MB"), rate(1434.0, "MB")], ["85 MB/s", "1.4 GB/s"]);
    }

    #[test]
    fn durations_keep_the_digits_that_matter() {
        let cases = [
            (310, "0.31 s"),
            (12_400, "12.4 s"),
            (185_000, "3 min 05 s"),
            (7_440_000, "2 h 04 min"),
        ];
        for (milliseconds, expected) in cases {
            assert_eq!(duration(Duration::from_millis(milliseconds)), expected);
        }
    }
}
