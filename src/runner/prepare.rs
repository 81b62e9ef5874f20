//! What is settled before anything is created: settings, features, lab, selection. Refusals come in this order.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use mtv_lab::{Lab, LabOptions};

use super::{
    exit::Exit,
    lint::{self, Checked, format::Format},
    options::{RunOptions, TargetOptions},
    plan::{ExpandedFile, Filter, Plan, SelectedProvider},
};
use crate::{
    report::{screen::Screen, words},
    session,
    settings::{self, Layers, Mistakes, Profile, ProviderEntry, ProvidersFile, Settings, providers::VsphereEndpoint},
};

/// Why a run does not begin.
#[derive(Debug)]
pub struct Refused {
    /// The exit code.
    pub exit: Exit,
    /// In words.
    pub message: String,
}

/// A run that can begin.
pub struct Prepared {
    /// Its settings.
    pub settings: Settings,
    /// The providers file.
    pub providers: ProvidersFile,
    /// Keys of the providers that are migrated from.
    pub selected: Vec<String>,
    /// What is run.
    pub plan: Plan,
    /// The lab that was started for it.
    pub lab: Option<EmbeddedLab>,
}

/// A lab of this process, with the folder of its three files, which is gone with it.
pub struct EmbeddedLab {
    /// The lab.
    pub lab: Lab,
    /// Its folder.
    pub folder: tempfile::TempDir,
}

/// Settles everything.
///
/// # Errors
/// The first reason not to begin.
pub async fn prepare(options: &RunOptions, screen: &Screen) -> Result<Prepared, Refused> {
    let Draft {
        mut layers,
        mut settings,
        known,
        files,
    } = draft(options)?;
    let mut lab = None;
    let (providers, selected) = match known {
        Some(known) => known,
        None => {
            let started = screen
                .during("starting the simulated lab", start_lab(&settings))
                .await?;
            layers.profile = Profile::File(started.lab.settings());
            lab = Some(started);
            let known;
            (settings, known) = with_providers(&layers)?;
            known
        }
    };
    let tagged = with_tags(&providers, &selected);
    let plan = Plan::new(&files, &tagged, &filter(options));
    if plan.scenarios.is_empty() {
        return Err(nothing(&plan, options, &tagged));
    }
    Ok(Prepared {
        settings,
        providers,
        selected,
        plan,
        lab,
    })
}

/// What a run would be.
pub struct Rehearsal {
    /// Name of the target.
    pub target: String,
    /// What would be run.
    pub plan: Plan,
    /// The providers that would be migrated from.
    pub selected: Vec<SelectedProvider>,
    /// Those that this version cannot use.
    pub unusable: Vec<SelectedProvider>,
}

/// Settles what can be settled without a target.
///
/// # Errors
/// The first reason not to begin.
pub fn rehearse(options: &RunOptions) -> Result<Rehearsal, Refused> {
    let draft = draft(options)?;
    let (selected, unusable) = match &draft.known {
        Some((providers, selected)) => {
            let all: Vec<String> = providers.iter().map(|(key, _)| key.to_owned()).collect();
            let mut unusable = with_tags(providers, &all);
            // Those that were not asked for may be usable.
            unusable.retain(|provider| draft.settings.run.providers.is_empty() && !selected.contains(&provider.key));
            (with_tags(providers, selected), unusable)
        }
        None => (of_the_lab(&draft.settings.run.providers)?, Vec::new()),
    };
    Ok(Rehearsal {
        plan: Plan::new(&draft.files, &selected, &filter(options)),
        target: draft.settings.target.name,
        selected,
        unusable,
    })
}

/// The providers that the lab will have, or those of them that were asked for.
fn of_the_lab(asked_for: &[String]) -> Result<Vec<SelectedProvider>, Refused> {
    let all = Lab::PROVIDERS.map(|(key, tag)| SelectedProvider {
        key: key.to_owned(),
        tag: tag.to_owned(),
    });
    let unknown = asked_for
        .iter()
        .find(|key| all.iter().all(|provider| provider.key != **key));
    match unknown {
        Some(key) => Err(usage(anyhow::anyhow!(
            "the simulated lab has no provider \"{key}\"; it has \"{}\"",
            Lab::PROVIDERS.map(|(key, _)| key).join("\", \"")
        ))),
        None => Ok(all
            .into_iter()
            .filter(|provider| asked_for.is_empty() || asked_for.contains(&provider.key))
            .collect()),
    }
}

/// What is known before a lab is started.
struct Draft {
    layers: Layers,
    settings: Settings,
    /// The providers file and the selected keys; a lab that is yet to be started writes the file.
    known: Option<(ProvidersFile, Vec<String>)>,
    files: Vec<ExpandedFile>,
}

fn draft(options: &RunOptions) -> Result<Draft, Refused> {
    let layers = Layers {
        root: root(),
        profile: options.target.profile(),
        environment: std::env::vars().collect(),
        command_line: options.settings(),
    };
    if options.keep.is_some() && layers.profile == Profile::Embedded {
        return Err(usage(anyhow::anyhow!(
            "--keep needs a target that outlives the run: start a lab with `mtv-bdd lab` and name its settings file with \
             --profile"
        )));
    }
    let (settings, known) = match layers.profile {
        Profile::Embedded => (settings::load(&layers).map_err(mistakes)?, None),
        Profile::Named(_) | Profile::File(_) => {
            let (settings, known) = with_providers(&layers)?;
            (settings, Some(known))
        }
    };
    let files = features(options, &settings)?;
    Ok(Draft {
        layers,
        settings,
        known,
        files,
    })
}

