//! The change of a figure since the stored table.

/// Changes below this part are noise and not told.
const NOISE: f64 = 0.02;

/// The change in words: `+12 %`, `−40 %`, `×3.2`; `None` if it is noise or there is nothing to compare with.
pub fn change(before: Option<f64>, now: f64) -> Option<String> {
    let before = before.filter(|before| *before > 0.0)?;
    let ratio = now / before;
    let part = ratio - 1.0;
    if part.abs() < NOISE {
        None
    } else if ratio >= 2.0 {
        Some(format!("×{ratio:.1}"))
    } else if part > 0.0 {
        Some(format!("+{:.0} %", part * 100.0))
    } else {
        Some(format!("−{:.0} %", part.abs() * 100.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_in_percent_and_large_ones_as_factors() {
        for (before, now, told) in [
            (Some(1.0), 1.12, Some("+12 %")),
            (Some(1.0), 0.6, Some("−40 %")),
            (Some(1.0), 3.2, Some("×3.2")),
            (Some(1.0), 1.01, None),
            (Some(0.0), 5.0, None),
            (None, 5.0, None),
        ] {
            assert_eq!(change(before, now).as_deref(), told);
        }
    }
}
