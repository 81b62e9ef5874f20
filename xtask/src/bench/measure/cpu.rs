//! Processor time of a process, from `/proc`.

use std::{collections::BTreeMap, ffi::OsString, fs};

/// Ticks per second of `/proc/PID/stat`: `USER_HZ`, which is 100 on all Linux platforms that Rust supports.
const TICKS: f64 = 100.0;

/// Processor seconds of a process so far, its ended threads included, in steps of 10 ms. Works until the process is
/// waited for.
pub fn whole(pid: u32) -> Option<f64> {
    let stat = stat(pid)?;
    let ticks = |field: usize| stat.get(field)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

/// Processor time of the threads of a process that have not ended, to the nanosecond.
pub struct Threads(BTreeMap<OsString, f64>);

impl Threads {
    /// Reads the threads; `None` if the process has ended.
    pub fn read(pid: u32) -> Option<Self> {
        let tasks = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
        let of_task = |task: fs::DirEntry| {
            let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
            let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
            Some((task.file_name(), nanoseconds / 1e9))
        };
        Some(Self(tasks.filter_map(|task| of_task(task.ok()?)).collect()))
    }

    /// Processor seconds since the threads began.
    pub fn total(&self) -> f64 {
        self.0.values().sum()
    }

    /// Processor seconds since an earlier reading. Threads that ended in between do not count.
    pub fn since(&self, earlier: &Self) -> f64 {
        let of_thread = |(id, seconds): (&OsString, &f64)| seconds - earlier.0.get(id).copied().unwrap_or_default();
        self.0.iter().map(of_thread).sum()
    }
}

/// Whether the process has ended and was not waited for yet.
pub fn has_ended(pid: u32) -> bool {
    stat(pid).is_none_or(|stat| stat.first().is_none_or(|state| state == "Z" || state == "X"))
}

/// The fields after the name of the program, which may contain spaces.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}
