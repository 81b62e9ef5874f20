//! `mtv-bdd report`: writes the reports of a run again, from its event log.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, anyhow};
use clap::Args;

use crate::{
    events::{explain, words},
    report::{
        files::{self, NAMES, PAGE, Told},
        print,
        verdict::RunVerdict,
    },
    run::{folder::EVENTS, lock::FolderLock},
    runner::{Exit, options::TargetOptions},
    settings::{self, nearest::nearest},
};

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  mtv-bdd report latest                        the reports of the newest run
  mtv-bdd report auto-ab12                     those of a run
  mtv-bdd report downloads/auto-ab12 --output page
                                               those of a run folder from elsewhere, into another folder

Every run writes its reports by itself, unless it is killed. A log that was cut off is told as far as it goes.

Exit codes:
  0  the reports were written     2  they were not";

/// Which run, and where to.
#[derive(Debug, Args)]
pub struct ReportOptions {
    /// The run: its id, its folder, or `latest`
    #[arg(value_name = "RUN|FOLDER|latest", default_value = "latest")]
    run: String,

    /// Folder for the reports [default: the folder of the run]
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,

    /// Options whose settings name the folder of all runs.
    #[command(flatten)]
    target: TargetOptions,
}

/// Writes the reports, and prints their paths.
pub fn run(options: &ReportOptions) -> ExitCode {
    match report(options) {
        Ok(()) => Exit::Passed.into(),
        Err(error) => {
            print::err(format_args!("{}\nno report was written", explain(error.as_ref())));
            Exit::Usage.into()
        }
    }
}

fn report(options: &ReportOptions) -> anyhow::Result<()> {
    let folder = find(options)?;
    let alive = FolderLock::holder(&folder).with_context(|| format!("could not look at {}", folder.display()))?;
    if let (Some(pid), None) = (&alive, &options.output) {
        return Err(anyhow!(
            "the run still goes on (pid {pid}) and writes its reports itself; add --output FOLDER to see how far it is"
        ));
    }
    let Told { run, last } = files::read(&folder)?;
    let into = options.output.as_deref().unwrap_or(&folder);
    fs::create_dir_all(into).with_context(|| format!("could not make {}", into.display()))?;
    // The log was redacted when it was written.
    files::write(&run, &folder, into, str::to_owned)?;
    print::out(format_args!("{}: {}", run.run, RunVerdict::from_run(&run).headline));
    if run.exit_code.is_none() {
        print::out(format_args!(
            "the event log was cut off at {}; the reports say so",
            words::moment(last)
        ));
    }
    if run.unread > 0 {
        let lines = words::count(run.unread, "line");
        print::out(format_args!(
            "{lines} of the event log could not be understood; the reports say so"
        ));
    }
    for name in NAMES {
        print::out(format_args!("  {}", into.join(name).display()));
    }
    Ok(())
}

/// The folder of the run that the options name.
fn find(options: &ReportOptions) -> anyhow::Result<PathBuf> {
    let given = Path::new(&options.run);
    let is_run = |folder: &Path| folder.join(EVENTS).is_file();
    // The log or the page of a run also names its folder.
    let file = given.file_name().is_some_and(|name| name == EVENTS || name == PAGE);
    let given = if file { given.parent().unwrap_or(given) } else { given };
    if is_run(given) {
        return Ok(given.to_owned());
    }
    let settings = options.target.layers().and_then(|layers| settings::load(&layers));
    let settings = settings.map_err(|mistakes| anyhow!("{mistakes}"))?;
    let output = settings.run.output;
    let known = output.join(given);
    if is_run(&known) {
        return Ok(known);
    }
    let runs: Vec<String> = fs::read_dir(&output)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| is_run(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let place = output.display();
    let hint = match nearest(&options.run, runs.iter().map(String::as_str)).as_slice() {
        _ if runs.is_empty() => format!("there are no runs in {place}"),
        [] => format!("{} in {place}", words::count(runs.len(), "run")),
        alike => format!("in {place} there is {}", alike.join(", ")),
    };
    Err(anyhow!("there is no run \"{}\": {hint}", options.run))
}
