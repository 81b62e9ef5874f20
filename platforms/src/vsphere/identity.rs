//! Deterministic identities: derived from names instead of random, so that they are the same in every lab.

use uuid::Uuid;

fn derived(purpose: &str, name: &str) -> String {
    let text = format!("mtv-lab/vsphere/{purpose}/{name}");
    Uuid::new_v5(&Uuid::NAMESPACE_URL, text.as_bytes()).to_string()
}

/// Replaces the prefix of a UUID by the prefix that vCenter uses.
fn beginning(with: &str, uuid: &str) -> String {
    format!("{with}{}", uuid.get(with.len()..).unwrap_or_default())
}

/// BIOS UUID of a VM.
pub fn bios_uuid(name: &str) -> String {
    beginning("42", &derived("bios", name))
}

/// Instance UUID of a VM.
pub fn instance_uuid(name: &str) -> String {
    beginning("50", &derived("instance", name))
}

/// UUID of a disk, derived from its file.
pub fn disk_uuid(file: &str) -> String {
    beginning("6000c29", &derived("disk", file))
}

/// Instance UUID of the vCenter.
pub fn vcenter_uuid() -> String {
    derived("vcenter", "lab")
}

/// Hardware UUID of a host.
pub fn host_uuid(name: &str) -> String {
    derived("host", name)
}

/// UUID of a VMFS volume: `6123abcd-0123abcd-0123-0123456789ab`.
pub fn vmfs_uuid(name: &str) -> String {
    let digits = derived("vmfs", name).replace('-', "");
    let part = |from, to| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}", part(0, 8), part(8, 16), part(16, 20), part(20, 32))
}

/// UUID of a distributed switch, as pairs of hexadecimal digits: `50 2f 11 ...-...`.
pub fn switch_uuid(name: &str) -> String {
    let digits = beginning("50", &derived("switch", name).replace('-', ""));
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        match index {
            0 => {}
            16 => out.push('-'),
            even if even % 2 == 0 => out.push(' '),
            _ => {}
        }
        out.push(digit);
    }
    out
}

/// MAC address of network card `number` created after the start, in the range that vCenter assigns.
pub fn assigned_mac(number: u32) -> String {
    let [_, high, middle, low] = number.to_be_bytes();
    format!("00:50:56:{:02x}:{middle:02x}:{low:02x}", 0xb0 | (high & 0x0f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_stable_and_have_the_format_of_vsphere() {
        assert_eq!(bios_uuid("a"), bios_uuid("a"));
        assert_ne!(bios_uuid("a"), bios_uuid("b"));
        assert!(bios_uuid("a").starts_with("42"));
        assert_eq!(bios_uuid("a").len(), 36);
        assert_eq!(
            switch_uuid("DVS0").len(),
            "50 2f 11 22 33 44 55 66-77 88 99 aa bb cc dd ee".len()
        );
        assert_eq!(assigned_mac(0x1234), "00:50:56:b0:12:34");
    }
}
