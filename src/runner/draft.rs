//! Reads and checks everything known of a run before a lab is started or a cluster is asked. All mistakes are reported
//! at once.

use std::path::Path;

use super::{
    embedded_lab,
    exit::Exit,
    lint::{self, Checked, Rule, format::Format},
    options::{RunOptions, TargetOptions},
    plan::ExpandedFile,
    prepare::Refused,
    problem::Problem,
};
use crate::{
    events::words,
    session,
    settings::{
        self, Layers, Mistake, Mistakes, Origin, Profile, ProvidersFile, Settings, Speed, nearest::did_you_mean,
    },
    source::Platforms,
};

/// Settings, providers and features of a run, without mistakes.
pub struct Draft {
    pub(super) layers: Layers,
    pub(super) settings: Settings,
    /// The providers file; `None` if the run starts a lab, which writes the file.
    pub(super) providers: Option<ProvidersFile>,
    pub(super) files: Vec<ExpandedFile>,
}

impl Draft {
    /// Whether the run and the lab that it starts have virtual time.
    pub fn has_virtual_time(&self) -> bool {
        self.providers.is_none() && self.settings.target.speed == Speed::Virtual
    }
}

/// Reads options, settings, providers file and features.
///
/// # Errors
/// All mistakes in them.
pub fn draft(options: &RunOptions) -> Result<Draft, Refused> {
    let layers = options.layers().map_err(|mistakes| refused(&mistakes, &[]))?;
    let loaded = match layers.profile {
        Profile::Embedded => settings::load(&layers).map(|settings| (settings, None)),
        Profile::Named(_) | Profile::File(_) | Profile::Started(_) => {
            settings::load_with_providers(&layers).map(|(settings, providers)| (settings, Some(providers)))
        }
    };
    let (loaded, mut mistakes) = match loaded {
        Ok(loaded) => (Some(loaded), Vec::new()),
        Err(Mistakes(mistakes)) => (None, mistakes),
    };
    if layers.profile == Profile::Embedded {
        mistakes.extend(embedded_lab::missing());
    }
    if options.keep.is_some() && layers.profile == Profile::Embedded {
        mistakes.push(keeps_nothing());
    }
    if let Some((settings, providers)) = &loaded {
        match layers.profile {
            Profile::Embedded => mistakes.extend(has_no_context(settings)),
            Profile::Named(_) | Profile::File(_) if options.speed.is_some() && settings.target.simulated => {
                mistakes.push(has_its_own_clock());
            }
            Profile::Named(_) | Profile::File(_) if settings.target.speed == Speed::Virtual => {
                mistakes.push(has_real_time(settings));
            }
            Profile::Named(_) | Profile::File(_) | Profile::Started(_) => {}
        }
        mistakes.extend(unusable(settings, providers.as_ref()));
        if let Some(providers) = providers {
            mistakes.extend(providers.placeholders(&session::selected(settings, providers)));
        }
    }
    let checked = checked(
        &options.features(),
        &layers.root,
        loaded.as_ref().map(|(settings, _)| settings),
    );
    match loaded {
        Some((settings, providers)) if mistakes.is_empty() && checked.problems.is_empty() => Ok(Draft {
            layers,
            settings,
            providers,
            files: checked.files,
        }),
        _ => Err(refused(&Mistakes(mistakes), &checked.problems)),
    }
}

/// Reads and checks feature files without a run.
///
/// # Errors
/// Mistakes in the settings.
pub fn examine(input: &[String], target: &TargetOptions) -> Result<Checked, Refused> {
    let layers = target.layers().map_err(|mistakes| refused(&mistakes, &[]))?;
    let settings = settings::load(&layers).map_err(|mistakes| refused(&mistakes, &[]))?;
    let mut checked = checked(input, &layers.root, Some(&settings));
    let of_lines = checked.files.iter().filter_map(|file| {
        let line = file.lines.first()?;
        let what = format!("whole files are examined, not line {line} alone");
        Some(Problem::new(Rule::Unreadable, &file.file.text.name, what).hint(format!("leave out \":{line}\"")))
    });
    let of_lines: Vec<Problem> = of_lines.collect();
    checked.problems.extend(of_lines);
    checked.problems.sort();
    Ok(checked)
}

