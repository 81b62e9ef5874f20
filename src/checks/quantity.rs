//! Kubernetes quantities as bytes.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// Suffixes and what they multiply by (Kubernetes, `k8s.io/apimachinery/pkg/api/resource`); `m` is a thousandth.
const SUFFIXES: [(&str, f64); 13] = [
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
    ("m", 0.001),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
];

/// The quantity as a whole number of bytes, rounded up; `None` when it is not a quantity of bytes.
pub fn bytes(quantity: &Quantity) -> Option<u64> {
    let text = quantity.0.trim();
    // Whole numbers exactly, also where a floating point number could not hold them.
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole);
    }
    let (number, factor) = SUFFIXES
        .iter()
        .find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, *factor)))
        .unwrap_or((text, 1.0));
    let value = number.parse::<f64>().ok()? * factor;
    (value.is_finite() && value >= 0.0).then_some(value.ceil() as u64)
}

/// Bytes for people: `16 GiB`, `1.5 GiB`, `512 MiB`, `1023 bytes`.
pub fn readable(bytes: u64) -> String {
    let units = [(1_u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    for (size, unit) in units {
        if bytes >= size {
            if bytes.is_multiple_of(size) {
                return format!("{} {unit}", bytes / size);
            }
            // Three decimals tell a MiB within a GiB.
            return format!("{:.3} {unit}", bytes as f64 / size as f64);
        }
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        let cases = [
            ("17179869184", Some(16 << 30)),
            ("16Gi", Some(16 << 30)),
            ("1.5Gi", Some(3 << 29)),
            ("2048Mi", Some(2 << 30)),
            ("1G", Some(1_000_000_000)),
            ("1e3", Some(1000)),
            ("1500m", Some(2)),
            ("2E", Some(2_000_000_000_000_000_000)),
            ("", None),
            ("lots", None),
            ("-1", None),
        ];
        for (text, expected) in cases {
            assert_eq!(bytes(&Quantity(text.into())), expected, "{text}");
        }
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(readable(16 << 30), "16 GiB");
        assert_eq!(readable((16 << 30) + (1 << 20)), "16.001 GiB");
        assert_eq!(readable(512 << 20), "512 MiB");
        assert_eq!(readable(100), "100 bytes");
    }
}
