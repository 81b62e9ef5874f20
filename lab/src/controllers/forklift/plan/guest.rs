//! Parsers of virt-v2v's output: copy progress and boot disk.

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
    }
}
