//! Numbers and times as people read them.

use std::time::Duration;

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
