//! The options of a run, the same for `cargo test --test bdd --` and `mtv-bdd run`.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use clap::{Args, ValueEnum};
use regex::Regex;

use super::tags::TagExpression;
use crate::settings::{Layers, Mistakes, Profile, root};

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  cargo test --test bdd                                         everything, in the simulated lab
  cargo test --test bdd -- --tags '@tier0 and @vsphere'         by tags
  mtv-bdd run --name 'three disks' --input features/cold        by title, in one folder
  mtv-bdd run --input features/cold/smoke.feature:12            one scenario
  mtv-bdd run --tags @warm --dry-run                            which scenarios that would be
  mtv-bdd run --profile cluster --context admin --provider vsphere-8.0.3
                                                                on a cluster of yours
  mtv-bdd run --profile LAB/settings.toml                       in a lab that `mtv-bdd lab --folder LAB` started

While it runs, `kill -USR1 PID` prints where everything stands; the first lines of the output name the PID.

Exit codes:
  0  all passed                   3  the target is not usable
  1  a scenario failed            4  something that the run created could not be removed
  2  usage, settings or features  5  nothing was selected
     are wrong, nothing was done  130  interrupted, torn down";

/// Environment variable for `--tags`.
const TAGS_VARIABLE: &str = "CUCUMBER_FILTER_TAGS";

/// What to run, where, and how.
#[derive(Debug, Clone, Default, Args)]
pub struct RunOptions {
    /// Run only scenarios with these tags: `@cold`, `@tier0 and not @esxi`, `@jira(MTV-559) or @warm`
    #[arg(
        long,
        value_name = "EXPRESSION",
        env = TAGS_VARIABLE,
        value_parser = tag_expression,
        help_heading = "What to run"
    )]
    pub tags: Option<TagExpression>,

    /// Run only scenarios whose title matches
    #[arg(long, value_name = "REGEX", help_heading = "What to run")]
    pub name: Option<Regex>,

    /// Feature files: a file, a folder, a glob, or a line of a file; may be repeated [default: features]
    #[arg(long, short, value_name = "FILE|FOLDER|GLOB|FILE:LINE", help_heading = "What to run")]
    pub input: Vec<String>,

    /// The same as `--input`.
    #[arg(value_name = "FILE|FOLDER|GLOB|FILE:LINE", hide = true)]
    pub paths: Vec<String>,

    /// Providers to migrate from, keys of the providers file [default: all of them]
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "What to run")]
    pub provider: Vec<String>,

    /// Where to run.
    #[command(flatten)]
    pub target: TargetOptions,

    /// Scenarios that run at the same time
    #[arg(
        long,
        value_name = "N",
        value_parser = whole_number::<NonZeroUsize>,
        allow_negative_numbers = true,
        help_heading = "How to run"
    )]
    pub concurrency: Option<NonZeroUsize>,

    /// Time in the lab that the run starts: `virtual` jumps whenever everything waits; a number or `max` is how much
    /// faster than real time it runs [default: virtual]
    #[arg(long, value_name = "SPEED", help_heading = "How to run")]
    pub speed: Option<String>,

    /// Repeat the names, ids and faults of another run; with virtual time and one scenario at a time, everything
    #[arg(long, value_name = "NUMBER", help_heading = "How to run")]
    pub seed: Option<u64>,

    /// Begin no scenario after the first failure
    #[arg(long, help_heading = "How to run")]
    pub fail_fast: bool,

    /// Run also what is tagged @destructive: it changes more than its own objects
    #[arg(long, help_heading = "What to run")]
    pub allow_destructive: bool,

    /// Attempt a scenario that failed up to so many times again, with fresh names; `@retry(N)` says it for one scenario
    #[arg(
        long,
        value_name = "N",
        value_parser = whole_number::<usize>,
        allow_negative_numbers = true,
        help_heading = "How to run"
    )]
    pub retry: Option<usize>,

    /// How long to wait before another attempt, by the lab's clock: `30s`, `5 minutes`
    #[arg(
        long,
        value_name = "DURATION",
        requires = "retry",
        value_parser = duration,
        help_heading = "How to run"
    )]
    pub retry_after: Option<Duration>,

    /// Do not remove what scenarios created: those that failed, or with `=always` all of them
    #[arg(
        long,
        value_name = "WHEN",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "on-failure",
        help_heading = "How to run"
    )]
    pub keep: Option<Keep>,

    /// List what would run, and what would not and why; nothing is started
    #[arg(
        long,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "titles",
        help_heading = "How to run"
    )]
    pub dry_run: Option<DryRun>,
}

/// What of the scenarios is not removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Keep {
    /// What those that failed created
    OnFailure,
    /// Everything
    Always,
}

/// How a dry run lists scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DryRun {
    /// Their titles
    Titles,
    /// Their titles and steps
    Steps,
    /// As JSON
    Json,
}

