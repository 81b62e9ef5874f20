//! Formats sizes as Kubernetes quantities.

/// Bytes as the largest binary unit that has no fraction: `10Gi`, `32Mi`.
pub fn bytes(count: i64) -> String {
    let mut count = count;
    let mut unit = "";
    for larger in ["Ki", "Mi", "Gi", "Ti"] {
        if count == 0 || count % 1024 != 0 {
            break;
        }
        count /= 1024;
        unit = larger;
    }
    format!("{count}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_without_fraction_is_taken() {
        for (count, text) in [
            (0, "0"),
            (1000, "1000"),
            (32 << 20, "32Mi"),
            (10 << 30, "10Gi"),
            ((10 << 30) + (1 << 20), "10241Mi"),
            (2 << 40, "2Ti"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }
}
