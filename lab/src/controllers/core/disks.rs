//! Sizes of simulated disks and the time that copying them takes.

use std::time::Duration;

use k8s_openapi::{api::core::v1::PersistentVolumeClaim, apimachinery::pkg::api::resource::Quantity};

/// Rate of every disk copy in bytes per second of simulated time.
pub const COPY_RATE: u64 = 400_000_000;
/// Simulated time that creating a blank disk takes.
pub const BLANK: Duration = Duration::from_secs(2);

/// Size of a claim in bytes: its capacity, or the requested size while it has none.
pub fn claim_size(claim: &PersistentVolumeClaim) -> u64 {
    let given = claim.status.as_ref().and_then(|status| status.capacity.as_ref());
    let asked = claim
        .spec
        .as_ref()
        .and_then(|spec| spec.resources.as_ref()?.requests.as_ref());
    let size = given.and_then(|given| given.get("storage"));
    let size = size.or_else(|| asked.and_then(|asked| asked.get("storage")));
    size.and_then(bytes).unwrap_or_default()
}

/// Allocated bytes of a source disk of this size. The cluster does not know the real number; the lab assumes half.
pub fn allocated(size: u64) -> u64 {
    size / 2
}

/// Simulated time that copying this many bytes takes.
pub fn copy_time(bytes: u64) -> Duration {
    Duration::from_millis(bytes / (COPY_RATE / 1000))
}

/// A quantity of bytes: a number with an optional binary or decimal suffix.
pub fn bytes(quantity: &Quantity) -> Option<u64> {
    let text = quantity.0.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let (base, power) = match suffix {
        "" => (1, 1),
        "Ki" => (1024, 1),
        "Mi" => (1024, 2),
        "Gi" => (1024, 3),
        "Ti" => (1024, 4),
        "k" => (1000u64, 1),
        "M" => (1000, 2),
        "G" => (1000, 3),
        "T" => (1000, 4),
        _ => return None,
    };
    number.checked_mul(base.checked_pow(power)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_in_bytes() {
        for (text, expected) in [
            ("10737418240", Some(10 << 30)),
            ("10Gi", Some(10 << 30)),
            ("512Mi", Some(512 << 20)),
            ("5G", Some(5_000_000_000)),
            ("1.5Gi", None),
            ("", None),
        ] {
            assert_eq!(bytes(&Quantity(text.into())), expected, "{text}");
        }
    }

    #[test]
    fn a_copy_moves_400_megabytes_per_second() {
        assert_eq!(copy_time(4_000_000_000), Duration::from_secs(10));
    }
}