fn filter(options: &RunOptions) -> Filter {
    Filter {
        tags: options.tags.clone(),
        name: options.name.clone(),
        harmless: !options.allow_destructive,
    }
}

/// The folder of features and settings: the repository that this was built from, else where the user stands.
pub fn root() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    match repository.join("features").is_dir() {
        true => repository.to_path_buf(),
        false => std::env::current_dir().unwrap_or_default(),
    }
}

fn usage(error: impl Into<anyhow::Error>) -> Refused {
    Refused {
        exit: Exit::Usage,
        message: format!("{:#}", error.into()),
    }
}

/// Mistakes of the settings and the providers file.
fn mistakes(mistakes: Mistakes) -> Refused {
    let count = words::count(mistakes.0.len(), "mistake");
    Refused {
        exit: Exit::Usage,
        message: format!("{mistakes}\n{count}; nothing was run"),
    }
}

/// The settings, the providers file that they name, and the selected keys.
fn with_providers(layers: &Layers) -> Result<(Settings, (ProvidersFile, Vec<String>)), Refused> {
    let (settings, providers) = settings::load_with_providers(layers).map_err(mistakes)?;
    let selected = session::selected(&settings, &providers).map_err(usage)?;
    Ok((settings, (providers, selected)))
}

/// The features, if there is no mistake in them.
fn features(options: &RunOptions, settings: &Settings) -> Result<Vec<ExpandedFile>, Refused> {
    let checked = checked(&options.input, settings);
    if checked.problems.is_empty() {
        return Ok(checked.files);
    }
    let mistakes = words::count(checked.problems.len(), "mistake");
    Err(Refused {
        exit: Exit::Usage,
        message: format!("{}{mistakes}; nothing was run", Format::Human.write(&checked.problems)),
    })
}

fn checked(input: &[String], settings: &Settings) -> Checked {
    let here = std::env::current_dir().unwrap_or_default();
    lint::check(input, &here, &root(), &settings.run.tags)
}

/// Reads and examines features for their own sake.
///
/// # Errors
/// Mistakes in the settings.
pub fn examine(input: &[String], target: &TargetOptions) -> Result<Checked, Refused> {
    let layers = Layers {
        root: root(),
        profile: target.profile(),
        environment: std::env::vars().collect(),
        command_line: target.settings(),
    };
    Ok(checked(input, &settings::load(&layers).map_err(mistakes)?))
}

async fn start_lab(settings: &Settings) -> Result<EmbeddedLab, Refused> {
    let unusable = |error: anyhow::Error| Refused {
        exit: Exit::Unusable,
        message: format!("the simulated lab could not be started: {error:#}"),
    };
    let folder = tempfile::Builder::new()
        .prefix("mtv-lab-")
        .tempdir()
        .map_err(|error| unusable(error.into()))?;
    let lab_options = LabOptions {
        speed: settings.target.speed,
        ..LabOptions::new(folder.path())
    };
    let lab = Lab::start(lab_options).await.map_err(|error| unusable(error.into()))?;
    Ok(EmbeddedLab { lab, folder })
}

/// The tags by which scenarios choose the selected providers.
fn with_tags(providers: &ProvidersFile, selected: &[String]) -> Vec<SelectedProvider> {
    let known = selected.iter().filter_map(|key| Some((key, providers.get(key).ok()?)));
    known
        .map(|(key, entry)| SelectedProvider {
            key: key.clone(),
            tag: tag(entry).to_owned(),
        })
        .collect()
}

fn tag(entry: &ProviderEntry) -> &'static str {
    match entry {
        ProviderEntry::Vsphere(vsphere) if vsphere.endpoint_type == VsphereEndpoint::Esxi => "esxi",
        entry => entry.platform().as_str(),
    }
}

/// Says what could have been selected.
pub fn nothing(plan: &Plan, options: &RunOptions, selected: &[SelectedProvider]) -> Refused {
    let mut message = "nothing was selected".to_owned();
    if let Some(tags) = &options.tags {
        let _ = write!(message, " by --tags '{tags}'");
    }
    if let Some(name) = &options.name {
        let _ = write!(message, " by --name '{name}'");
    }
    let providers = if selected.is_empty() {
        "none that can be used".to_owned()
    } else {
        let keys: Vec<&str> = selected.iter().map(|provider| provider.key.as_str()).collect();
        keys.join(", ")
    };
    let _ = write!(message, "\nproviders: {providers}");
    let tags: Vec<String> = plan.known_tags.iter().map(|tag| format!("@{tag}")).collect();
    let _ = write!(
        message,
        "\ntags:      {}",
        if tags.is_empty() {
            "none".to_owned()
        } else {
            tags.join(" ")
        }
    );
    message.push_str("\nscenarios:");
    if plan.known_names.is_empty() {
        message.push_str(" none for these providers");
    }
    for name in &plan.known_names {
        let _ = write!(message, "\n  {name}");
    }
    Refused {
        exit: Exit::Nothing,
        message,
    }
}
