//! vSphere's words for operating systems (`pkg/controller/plan/adapter/vsphere/inspectionparser.go`).

/// vSphere's guest id of the inspected system.
pub fn operating_system(inspection: &str) -> Option<String> {
    let osinfo = element(inspection, "osinfo").filter(|text| !text.is_empty())?;
    let name = osinfo.split('.').next().unwrap_or(osinfo);
    Some(guest_id(name).to_owned())
}

fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0.trim())
}

fn guest_id(osinfo: &str) -> &'static str {
    match osinfo {
        "centos7" => "centos7_64Guest",
        "centos8" => "centos8_64Guest",
        "centos9" => "centos9_64Guest",
        "rhel7" => "rhel7_64Guest",
        "rhel8" => "rhel8_64Guest",
        "rhel9" => "rhel9_64Guest",
        "win10" => "windows9_64Guest",
        "win11" => "windows11_64Guest",
        "win2k12r2" => "windows8Server64Guest",
        "win2k16" => "windows9Server64Guest",
        "win2k19" => "windows2019srv_64Guest",
        "win2k22" => "windows2022srvNext_64Guest",
        other if other.starts_with("win") => "otherGuest64",
        _ => "genericLinuxGuest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_read_from_the_inspection() {
        let inspection = "<v2v-inspection><operatingsystem><osinfo>rhel9.4</osinfo></operatingsystem></v2v-inspection>";
        assert_eq!(operating_system(inspection).as_deref(), Some("rhel9_64Guest"));
        assert_eq!(operating_system("<v2v-inspection/>"), None);
    }
}
