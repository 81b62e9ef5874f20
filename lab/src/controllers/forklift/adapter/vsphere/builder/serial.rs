//! Serial numbers of the target VM and its disks.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The BIOS UUID as VMware shows it as serial number, which is how OpenShift 4.20 and later take it over:
/// `VMware-ff 10 51 f0 c4 4d 58 1a-8f 20 7e c1 42 9e 12 8e`.
pub fn vmware(uuid: &str) -> String {
    let digits: Vec<char> = uuid.chars().filter(char::is_ascii_hexdigit).collect();
    let bytes: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
    let (first, second) = bytes.split_at(bytes.len().min(8));
    format!("VMware-{}-{}", first.join(" "), second.join(" "))
}

/// The serial number of a disk, at most 20 characters: the source's, or one made of VM and disk.
pub fn disk(source: &str, vm: &str, key: i64) -> String {
    let keeps = |c: &char| c.is_ascii_alphanumeric() || "-_.+".contains(*c);
    let serial: String = source.chars().filter(keeps).take(20).collect();
    if !serial.is_empty() {
        return serial;
    }
    let mut made = String::new();
    for byte in Sha256::digest(format!("{vm}:{key}")).iter().take(10) {
        // Writing to a String cannot fail.
        let _ = write!(made, "{byte:02x}");
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uuid_is_shown_as_vmware_does() {
        assert_eq!(
            vmware("ff1051f0-c44d-581a-8f20-7ec1429e128e"),
            "VMware-ff 10 51 f0 c4 4d 58 1a-8f 20 7e c1 42 9e 12 8e"
        );
    }

    #[test]
    fn disks_keep_twenty_characters() {
        assert_eq!(
            disk("6a5d3ffa-e95e-5441-9ad1-000000000000", "vm-1", 2000),
            "6a5d3ffa-e95e-5441-9"
        );
        let made = disk("", "vm-1", 2000);
        assert_eq!(made.len(), 20);
        assert_ne!(made, disk("", "vm-1", 2001));
    }
}