/// Where to run: options that every command with a target has.
#[derive(Debug, Clone, Default, Args)]
pub struct TargetOptions {
    /// Where to run: a profile of config/, or a settings file; without it a run starts a simulated lab of its own
    #[arg(long, value_name = "NAME|PATH", help_heading = "Where to run")]
    pub profile: Option<String>,

    /// Context of the kubeconfig; names the cluster and confirms that it is meant
    #[arg(long, value_name = "NAME", help_heading = "Where to run")]
    pub context: Option<String>,

    /// The providers file; where neither this nor the profile names one, $PROVIDERS_JSON_PATH does
    #[arg(long, value_name = "FILE", help_heading = "Where to run")]
    pub providers: Option<PathBuf>,

    /// Folder that has features/ and config/ [default: the nearest one from the current folder upward]
    #[arg(long, value_name = "FOLDER", env = root::VARIABLE, help_heading = "Where to run")]
    pub root: Option<PathBuf>,

    /// Any setting, for instance `timeouts.migration='2 hours'`; may be repeated; config/default.toml lists them
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value, help_heading = "Where to run")]
    pub set: Vec<(String, String)>,
}

impl RunOptions {
    /// The layers of settings that these options select.
    ///
    /// # Errors
    /// There is no root folder.
    pub fn layers(&self) -> Result<Layers, Mistakes> {
        self.target.with_settings(self.settings())
    }

    /// Arguments with and without `--input` that name feature files.
    pub fn features(&self) -> Vec<String> {
        [self.input.as_slice(), &self.paths].concat()
    }

    /// The settings that these options set.
    pub fn settings(&self) -> Vec<(String, String)> {
        let providers = (!self.provider.is_empty()).then(|| self.provider.join(","));
        let stand_for = [
            ("target.speed", self.speed.clone()),
            ("run.providers", providers),
            ("run.concurrency", self.concurrency.map(|number| number.to_string())),
        ];
        self.target.settings().into_iter().chain(named(stand_for)).collect()
    }
}

impl TargetOptions {
    /// The layers of settings that these options select.
    ///
    /// # Errors
    /// There is no root folder.
    pub fn layers(&self) -> Result<Layers, Mistakes> {
        self.with_settings(self.settings())
    }

    fn with_settings(&self, command_line: Vec<(String, String)>) -> Result<Layers, Mistakes> {
        let here = std::env::current_dir().unwrap_or_default();
        Ok(Layers {
            root: root::find(self.root.as_deref(), &here).map_err(|mistake| Mistakes(vec![mistake]))?,
            profile: self.profile(),
            environment: std::env::vars().collect(),
            command_line,
        })
    }

    /// The profile that these options name.
    pub fn profile(&self) -> Profile {
        self.profile.as_deref().map_or(Profile::Embedded, Profile::parse)
    }

    /// The settings that these options set.
    pub fn settings(&self) -> Vec<(String, String)> {
        let stand_for = [
            ("target.context", self.context.clone()),
            (
                "target.providers_file",
                self.providers.as_ref().map(|path| path.display().to_string()),
            ),
        ];
        self.set.iter().cloned().chain(named(stand_for)).collect()
    }

    /// These options as arguments with absolute paths, so that they name the same target from any folder.
    pub fn arguments(&self) -> Vec<String> {
        let profile = self.profile.as_deref().map(|text| match Profile::parse(text) {
            Profile::File(path) => absolute(&path),
            Profile::Named(_) | Profile::Embedded | Profile::Started(_) => text.to_owned(),
        });
        let options = [
            ("--profile", profile),
            ("--context", self.context.clone()),
            ("--providers", self.providers.as_deref().map(absolute)),
        ];
        let set = self
            .set
            .iter()
            .map(|(key, value)| ("--set", Some(format!("{key}={value}"))));
        let given = options
            .into_iter()
            .chain(set)
            .filter_map(|(option, value)| Some((option, value?)));
        given.flat_map(|(option, value)| [option.to_owned(), value]).collect()
    }
}

fn named(settings: impl IntoIterator<Item = (&'static str, Option<String>)>) -> impl Iterator<Item = (String, String)> {
    let given = settings.into_iter().filter_map(|(key, value)| Some((key, value?)));
    given.map(|(key, value)| (key.to_owned(), value))
}

fn absolute(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.display().to_string()
}

fn tag_expression(text: &str) -> Result<TagExpression, String> {
    let given = std::env::args().any(|argument| argument == "--tags" || argument.starts_with("--tags="));
    let from = if !given && std::env::var(TAGS_VARIABLE).is_ok_and(|value| value == text) {
        format!("; it stands in ${TAGS_VARIABLE}")
    } else {
        String::new()
    };
    text.parse().map_err(|error| format!("{error}{from}"))
}

fn whole_number<N: FromStr>(text: &str) -> Result<N, &'static str> {
    text.parse().map_err(|_| "expected a whole number from 1")
}

fn duration(text: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(text).map_err(|_| "expected a duration with its unit, such as 90s or '10 minutes'")
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, such as timeouts.migration='2 hours'".to_owned()),
    }
}
