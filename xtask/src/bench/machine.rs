//! The machine in words: processor, cores, memory, load.

use std::{fs, thread};

/// Describes the machine, without its load: what must be equal for two tables to be comparable.
pub fn describe() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|total| total.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or_else(
            || "unknown".to_owned(),
            |kib| format!("{} GiB", kib.div_ceil(1024 * 1024)),
        );
    format!(
        "{cores} cores ({processor}), {memory} of memory, {}",
        std::env::consts::OS
    )
}

/// The load average of the last minute; `None` where the system does not say.
pub fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// The load in words.
pub fn describe_load() -> String {
    load().map_or_else(|| "load unknown".to_owned(), |load| format!("load {load:.2}"))
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
