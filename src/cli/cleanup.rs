//! `mtv-bdd cleanup`: removes the objects that killed runs left behind.

use std::{io::IsTerminal as _, process::ExitCode, time::Duration};

use anyhow::{Context as _, anyhow};
use clap::Args;
use tokio_util::sync::CancellationToken;

use crate::{
    cleanup::{
        Connections, Leftover,
        abandoned::{PastRun, Standing, past_runs},
        rescue::{self, Trace},
    },
    cluster::{Cluster, Clusters, pause_for},
    events::{explain, wait_status::WaitStatus, words},
    journal::{self, FORMAT, Header, Journal, Scope},
    report::print,
    run::{
        Reach, RunId,
        lock::{FolderLock, LockError},
    },
    runner::{Exit, options::TargetOptions, process},
    session::provider_secrets,
    settings::{self, Layers, Mistakes, Profile, ProvidersFile, Redactor, Settings},
};

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  mtv-bdd cleanup                                   lists what runs left, and how to remove it
  mtv-bdd cleanup --profile cluster --context admin --dry-run
                                                    shows what would be removed from a cluster
  mtv-bdd cleanup --profile LAB/settings.toml --run auto-ab12
                                                    removes what one run left

Only what is proved to be of the run is removed: its label and UID on the cluster, its mark on source VMs.

Exit codes:
  0  nothing is left          3  the target is not usable
  2  nothing was done         4  something is left";

/// Time without output after which a waiting command prints what it waits for.
const SILENCE: Duration = Duration::from_secs(5);

/// Which run, and where.
#[derive(Debug, Args)]
pub struct CleanupOptions {
    /// Only this run [default: every run that left something on this target]
    #[arg(long, value_name = "ID", help_heading = "What to remove")]
    run: Option<String>,

    /// Show what would be removed, and touch nothing
    #[arg(long, help_heading = "What to remove")]
    dry_run: bool,

    /// When the run's journal is lost: remove everything that carries the run's label; nothing proves that a run that
    /// was started on another machine has ended, so look with --dry-run first
    #[arg(long, requires = "run", help_heading = "What to remove")]
    by_label: bool,

    #[command(flatten)]
    target: TargetOptions,
}

/// Removes the objects, and prints what is left behind.
pub fn run(options: &CleanupOptions) -> ExitCode {
    // Log errors, and warnings about migrations and plans. Messages of the Kubernetes client are left out: they repeat
    // what is printed in words.
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(
            filter.unwrap_or_else(|_| {
                tracing_subscriber::EnvFilter::new("mtv_bdd=error,mtv_bdd::cleanup::workload=warn")
            }),
        )
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let done = process::start().map_err(Refused::usage).and_then(|runtime| {
        let done = runtime.block_on(clean_up(options));
        // A log-in that hangs is not waited for.
        runtime.shutdown_background();
        done
    });
    match done {
        Ok(exit) => exit.into(),
        Err(Refused { exit, error }) => {
            print::err(explain(error.as_ref()));
            exit.into()
        }
    }
}

/// Reason why the command did nothing.
struct Refused {
    exit: Exit,
    error: anyhow::Error,
}

impl Refused {
    fn usage(error: impl Into<anyhow::Error>) -> Self {
        let (exit, error) = (Exit::Usage, error.into());
        Self { exit, error }
    }

    fn unusable_because(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self::unusable(anyhow!(error))
    }

    fn unusable(error: impl Into<anyhow::Error>) -> Self {
        let (exit, error) = (Exit::Unusable, error.into());
        Self { exit, error }
    }
}