/// The refusal that lists all of these mistakes.
pub(super) fn refused(mistakes: &Mistakes, problems: &[Problem]) -> Refused {
    let written: String = mistakes.0.iter().map(|mistake| format!("{mistake}\n")).collect();
    let count = words::count(mistakes.0.len() + problems.len(), "mistake");
    Refused {
        exit: Exit::Usage,
        message: format!("{written}{}{count}; nothing was run", Format::Human.write(problems)),
    }
}

fn keeps_nothing() -> Mistake {
    Mistake::new(Origin::CommandLine, "--keep needs a target that outlives the run")
        .remedy("start a lab with `mtv-bdd lab`, and name its settings file with --profile")
}

fn has_its_own_clock() -> Mistake {
    let what = "--speed is for the lab that a run starts itself; a lab that already runs has its own clock";
    Mistake::new(Origin::CommandLine, what)
        .remedy("leave it out; `mtv-bdd lab --speed FACTOR` starts a lab with another clock")
}

fn has_real_time(settings: &Settings) -> Mistake {
    let origin = settings.origins.get("target.speed").unwrap_or(&Origin::CommandLine);
    let what = "target.speed is virtual, but only the lab that a run starts itself has virtual time";
    Mistake::new(origin.clone(), what).remedy("leave it out: a lab's own settings file has its speed")
}

/// A context is a mistake without a target: the lab that the run starts has a single one.
fn has_no_context(settings: &Settings) -> Option<Mistake> {
    let context = settings.target.context.as_ref()?;
    let origin = settings.origins.get("target.context").unwrap_or(&Origin::CommandLine);
    let what = format!("--context {context} has no meaning in the lab that a run starts itself");
    Some(Mistake::new(origin.clone(), what).remedy("name the target with --profile: `cluster`, or a settings file"))
}

/// Providers that were selected but cannot be used.
fn unusable(settings: &Settings, providers: Option<&ProvidersFile>) -> Vec<Mistake> {
    let origin = settings.origins.get("run.providers").unwrap_or(&Origin::CommandLine);
    let mistake = |key: &String| {
        let (what, remedy) = match providers {
            Some(providers) => {
                let platform = session::not_yet(providers, key)?;
                let usable = format!(
                    "choose a provider of type {}",
                    Platforms::default().types().join(" or ")
                );
                (
                    format!("\"{key}\" is of type {platform}, from which this version cannot migrate yet"),
                    usable,
                )
            }
            None => {
                let known: Vec<&str> = embedded_lab::providers().into_iter().map(|(key, _)| key).collect();
                if known.is_empty() || known.contains(&key.as_str()) {
                    return None;
                }
                let remedy = did_you_mean(key, known.iter().copied())
                    .unwrap_or_else(|| format!("it has \"{}\"", known.join("\", \"")));
                (format!("the simulated lab has no provider \"{key}\""), remedy)
            }
        };
        Some(Mistake::new(origin.clone(), format!("run.providers: {what}")).remedy(remedy))
    };
    settings.run.providers.iter().filter_map(mistake).collect()
}

/// Checks the features. Without settings, the project's own tags and the target are unknown.
fn checked(input: &[String], root: &Path, settings: Option<&Settings>) -> Checked {
    let here = std::env::current_dir().unwrap_or_default();
    let own_tags = settings
        .map(|settings| settings.run.tags.as_slice())
        .unwrap_or_default();
    let mut checked = lint::check(input, &here, root, own_tags);
    if settings.is_none() {
        checked.problems.retain(|problem| problem.rule != Rule::UnknownTag);
    }
    if settings.is_none_or(|settings| settings.target.simulated) {
        checked.problems.retain(|problem| problem.rule != Rule::OnlyInTheLab);
    }
    checked
}
