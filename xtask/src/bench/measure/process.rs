//! Runs a process to its end and measures it: wall-clock time, processor time, peak memory.

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{cpu, memory};

/// Interval of looks at the process: the resolution of wall-clock times.
const LOOK: Duration = Duration::from_millis(1);

/// Looks between two readings of the memory, which costs more than the others.
const MEMORY: u32 = 10;

/// A process that has ended.
pub struct Ended {
    /// Wall-clock seconds from its start to its end.
    pub wall: f64,
    /// Processor seconds, in steps of 10 ms.
    pub cpu: f64,
    /// Largest resident memory in bytes, read every 10 ms.
    pub peak: f64,
    /// Exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Both output streams.
    pub said: String,
}

/// Runs a command to its end; its output goes to a file in `folder`. `observe` is called every millisecond with the id
/// of the process and the seconds since its start.
///
/// # Errors
/// The process does not start.
pub fn run(command: &mut Command, folder: &Path, mut observe: impl FnMut(u32, f64)) -> Result<Ended> {
    let path = folder.join("output.txt");
    let output = File::create(&path).context("could not create the file for the output")?;
    let errors = output.try_clone().context("could not open the file for the output")?;
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    let program = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("could not start {program}"))?;
    let pid = child.id();
    let mut peak = 0.0_f64;
    let mut looks = 0_u32;
    let wall = loop {
        let elapsed = start.elapsed().as_secs_f64();
        if cpu::has_ended(pid) {
            break elapsed;
        }
        if looks.is_multiple_of(MEMORY) {
            peak = peak.max(memory::peak(pid).unwrap_or_default());
        }
        looks = looks.wrapping_add(1);
        observe(pid, elapsed);
        thread::sleep(LOOK);
    };
    let cpu = cpu::whole(pid).context("no processor time; /proc of Linux is needed")?;
    let status = child.wait().with_context(|| format!("could not wait for {program}"))?;
    Ok(Ended {
        wall,
        cpu,
        peak,
        code: status.code(),
        said: fs::read_to_string(&path).unwrap_or_default(),
    })
}

impl Ended {
    /// Fails unless the exit code is 0.
    ///
    /// # Errors
    /// Another exit code; the message has the end of the output.
    pub fn succeeded(self) -> Result<Self> {
        if self.code == Some(0) {
            return Ok(self);
        }
        let lines: Vec<_> = self.said.lines().collect();
        let end = lines
            .get(lines.len().saturating_sub(10)..)
            .unwrap_or_default()
            .join("\n    ");
        let code = self
            .code
            .map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
        bail!("the process ended with {code}:\n    {end}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_measured_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo done; exit 3",
        ]);
        let mut looks = 0;
        let ended = run(&mut shell, folder.path(), |_, _| looks += 1).unwrap();
        assert!(looks > 0 && ended.wall > 0.0 && ended.cpu > 0.0 && ended.peak > 0.0);
        assert_eq!((ended.code, ended.said.as_str()), (Some(3), "done\n"));
        let error = ended.succeeded().err().unwrap().to_string();
        assert!(error.contains("exit code 3") && error.contains("done"), "{error}");
    }
}