async fn clean_up(options: &CleanupOptions) -> Result<Exit, Refused> {
    let layers = options.target.layers().map_err(mistakes)?;
    let settings = settings::load(&layers).map_err(mistakes)?;
    let output = settings.run.output.clone();
    let read = past_runs(&output).with_context(|| format!("could not read the run folders in {}", output.display()));
    let mut runs = read.map_err(Refused::usage)?;
    if let Some(run) = &options.run {
        runs.retain(|past| past.name() == *run);
        for past in &runs {
            if let Standing::Alive { pid } = &past.standing {
                let hint = format!("it removes what it created when it ends; `kill -INT {pid}` ends it in order");
                return Err(Refused::usage(anyhow!(
                    "the run {run} is still running (pid {pid}); {hint}"
                )));
            }
        }
        if options.by_label {
            let site = Site::connect(&layers).await?;
            return site.by_label(&RunId::from(run.as_str()), options.dry_run).await;
        }
        if runs.is_empty() {
            let hint = "if it was written elsewhere, add --set run.output=FOLDER; if it is lost, add --by-label, and \
                        everything that carries the run's label is removed";
            let output = output.display();
            return Err(Refused::usage(anyhow!(
                "there is no journal of the run {run} in {output}; {hint}"
            )));
        }
    }
    let named = options.run.is_some();
    let unnamed_target = layers.profile == Profile::Embedded;
    let mut tally = Tally::default();
    let mut site = None;
    for past in &runs {
        match &past.standing {
            Standing::Clean if named => print::out(format_args!("{}: nothing is left", past.name())),
            Standing::Clean => {}
            Standing::Alive { pid } => {
                tally.alive += 1;
                print::out(format_args!(
                    "{}: left alone, it is still running (pid {pid})",
                    past.name()
                ));
            }
            Standing::EndedWithItsLab if named => {
                print::out(format_args!("{}: nothing to do, its lab ended with it", past.name()));
            }
            Standing::EndedWithItsLab => tally.ended_with_labs += 1,
            Standing::Unreadable(error) => {
                tally.left += 1;
                unknown(past, &format!("its journal cannot be read: {error}"));
            }
            Standing::Empty => {
                tally.left += 1;
                unknown(past, "its journal is empty");
            }
            Standing::Open {
                header,
                entries,
                unread,
            } if unnamed_target => {
                tally.left += entries + unread.len();
                damaged(past, unread);
                elsewhere(header, *entries, &past.folder.display().to_string());
            }
            Standing::Open {
                header,
                entries,
                unread,
            } => {
                let site = match &mut site {
                    Some(site) => site,
                    none => none.insert(Site::connect(&layers).await?),
                };
                if header.server == site.cluster.server() {
                    site.clean(past, options.dry_run, &mut tally).await?;
                    tally.left += unread.len();
                    damaged(past, unread);
                } else if named {
                    let (server, here) = (&header.server, site.cluster.server());
                    let hint = header.reach.cleanup_command(&header.run);
                    return Err(Refused::usage(anyhow!(
                        "the run {} was on {server}, and this is {here}; use `{hint}`",
                        header.run
                    )));
                } else {
                    elsewhere(header, *entries, &past.folder.display().to_string());
                }
            }
        }
    }
    if let Some(site) = site {
        site.endpoints.close().await;
    }
    Ok(tally.report(options.dry_run, &output.display().to_string()))
}

/// Prints that the objects of a run are unknown.
fn unknown(past: &PastRun, why: &str) {
    print::out(format_args!("{}: what it left is not known: {why}", past.name()));
    print::out(format_args!(
        "  to remove what carries its label: mtv-bdd cleanup --run {} --by-label --profile TARGET",
        past.name()
    ));
    print::out(format_args!(
        "  when nothing is left of it, delete {}",
        past.folder.display()
    ));
}

/// Prints the lines of a journal that cannot be parsed.
fn damaged(past: &PastRun, unread: &[journal::Error]) {
    if let Some(first) = unread.first() {
        let lines = words::count(unread.len(), "line");
        unknown(
            past,
            &format!("{lines} of its journal cannot be read, the first is {first}"),
        );
    }
}

/// Names a run on another server, which is not touched.
fn elsewhere(header: &Header, entries: usize, folder: &str) {
    let entries = words::count(entries, "object");
    print::out(format_args!(
        "{}: {entries} not confirmed as removed on {} ({})",
        header.run, header.server, header.target
    ));
    print::out(format_args!(
        "  to remove them: {}",
        header.reach.cleanup_command(&header.run)
    ));
    print::out(format_args!("  if that server is gone for good, delete {folder}"));
}

