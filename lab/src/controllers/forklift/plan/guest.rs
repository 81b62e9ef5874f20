//! What virt-v2v tells about a guest: copied percentages, boot disk, operating system
//! (`pkg/controller/plan/adapter/vsphere/inspectionparser.go`).

/// Disk numbers (from 1) with the percentage that has been copied, from the metrics `v2v_disk_transfers`.
pub fn copied(metrics: &str) -> Vec<(usize, f64)> {
    let percent = |line: &str| {
        let rest = line.strip_prefix("v2v_disk_transfers{disk_id=\"")?;
        let (disk, percent) = rest.split_once("\"} ")?;
        Some((disk.parse().ok()?, percent.trim().parse().ok()?))
    };
    metrics.lines().filter_map(percent).collect()
}

/// The index of the disk with boot order 1 in the VM that virt-v2v describes.
pub fn boot_disk(machine: &str) -> Option<i64> {
    let machine: serde_json::Value = serde_saphyr::from_str(machine).ok()?;
    let disks = machine
        .pointer("/spec/template/spec/domain/devices/disks")?
        .as_array()?;
    let index = disks
        .iter()
        .position(|disk| disk.get("bootOrder").and_then(|order| order.as_i64()) == Some(1))?;
    i64::try_from(index).ok()
}

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
    fn progress_is_read_from_metrics() {
        let metrics = "# TYPE v2v_disk_transfers gauge\nv2v_disk_transfers{disk_id=\"1\"} 50.1\n\
                       v2v_disk_transfers{disk_id=\"2\"} 100\nother 3\n";
        assert_eq!(copied(metrics), [(1, 50.1), (2, 100.0)]);
    }

    #[test]
    fn the_guest_is_read_from_what_the_pod_serves() {
        let machine = "spec:\n  template:\n    spec:\n      domain:\n        devices:\n          disks:\n          \
                       - name: a\n          - name: b\n            bootOrder: 1\n";
        assert_eq!(boot_disk(machine), Some(1));
        assert_eq!(boot_disk(""), None);
        let inspection = "<v2v-inspection><operatingsystem><osinfo>rhel9.4</osinfo></operatingsystem></v2v-inspection>";
        assert_eq!(operating_system(inspection).as_deref(), Some("rhel9_64Guest"));
        assert_eq!(operating_system("<v2v-inspection/>"), None);
    }
}
