//! Operating system of a simulated guest. Simulated disks are empty, so the lab derives it from the VM's name: test
//! VMs are usually named after their system (`mtv-tests-rhel8`, `mtv-win2019-79`).

/// Operating system of a guest, as libosinfo and guest agents name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestOs {
    /// `linux` or `windows`, as virt-v2v reports it.
    pub family: &'static str,
    /// Distribution, and `id` of the guest agent: `rhel`, `mswindows`.
    pub id: &'static str,
    /// Name without version: `Red Hat Enterprise Linux`.
    pub name: &'static str,
    /// Version: `9.4`, `2019`.
    pub version: String,
    /// libosinfo's short id: `rhel9.4`, `win2k19`.
    pub osinfo: String,
    /// Kernel release that the guest agent reports.
    pub kernel: &'static str,
}

impl GuestOs {
    /// Derives the system from the name of a VM; RHEL 9 when the name contains no known system.
    pub fn from_vm_name(name: &str) -> Self {
        let name = name.to_lowercase();
        if let Some((_, version)) = name.split_once("win") {
            let year: String = version
                .chars()
                .skip_while(|c| !c.is_ascii_digit())
                .take_while(char::is_ascii_digit)
                .collect();
            let year = if year.len() == 4 { year } else { "2022".into() };
            return Self {
                family: "windows",
                id: "mswindows",
                name: "Microsoft Windows Server",
                osinfo: format!("win2k{}", year.get(2..).unwrap_or("22")),
                version: year,
                kernel: "20348",
            };
        }
        let (version, kernel) = match name
            .split_once("rhel")
            .map(|(_, version)| version.trim_start_matches('-'))
        {
            Some(version) if version.starts_with("10") => ("10.0", "6.12"),
            Some(version) if version.starts_with('8') => ("8.10", "4.18"),
            Some(version) if version.starts_with('7') => ("7.9", "3.10"),
            _ => ("9.4", "5.14"),
        };
        Self {
            family: "linux",
            id: "rhel",
            name: "Red Hat Enterprise Linux",
            version: version.into(),
            osinfo: format!("rhel{version}"),
            kernel,
        }
    }

    /// Name with version: `Red Hat Enterprise Linux 9.4`.
    pub fn pretty_name(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_vm_determines_its_system() {
        for (name, osinfo) in [
            ("mtv-tests-rhel8", "rhel8.10"),
            ("mtv-rhel-79", "rhel7.9"),
            ("mtv-win2019-3disks", "win2k19"),
            ("mtv-windows", "win2k22"),
            ("database", "rhel9.4"),
        ] {
            assert_eq!(GuestOs::from_vm_name(name).osinfo, osinfo, "{name}");
        }
    }
}
