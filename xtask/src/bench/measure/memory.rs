//! Memory of a process, from `/proc`.

use std::fs;

/// Largest resident memory so far, in bytes. Not known any more when the process has ended.
pub fn peak(pid: u32) -> Option<f64> {
    field(pid, "VmHWM:")
}

/// Resident memory now, in bytes.
pub fn resident(pid: u32) -> Option<f64> {
    field(pid, "VmRSS:")
}

fn field(pid: u32, name: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024.0)
}
