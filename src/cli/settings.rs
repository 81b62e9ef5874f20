//! `mtv-bdd settings`: prints every value with its origin.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::print;
use crate::{
    events::words,
    runner::{Exit, embedded_lab, options::TargetOptions},
    settings::{
        self, Mistakes, Profile, ProvidersFile,
        shown::{self, ShownProvider, ShownSetting},
    },
};

/// What `--help` shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  mtv-bdd settings                                 all settings of a run in a lab of its own
  mtv-bdd settings --profile cluster timeouts      one section, as a cluster sees it
  mtv-bdd settings --profile my-cluster.toml --set target.storage_class=x target.storage_class
                                                   one setting, and which layer wins
  mtv-bdd settings --json > settings.json          for programs

Neither a cluster nor a lab is needed. Secrets are never shown, only where they are kept.

Exit codes:
  0  no mistake
  2  mistakes in the settings or the providers file, all of them listed";

/// Which settings to show.
#[derive(Debug, Args)]
pub struct SettingsOptions {
    /// Settings or sections, such as `target.speed` or `timeouts` [default: all of them, and the providers]
    #[arg(value_name = "KEY")]
    keys: Vec<String>,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    target: TargetOptions,
}

/// Prints the settings.
pub fn run(options: &SettingsOptions) -> ExitCode {
    match show(options) {
        Ok(()) => Exit::Passed.into(),
        Err(mistakes) => {
            print::err(&mistakes);
            print::err(words::count(mistakes.0.len(), "mistake"));
            Exit::Usage.into()
        }
    }
}

fn show(options: &SettingsOptions) -> Result<(), Mistakes> {
    let wanted = wanted(&options.keys)?;
    let layers = options.target.layers()?;
    // A lab writes its providers file when it starts.
    let with_providers = wanted.is_empty() && layers.profile != Profile::Embedded;
    let settings = settings::load(&layers).map_err(|mistakes| match settings::load_with_providers(&layers) {
        Err(all) if with_providers => all,
        _ => mistakes,
    })?;
    let mut rows = shown::settings(&settings, &layers);
    if !wanted.is_empty() {
        rows.retain(|row| wanted.contains(&row.key));
    }
    let providers = with_providers.then(|| ProvidersFile::read(&settings.target.providers_file, &layers.environment));
    let providers = providers.transpose();
    let entries = providers.as_ref().ok().and_then(Option::as_ref).map(shown::providers);
    if options.json {
        print::out(format_args!("{:#}", json!({ "settings": rows, "providers": entries })));
    } else {
        print::out(table(&rows));
        if let Some(entries) = entries {
            print::out(format_args!(
                "\nproviders  {}",
                shown::short(&settings.target.providers_file.to_string_lossy())
            ));
            entries.iter().for_each(|entry| print::out(provider(entry)));
        } else if wanted.is_empty() && layers.profile == Profile::Embedded {
            let of_lab = embedded_lab::providers().into_iter();
            let of_lab: String = of_lab.map(|(key, kind)| format!("\n  {key}  {kind}")).collect();
            print::out(format_args!("\nproviders  written by the lab when it starts{of_lab}"));
        }
    }
    providers.map(|_| ())
}

/// The keys that the arguments name; empty means all.
fn wanted(names: &[String]) -> Result<Vec<&'static str>, Mistakes> {
    let (mut keys, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        match shown::keys(name) {
            Ok(found) => keys.extend(found),
            Err(mistake) => unknown.push(mistake),
        }
    }
    if unknown.is_empty() {
        Ok(keys)
    } else {
        Err(Mistakes(unknown))
    }
}

/// Maximum width of a column for alignment.
const WIDEST: usize = 44;

/// Key, value and origin: by section, aligned.
fn table(rows: &[ShownSetting]) -> String {
    let cells: Vec<(&str, &str, String, String)> = rows
        .iter()
        .filter_map(|row| {
            let (section, field) = row.key.split_once('.')?;
            Some((section, field, words_of(&row.value), row.origin.to_string()))
        })
        .collect();
    let width =
        |lengths: &mut dyn Iterator<Item = usize>| lengths.filter(|length| *length <= WIDEST).max().unwrap_or(0);
    let fields = width(&mut cells.iter().map(|(_, field, ..)| field.chars().count()));
    let values = width(&mut cells.iter().map(|(_, _, value, _)| value.chars().count()));
    let mut lines = Vec::new();
    let mut above = "";
    for (section, field, value, origin) in &cells {
        if *section != above {
            lines.push(format!("{}{section}", if above.is_empty() { "" } else { "\n" }));
            above = section;
        }
        lines.push(format!("  {field:fields$}  {value:values$}  {origin}"));
    }
    lines.join("\n")
}

fn words_of(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => shown::short(text),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(words_of).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn provider(entry: &ShownProvider) -> String {
    let ShownProvider {
        key,
        kind,
        version,
        address,
        user,
        secrets,
    } = entry;
    let known = [("version", version), ("address", address), ("user", user)];
    let known = known.into_iter().filter(|(_, value)| !value.is_empty());
    let known = known.map(|(name, value)| (name.to_owned(), value.clone()));
    let kept = secrets
        .iter()
        .map(|secret| (secret.key.clone(), format!("({})", secret.kept)));
    let lines: Vec<(String, String)> = known.chain(kept).collect();
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let lines = lines
        .iter()
        .map(|(name, value)| format!("\n    {name:width$}  {value}"));
    format!("  {key}  {kind}{}", lines.collect::<String>())
}