/// The objects of one run that a cleanup found.
struct Found {
    /// Objects that would be removed, or were.
    traces: Vec<Trace>,
    /// Objects that are left behind, or may be.
    left: Vec<Leftover>,
    /// Kinds that this user may not list, with the reason.
    unlisted: Vec<String>,
}

impl Found {
    /// Adds objects that could not be searched for at first, unless they are listed already.
    fn and_unknown(mut self, unknown: Vec<Leftover>) -> Self {
        for leftover in unknown {
            if self.left.iter().all(|left| left.subject != leftover.subject) {
                self.left.push(leftover);
            }
        }
        self
    }
}

#[derive(Debug, Default)]
struct Tally {
    found: usize,
    left: usize,
    ended_with_labs: usize,
    alive: usize,
}

impl Tally {
    fn add(&mut self, run: &RunId, verb: &str, found: &Found, redactor: &Redactor) {
        let Found { traces, left, unlisted } = found;
        print::out(format_args!("{run}:"));
        let width = traces
            .iter()
            .map(|trace| trace.subject.chars().count())
            .max()
            .unwrap_or(0);
        for Trace { subject, proof } in traces {
            print::out(format_args!("  {verb}  {subject:width$}  ({proof})"));
        }
        for leftover in left {
            let line = format!("  left     {}: {}", leftover.subject, leftover.reason);
            print::out(redactor.redact(&line));
        }
        for kinds in unlisted {
            print::out(redactor.redact(&format!("  skipped  {kinds}")));
        }
        if traces.is_empty() && left.is_empty() {
            print::out(if unlisted.is_empty() {
                "  nothing is there any more"
            } else {
                "  nothing is there any more of the kinds that were looked at"
            });
        }
        self.found += traces.len();
        self.left += left.len();
    }

    fn report(&self, dry_run: bool, output: &str) -> Exit {
        if self.ended_with_labs > 0 {
            let runs = words::count(self.ended_with_labs, "run");
            print::out(format_args!(
                "{runs} in a lab of their own: nothing to do, it ended with them"
            ));
        }
        match (self.found, self.left) {
            (0, 0) if self.alive > 0 => print::out(format_args!("nothing is left of the other runs in {output}")),
            (0, 0) => print::out(format_args!("nothing is left of the runs in {output}")),
            (found, 0) if dry_run => print::out(format_args!(
                "{} would be removed; nothing was touched",
                words::count(found, "thing")
            )),
            (found, left) => print::out(format_args!("{found} removed, {left} left")),
        }
        match self.left {
            0 => Exit::Passed,
            _ => Exit::Leftovers,
        }
    }
}

/// Refusal because of mistakes in the settings and the providers file.
fn mistakes(mistakes: Mistakes) -> Refused {
    Refused::usage(anyhow!("{mistakes}\nnothing was done"))
}

/// Does the work, and prints what it waits for when that takes a while.
async fn aloud<F: Future>(work: F) -> F::Output {
    let wait = WaitStatus::default();
    let mut work = std::pin::pin!(wait.observe(work));
    let mut said = None;
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = pause_for(SILENCE) => {
                let awaited = wait.now().map(|seen| seen.awaited);
                if let Some(awaited) = awaited.filter(|awaited| said.as_ref() != Some(awaited)) {
                    print::err(format_args!("waiting for {awaited}"));
                    said = Some(awaited);
                }
            }
        }
    }
}

/// The target of the cleanup.
struct Site {
    settings: Settings,
    cluster: Cluster,
    providers: ProvidersFile,
    endpoints: Connections,
    redactor: Redactor,
}

impl Site {
    async fn connect(layers: &Layers) -> Result<Self, Refused> {
        if layers.profile == Profile::Embedded {
            let hint = "name the target with --profile: a settings file that a lab wrote, or `cluster`";
            return Err(Refused::usage(anyhow!("it is not said where; {hint}")));
        }
        let (settings, mut providers) = settings::load_with_providers(layers).map_err(mistakes)?;
        let cluster = Cluster::connect(&settings, CancellationToken::new())
            .await
            .map_err(Refused::unusable)?;
        let all: Vec<String> = providers.iter().map(|(key, _)| key.to_owned()).collect();
        if let Err(error) = provider_secrets::read(&cluster, &mut providers, &all).await {
            // The run may not have used that provider.
            print::err(explain(&error));
        }
        let redactor = Redactor::new(providers.secrets());
        redactor.register(cluster.secrets());
        Ok(Self {
            settings,
            endpoints: Connections::new(Clusters::new(cluster.clone()), providers.clone()),
            cluster,
            providers,
            redactor,
        })
    }

