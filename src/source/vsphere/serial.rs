//! The serial number that MTV gives VMs of vSphere (Forklift, `pkg/controller/plan/adapter/vsphere/builder.go`).

use crate::source::Serial;

/// The first version of OpenShift whose VMs show the serial number as VMware does; older ones show the BIOS UUID.
const SHOWN_AS_VMWARE_DOES: (u32, u32) = (4, 20);

/// The serial number for a BIOS UUID on this version of OpenShift.
///
/// # Errors
/// What is not known of the two.
pub fn serial(uuid: &str, openshift: Option<&str>) -> Result<Serial, String> {
    if uuid.is_empty() {
        return Err("the source platform does not tell the VM's UUID".to_owned());
    }
    let version = openshift.ok_or("the version of OpenShift is not known")?;
    let mut numbers = version.split(['.', '-']).map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        return Err(format!(
            "\"{version}\" is no version of OpenShift that this check knows"
        ));
    };
    Ok(Serial {
        number: if (major, minor) >= SHOWN_AS_VMWARE_DOES {
            vmware(uuid)
        } else {
            uuid.to_owned()
        },
        origin: format!("BIOS UUID {uuid} on OpenShift {version}"),
    })
}

/// A UUID as VMware shows it: `VMware-42 13 7c 1e 0b 6d 7a 5e-9a 41 00 d2 c5 a1 f3 b7`.
fn vmware(uuid: &str) -> String {
    let digits: Vec<char> = uuid.chars().filter(|digit| *digit != '-').collect();
    let pairs: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
    let (first, second) = pairs.split_at(pairs.len().min(8));
    format!("VMware-{}-{}", first.join(" "), second.join(" "))
}