    fn scope(&self, journal: Journal) -> Scope {
        Scope {
            run: journal.header().run.clone(),
            journal,
            scenario: None,
        }
    }

    /// Cleans up after a run that left its journal.
    async fn clean(&self, past: &PastRun, dry_run: bool, tally: &mut Tally) -> Result<(), Refused> {
        if dry_run {
            // Opening a journal for writing repairs it; the copy leaves the original untouched.
            let copy = tempfile::tempdir().map_err(Refused::usage)?;
            let path = copy.path().join("journal.ndjson");
            std::fs::copy(past.journal(), &path).map_err(Refused::usage)?;
            let journal = Journal::read(&path).map_err(Refused::usage)?;
            return self.show(&self.scope(journal), Vec::new(), tally).await;
        }
        let _lock = match FolderLock::take(&past.folder) {
            Ok(lock) => lock,
            Err(error @ LockError::Held { .. }) => {
                print::out(format_args!("{}: left alone: {error}", past.name()));
                return Ok(());
            }
            Err(error) => return Err(Refused::usage(error)),
        };
        let journal = Journal::read(&past.journal()).map_err(Refused::usage)?;
        self.remove(&self.scope(journal), Vec::new(), tally).await
    }

    /// Cleans up after a run whose journal is lost: what carries its label becomes a new journal.
    async fn by_label(&self, run: &RunId, dry_run: bool) -> Result<Exit, Refused> {
        print::out(format_args!(
            "by label alone nothing proves that the run {run} has ended, wherever it was started"
        ));
        let folder = tempfile::tempdir().map_err(Refused::usage)?;
        let header = Header {
            format: FORMAT,
            run: run.clone(),
            server: self.cluster.server().to_owned(),
            target: self.settings.target.name.clone(),
            reach: Reach::default(),
        };
        let journal = Journal::create(&folder.path().join("journal.ndjson"), header).map_err(Refused::usage)?;
        let scope = self.scope(journal);
        let selected = crate::session::selected(&self.settings, &self.providers);
        let unknown = rescue::reconstruct(&scope, &self.endpoints, &selected)
            .await
            .map_err(Refused::unusable_because)?;
        let mut tally = Tally::default();
        if dry_run {
            self.show(&scope, unknown, &mut tally).await?;
        } else {
            self.remove(&scope, unknown, &mut tally).await?;
        }
        Ok(tally.report(dry_run, &format!("{run} on {}", self.cluster.server())))
    }

    /// Prints the objects; `unknown` could not be searched for before.
    async fn show(&self, scope: &Scope, unknown: Vec<Leftover>, tally: &mut Tally) -> Result<(), Refused> {
        let survey = rescue::survey(scope, &self.endpoints).await;
        let survey = survey.map_err(Refused::unusable_because)?;
        let found = Found {
            traces: survey.traces,
            left: survey.unknown,
            unlisted: survey.unlisted,
        };
        tally.add(
            &scope.run,
            "would be removed",
            &found.and_unknown(unknown),
            &self.redactor,
        );
        Ok(())
    }

    /// Removes the objects; `unknown` could not be searched for before.
    async fn remove(&self, scope: &Scope, unknown: Vec<Leftover>, tally: &mut Tally) -> Result<(), Refused> {
        let rescued = aloud(rescue::rescue(scope, &self.endpoints, &self.settings.timeouts)).await;
        let rescued = rescued.map_err(Refused::unusable_because)?;
        let found = Found {
            traces: rescued.removed,
            left: rescued.left,
            unlisted: rescued.unlisted,
        };
        tally.add(&scope.run, "removed", &found.and_unknown(unknown), &self.redactor);
        Ok(())
    }
}
